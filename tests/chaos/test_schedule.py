"""The schedule of a round: had again from its seed, and bounded in time."""

from deploy.chaos.schedule import LINKS, SECONDS, plan

SEEDS = range(200)


def test_a_seed_gives_the_same_schedule_again() -> None:
    assert plan(7, 20.0) == plan(7, 20.0)
    assert plan(7, 20.0) != plan(8, 20.0)


def test_nothing_is_hit_again_while_it_is_hit() -> None:
    for seed in SEEDS:
        ends: dict[str, float] = {}
        for fault in plan(seed, 20.0):
            assert fault.start > ends.get(fault.target, 0.0)
            ends[fault.target] = fault.end


def test_a_round_ends_in_time() -> None:
    longest = max(seconds for _, seconds in SECONDS.values())

    for seed in SEEDS:
        faults = plan(seed, 20.0)
        assert all(fault.start < 20.0 for fault in faults)
        assert max(fault.end for fault in faults) < 20.0 + longest


def test_every_sort_of_fault_is_among_twenty_seeds() -> None:
    faults = [fault for seed in range(1, 21) for fault in plan(seed, 20.0)]

    hit = {(fault.kind, fault.target) for fault in faults}
    assert {("kill", "kafka"), ("kill", "database"), ("pause", "kafka")} <= hit
    assert {("pause", "database")} <= hit
    assert {kind for kind, target in hit if target in LINKS} == {"cut", "hold", "slow"}
    killed = {target.rpartition("-")[0] for kind, target in hit if kind == "kill"}
    assert {"ingest", "printfile", "approval", "fulfillment", "notifier"} <= killed
