"""A batch is cut into runs: few statements, and no order's life out of order."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from shared.runs import Run, cut

Item = tuple[str, str, int]

items = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("abcdef")), max_size=60).map(
    lambda pairs: [(kind, key, place) for place, (kind, key) in enumerate(pairs)]
)


def runs_of(batch: list[Item]) -> list[Run[str, Item]]:
    return cut([(kind, key, (kind, key, place)) for kind, key, place in batch])


def flat(runs: list[Run[str, Item]]) -> list[Item]:
    return [item for run in runs for item in run.items]


def by_key(batch: list[Item]) -> dict[str, list[Item]]:
    ordered = sorted(batch, key=lambda item: item[1])
    return {key: list(lives) for key, lives in groupby(ordered, key=lambda item: item[1])}


@given(items)
def test_nothing_is_lost_and_nothing_made_up(batch: list[Item]) -> None:
    assert sorted(flat(runs_of(batch))) == sorted(batch)


@given(items)
def test_the_order_within_a_key_is_kept(batch: list[Item]) -> None:
    assert by_key(flat(runs_of(batch))) == by_key(batch)


@given(items)
def test_a_run_has_one_kind_and_no_key_twice(batch: list[Item]) -> None:
    for run in runs_of(batch):
        keys = [key for _, key, _ in run.items]
        assert {kind for kind, _, _ in run.items} == {run.kind}
        assert len(set(keys)) == len(keys)


@given(items)
def test_there_are_never_more_runs_than_changes_of_kind_or_key(batch: list[Item]) -> None:
    longest = max((len(life) for life in by_key(batch).values()), default=0)

    assert longest <= len(runs_of(batch)) <= len(batch)


def test_the_same_steps_of_many_orders_are_as_many_runs_as_steps() -> None:
    batch = [(kind, str(key)) for key in range(500) for kind in "ABC"]

    runs = cut([(kind, key, None) for kind, key in batch])

    assert [(run.kind, len(run.items)) for run in runs] == [("A", 500), ("B", 500), ("C", 500)]


@given(items)
def test_a_kind_that_takes_several_needs_no_other_run_for_them(batch: list[Item]) -> None:
    pairs = [("any", key, (kind, key, place)) for kind, key, place in batch]

    runs = cut(pairs, lambda kind: kind == "any")

    assert flat([*runs]) == batch
    assert len(runs) <= 1


@given(items)
def test_lives_are_in_order_whichever_kinds_take_several(batch: list[Item]) -> None:
    runs = cut(
        [(kind, key, (kind, key, place)) for kind, key, place in batch], lambda kind: kind == "A"
    )

    assert by_key(flat(runs)) == by_key(batch)
