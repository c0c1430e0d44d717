"""A listener: what one service has still to apply of the stream that its process reads."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from aiokafka import ConsumerRecord

from shared.consumer import Consumer
from shared.dead_letters import Letter
from shared.gathering import part
from shared.hearing import Heard

BATCH_MAX = 500
WAITING_MAX = 5_000
"""So many records may wait for one service, and then nothing more is read for any of them: about
15 MiB, which services that listen side by side share."""


class Listener:
    """Applies what is read at its service's own pace, so that none waits for a slower neighbour."""

    def __init__(self, service: str, consumer: Consumer, topics: frozenset[str]) -> None:
        self.service = service
        self.topics = topics
        self.types = consumer.types
        self.unread = consumer.unread
        self._consumer = consumer
        self._waiting: deque[Heard | Letter] = deque()
        self._due, self._went = asyncio.Event(), asyncio.Event()
        self._gathering: asyncio.TimerHandle | None = None
        self._stopping = False

    def put(self, items: Sequence[Heard | Letter]) -> None:
        """Add what of this concerns the service."""
        for item in items:
            if item.record.topic in self.topics and self._consumer.hears(item):
                self._waiting.append(item)
                self._be_due(self._consumer.leisure_of(item))

    def _be_due(self, seconds: float) -> None:
        """Apply what waits in so many seconds at the latest."""
        if not seconds:
            self._due.set()
            return
        loop = asyncio.get_running_loop()
        if self._gathering is None or loop.time() + seconds < self._gathering.when():
            self._stop_gathering()
            self._gathering = loop.call_later(seconds, self._end_gathering)

    def _end_gathering(self) -> None:
        self._gathering = None
        self._due.set()

    def waiting(self) -> Iterator[ConsumerRecord]:
        """Give what is not applied yet, in the order in which it was read."""
        return (item.record for item in self._waiting)

    async def has_room(self) -> None:
        """Wait until no more waits than memory should hold, or nothing more is applied."""
        while len(self._waiting) > WAITING_MAX and not self._stopping:
            self._went.clear()
            await self._went.wait()

    async def listen(self) -> None:
        """Apply what comes, batch after batch, until `stop`; the batch at hand is finished."""
        while not self._stopping:
            await self._due.wait()
            self._due.clear()
            while self._waiting and not self._stopping:
                if not await self._apply_next():
                    break

    async def _apply_next(self) -> bool:
        """Apply a batch; False when all that is left can wait for what comes."""
        head = list(islice(self._waiting, BATCH_MAX))
        now, later = head, head[:0]
        if self._gathering is not None and len(head) < BATCH_MAX:
            now, later = part(head, self._consumer.leisure_of, self._consumer.way_of)
        if now:
            await self._consumer.consume(now)
        for _ in head:
            self._waiting.popleft()
        self._waiting.extendleft(reversed(later))
        if not self._waiting:
            self._stop_gathering()
        self._went.set()
        return bool(now)

    def stop(self) -> None:
        """Begin no other batch; what waits is read again by whoever comes next."""
        self._stopping = True
        self._stop_gathering()
        self._due.set()
        self._went.set()

    def _stop_gathering(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
