"""A listener: what one service has still to apply of the stream that its process reads."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from aiokafka import ConsumerRecord

from shared.consumer import Consumer
from shared.dead_letters import Letter
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
        self._consumer = consumer
        self._waiting: deque[Heard | Letter] = deque()
        self._came, self._went = asyncio.Event(), asyncio.Event()
        self._stopping = False

    def put(self, items: Sequence[Heard | Letter]) -> None:
        """Add what of this concerns the service."""
        for item in items:
            if item.record.topic in self.topics and self._consumer.hears(item):
                self._waiting.append(item)
                self._came.set()

    def waiting(self) -> Iterator[ConsumerRecord]:
        """Give what is not applied yet, in the order in which it was read."""
        return (item.record for item in self._waiting)

    async def has_room(self) -> None:
        """Wait until no more waits than memory should hold."""
        while len(self._waiting) > WAITING_MAX:
            self._went.clear()
            await self._went.wait()

    async def listen(self) -> None:
        """Apply what comes, batch after batch, until `stop`; the batch at hand is finished."""
        while not self._stopping:
            batch = list(islice(self._waiting, BATCH_MAX))
            if not batch:
                self._came.clear()
                await self._came.wait()
                continue
            await self._consumer.consume(batch)
            for _ in batch:
                self._waiting.popleft()
            self._went.set()

    def stop(self) -> None:
        """Begin no other batch; what waits is read again by whoever comes next."""
        self._stopping = True
        self._came.set()
