"""Partitions of which a broker gives nothing, and no error, although there is something.

So it does where the length of a batch is damaged on its disk: it takes what follows for a part of
that batch, which is not whole. Nothing else would tell.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from shared.fetching import Fetching
from shared.raw_request import is_of_closing

LOOK_SECONDS = 30.0
ANSWER_SECONDS = 10.0

FindEnds = Callable[[list[TopicPartition]], Awaitable[dict[TopicPartition, int]]]


class Stalls:
    """Looks now and then for partitions whose place is the same and lies before their end."""

    def __init__(self, fetching: Fetching) -> None:
        self._fetching = fetching
        self._behind: dict[TopicPartition, int] = {}

    async def run(self, consumer: Any) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.try_to_look(consumer.end_offsets)

    async def try_to_look(self, find_ends: FindEnds) -> None:
        """Look; where no broker answers, that is what is wrong."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.look(find_ends)
        except (RuntimeError, TimeoutError) as error:
            if not isinstance(error, (KafkaError, TimeoutError)) and not is_of_closing(error):
                raise
            self._behind = {}

    async def look(self, find_ends: FindEnds) -> None:
        """Ask for a partition alone that is where it was before, and behind its end."""
        places = self._fetching.places()
        ends = await find_ends(list(places)) if places else {}
        behind = {each: at for each, at in places.items() if ends.get(each, at) > at}
        for partition, at in behind.items():
            if self._behind.get(partition) == at:
                await self._fetching.stall(partition, at, ends[partition])
        self._behind = behind
