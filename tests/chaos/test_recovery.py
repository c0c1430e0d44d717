"""How recovery times are read from the stream."""

from dataclasses import replace

from deploy.chaos.history import Said
from deploy.chaos.recovery import Struck, recoveries
from deploy.chaos.schedule import Fault
from tests.chaos.accounts import said


def struck(kind: str, target: str, start: float, end: float) -> Struck:
    return Struck(Fault(start, end - start, kind, target), start, end)


def at(kind: str, seconds: float, *, key: str = "order-1", partition: int = 0) -> Said:
    record = said(kind, int(seconds * 10), event_id=f"{kind} {key}", key=key)
    return replace(record, at=seconds, partition=partition)


def test_a_service_works_again_when_each_partition_moves() -> None:
    stream = [
        at("OrderApproved", 10, key="1"),
        at("OrderApproved", 11, key="2"),
        at("OrderApproved", 11, key="3", partition=1),
        at("FulfillmentStarted", 14, key="1"),
        at("FulfillmentStarted", 19, key="2"),
        at("FulfillmentStarted", 16, key="3", partition=1),
    ]

    [found] = recoveries([struck("kill", "fulfillment-1", 9, 12)], stream)

    assert (found.worked_again, found.caught_up) == (4, 7)


def test_a_lone_member_works_again_at_its_first_answer() -> None:
    stream = [
        at("OrderReceived", 10, key="1"),
        at("OrderReceived", 10, key="2", partition=1),
        at("PrintFileReady", 14, key="1"),
        at("PrintFileReady", 19, key="2", partition=1),
    ]

    [found] = recoveries([struck("kill", "printfile-1", 9, 12)], stream)

    assert (found.worked_again, found.caught_up) == (2, 7)


def test_nothing_that_waited_is_nothing_known() -> None:
    stream = [at("OrderApproved", 10), at("FulfillmentStarted", 11)]

    assert recoveries([struck("kill", "fulfillment-1", 12, 13)], stream) == []


def test_a_broken_broker_keeps_every_service_from_working() -> None:
    stream = [
        at("OrderReceived", 9, key="1"),
        at("PrintFileReady", 15, key="1"),
        at("OrderReceived", 16, key="2"),
    ]

    found = recoveries([struck("kill", "kafka", 9, 12)], stream)

    assert {each.service: each.worked_again for each in found} == {"ingest": 4, "printfile": 3}


def test_another_fault_in_it_or_just_before_makes_a_recovery_unclean() -> None:
    stream = [at("OrderReceived", 30), at("PrintFileReady", 35)]
    death = struck("kill", "printfile-1", 29, 32)

    def is_clean(*others: Struck) -> bool:
        return recoveries([death, *others], stream)[0].is_clean

    assert is_clean()
    assert is_clean(struck("pause", "database", 20, 23))
    assert not is_clean(struck("pause", "database", 24, 27))
    assert not is_clean(struck("pause", "database", 33, 34))
