"""When a partition of which nothing comes is taken for stalled."""

from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.complaints import Complaints
from shared.fetching import Fetching
from shared.stalls import Stalls
from shared.standing import Standing

PLACE = TopicPartition("orders", 2)


async def unasked(_: Any) -> None:
    raise AssertionError("nothing is handed out")


class At(Fetching):
    """A reader that stands at an offset, and notes what is told to have stalled."""

    def __init__(self, offset: int) -> None:
        super().__init__(unasked, Complaints(), Standing([]))
        self.offset = offset
        self.stalled: list[tuple[int, int]] = []

    def places(self) -> dict[TopicPartition, int]:
        return {PLACE: self.offset}

    async def stall(self, _: TopicPartition, offset: int, end: int) -> None:
        self.stalled.append((offset, end))


@pytest.fixture
def reader() -> At:
    return At(7)


async def end_at_9(places: list[TopicPartition]) -> dict[TopicPartition, int]:
    return dict.fromkeys(places, 9)


async def test_a_place_before_the_end_is_stalled_when_it_is_seen_again(reader: At) -> None:
    stalls = Stalls(reader)

    await stalls.look(end_at_9)
    assert reader.stalled == []
    await stalls.look(end_at_9)

    assert reader.stalled == [(7, 9)]


async def test_a_place_that_moves_on_is_not(reader: At) -> None:
    stalls = Stalls(reader)

    for reader.offset in (6, 7, 8):
        await stalls.look(end_at_9)

    assert reader.stalled == []


async def test_nor_is_the_end(reader: At) -> None:
    stalls, reader.offset = Stalls(reader), 9

    for _ in range(3):
        await stalls.look(end_at_9)

    assert reader.stalled == []
