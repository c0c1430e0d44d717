"""The way from Kafka to the listeners, with offsets committed afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import chain
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.complaints import PART, Complaints
from shared.ending import CLOSE_SECONDS, Ending
from shared.fetching import Fetching
from shared.hearing import read
from shared.listener import BATCH_MAX, Listener
from shared.patience import do_whole, insist
from shared.progress import Progress
from shared.stalls import Stalls
from shared.standing import Standing

log = structlog.get_logger()

COMMIT_SECONDS = 1.0

FOREVER_MILLISECONDS = 365 * 24 * 3600 * 1000
"""A reader wakes with the first record, and an idle one costs nothing."""

IDLE_MILLISECONDS = 5_000
"""How often the consumer looks for a leader that it lacks; of all else it is told."""

RETRY_MILLISECONDS = 400
"""A broker that comes back needs the processor more than those who ask whether it is there."""

ANSWER_SECONDS = 10.0
"""How long a broker may take for an answer that waits for nobody else."""

TOPICS_MILLISECONDS = 5_000
"""How soon a topic is found that was made after the start, or again."""

HEARTBEATS = 3
"""How many a member may miss before its share is given to others."""

NOT_YET = "no partition is assigned yet"
NOWHERE = "it is not known yet where to read on"


class Subscription:
    """The place of a process in its consumer group; every event is read once for all listeners."""

    def __init__(
        self,
        servers: str,
        group: str,
        listeners: Sequence[Listener],
        ending: Ending,
        *,
        session_seconds: float,
    ) -> None:
        self.group = group
        self._listeners = listeners
        self._ending = ending
        self._complaints = Complaints()
        self._types = frozenset[str]().union(*[each.types for each in listeners])
        self._fetching = Fetching(self._hand_out, self._complaints, Standing(listeners))
        self._progress = Progress(listeners, self._fetching)
        self._handing_out = asyncio.Lock()
        self._stalls = Stalls(self._fetching)
        self._reading: list[asyncio.Task[None]] = []
        self._listening: list[asyncio.Task[None]] = []
        self.broker = KafkaBroker(
            servers,
            client_id=group,
            # To join, one waits until members that are gone have had their time.
            request_timeout_ms=round((session_seconds + ANSWER_SECONDS) * 1000),
            retry_backoff_ms=RETRY_MILLISECONDS,
            metadata_max_age_ms=TOPICS_MILLISECONDS,
            allow_auto_create_topics=False,
            consumer_only=True,
            logger=None,
        )
        self._subscriber = self._subscribe(session_seconds)

    def _subscribe(self, session_seconds: float) -> Any:
        """Have FastStream keep a consumer; without a handler it leaves the reading to us."""
        return self.broker.subscriber(
            *sorted(frozenset[str]().union(*[each.topics for each in self._listeners])),
            group_id=self.group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            listener=self._progress,
            consumer_timeout_ms=IDLE_MILLISECONDS,
            max_poll_interval_ms=3_600_000,
            session_timeout_ms=round(session_seconds * 1000),
            heartbeat_interval_ms=round(session_seconds * 1000 / HEARTBEATS),
        )

    async def join(self) -> None:
        """Start as soon as a broker answers; what else goes wrong ends the process."""
        what = f"{self.group}: join the stream"
        try:
            await insist(self.start, on=(KafkaError, OSError), what=what, last=2)
        except Exception as error:
            self._ending.die(what, error)
            raise

    async def start(self) -> None:
        """Join the group and begin to consume; raises KafkaError when no broker answers."""
        try:
            await do_whole(self.broker.start(), seconds=CLOSE_SECONDS)
        except BaseException:  # what was begun is left open otherwise, and begun anew
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.broker.stop()
            raise
        self._progress.consumer = self._subscriber.consumer
        self._fetching.open(self._subscriber.consumer)
        self._reading = [
            self._ending.keep(self._fetching.run(), PART),
            self._ending.keep(self._heed_consumer(), PART),
            self._ending.keep(self._commit_regularly(), "commit offsets"),
            self._ending.keep(self._stalls.run(self._subscriber.consumer), "look for stalls"),
        ]
        self._listening = [
            self._ending.keep(each.listen(), f"{each.service}: hear") for each in self._listeners
        ]

    async def stop(self) -> None:
        """Finish the batches at hand, commit their offsets and leave the group."""
        self._fetching.close()
        for listener in self._listeners:
            listener.stop()
        await self._ending.finish("hear", *self._listening)
        for task in self._reading:
            task.cancel()
        await self._ending.finish("leave the stream", self._leave(), seconds=CLOSE_SECONDS)

    async def _leave(self) -> None:
        await self._progress.commit()
        await self.broker.stop()

    def state_of(self, topics: Iterable[str]) -> str:
        """Give "ok", or in a few words why topics are not read."""
        consumer = self._subscriber.consumer
        if trouble := self._complaints.trouble or self._fetching.trouble:
            return trouble
        if consumer is None or not consumer.assignment():
            return NOT_YET
        missing = sorted(topic for topic in topics if not consumer.partitions_for_topic(topic))
        if missing:
            return f"there is no topic {' nor '.join(missing)}"
        return "ok" if self._fetching.is_reading else NOWHERE

    async def _heed_consumer(self) -> None:
        """Hear what the consumer complains of, and take what it has fetched before it was paused.

        Whoever starts anew reads again what was read and given to nobody.
        """
        while True:
            try:
                fetched = await self._subscriber.consumer.getmany(timeout_ms=FOREVER_MILLISECONDS)
            except KafkaError as error:
                await self._complaints.heed(error)
                continue
            await self._hand_out([*chain.from_iterable(fetched.values())])

    async def _hand_out(self, records: Sequence[ConsumerRecord]) -> None:
        """Give records to the listeners, as many at a time as one of them applies.

        Those of one answer before the next: who waits for room may hold what comes before it, where
        a partition is read from another broker meanwhile.
        """
        async with self._handing_out:
            for start in range(0, len(records), BATCH_MAX):
                part = records[start : start + BATCH_MAX]
                items = read(part, self._types)
                for listener in self._listeners:
                    listener.put(items)
                self._progress.note(part)
                for listener in self._listeners:
                    await listener.has_room()

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await self._progress.commit()


@asynccontextmanager
async def joined(subscription: Subscription, *, waits: bool) -> AsyncIterator[None]:
    """Have the subscription consume, once a broker answers; where nobody waits, meanwhile."""
    joining = asyncio.create_task(subscription.join(), name="join the stream")
    try:
        if waits:
            await joining
        yield
    finally:
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)
        await subscription.stop()
