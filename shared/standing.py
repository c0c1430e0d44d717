"""Where a process stands still in the stream, and who of its services keeps that for a person."""

from collections.abc import Iterable, Sequence
from functools import partial

from aiokafka import TopicPartition

from shared.listener import Listener
from shared.patience import insist
from shared.unread import Unread

LAST_WAIT_SECONDS = 2.0


class Standing:
    """The places of a process that it cannot read; of each topic one of its services tells."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        """Have that one tell whose pages know it at once, also of the topic that would say it."""
        self._listeners = sorted(listeners, key=lambda each: not each.unread.is_shown_at_once)
        self._open: dict[TopicPartition, int] = {}
        self.passed: dict[TopicPartition, int] = {}
        """Up to where partitions were passed over, which no record tells."""

    def begin(self) -> None:
        """Know nothing of what is assigned now."""
        self._open.clear()
        self.passed.clear()

    async def meet(self, unread: Unread) -> int:
        """Tell of a place, and give where to read on: there, or behind it."""
        place = TopicPartition(unread.topic, unread.partition)
        readers = [each for each in self._listeners if place.topic in each.topics]
        at = await insist(
            partial(readers[0].unread.meet, unread, [each.service for each in readers]),
            on=(Exception,),
            what=f"{readers[0].service}: tell what cannot be read",
            last=LAST_WAIT_SECONDS,
        )
        if at > unread.offset:
            self._open.pop(place, None)
        else:
            self._open[place] = unread.offset
        return at

    async def look(self, assigned: Iterable[TopicPartition]) -> None:
        """Find what was told of these before, by whoever read them."""
        for listener in self._listeners:
            found = await insist(
                listener.unread.find_open,
                on=(Exception,),
                what=f"{listener.service}: find what could not be read",
                last=LAST_WAIT_SECONDS,
            )
            for place in found.keys() & set(assigned):
                self._open.setdefault(place, found[place])

    def leaves(self, place: TopicPartition, position: int, end: float) -> bool:
        """Tell once whether the partition stood still before this position, or beyond its end.

        Beyond it lies what was told of a topic that was made again since.
        """
        if place not in self._open or position <= self._open[place] < end:
            return False
        del self._open[place]
        return True

    async def tell_left(self, place: TopicPartition) -> None:
        """Tell that the partition is read on."""
        for listener in self._listeners:
            if place.topic in listener.topics:
                await insist(
                    partial(listener.unread.end, place),
                    on=(Exception,),
                    what=f"{listener.service}: tell what is read again",
                    last=LAST_WAIT_SECONDS,
                )
