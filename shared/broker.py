"""The way from Kafka into the consumer, through FastStream, with offsets committed afterwards."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage
from faststream.message import StreamMessage

from shared.consumer import Consumer

log = structlog.get_logger()

BATCH_MAX = 500
COMMIT_SECONDS = 1.0

# FastStream waits this long for records and, when none came, sleeps as long again. A fetch that
# never runs out wakes on the first record and never sleeps, so an idle reader costs nothing.
FOREVER_MILLISECONDS = 365 * 24 * 3600 * 1000

# The broker holds one fetch of ours at a time, and partitions that we are given meanwhile wait
# for its end: this is what each change of members costs a reader that was idle.
FETCH_WAIT_MILLISECONDS = 500

RETRY_MILLISECONDS = 400
"""A broker that comes back needs the processor more than those who ask whether it is there."""

HEARTBEATS = 3
"""How many a member may miss before its share is given to others."""


class Progress(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """How far each partition is applied; committed on a timer, since the inbox knows the rest."""

    def __init__(self) -> None:
        self._offsets: dict[TopicPartition, int] = {}
        self.consumer: Any = None

    def note(self, records: Sequence[ConsumerRecord]) -> None:
        """Remember that these records need not be fetched again."""
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            self._offsets[partition] = record.offset + 1

    async def commit(self) -> None:
        """Commit what was noted; after a failure the records are fetched again and known."""
        if self.consumer is None or not self._offsets:
            return
        mine = self.consumer.assignment()
        offsets = {partition: at for partition, at in self._offsets.items() if partition in mine}
        self._offsets.clear()
        if not offsets:
            return
        try:
            await self.consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError, KafkaError) as error:
            log.warning("offsets_not_committed", error=repr(error))

    async def on_partitions_revoked(self, _revoked: set[TopicPartition]) -> None:
        """Commit before others take the partitions over."""
        await self.commit()

    async def on_partitions_assigned(self, _assigned: set[TopicPartition]) -> None:
        """Nothing to do: the inbox knows what was heard."""


class Subscription:
    """A service's place in its consumer group."""

    def __init__(
        self,
        servers: str,
        service: str,
        topics: Sequence[str],
        consumer: Consumer,
        *,
        session_seconds: float,
    ) -> None:
        self._progress = Progress()
        self._consumer = consumer
        self._committing: asyncio.Task[None] | None = None
        self.broker = KafkaBroker(
            servers,
            client_id=service,
            retry_backoff_ms=RETRY_MILLISECONDS,
            allow_auto_create_topics=False,
            apply_types=False,
            logger=None,
        )
        self._subscriber = self.broker.subscriber(
            *topics,
            group_id=service,
            batch=True,
            max_records=BATCH_MAX,
            batch_timeout_ms=FOREVER_MILLISECONDS,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            listener=self._progress,
            parser=keep_raw,
            decoder=give_raw,
            fetch_max_wait_ms=FETCH_WAIT_MILLISECONDS,
            max_poll_interval_ms=3_600_000,
            session_timeout_ms=round(session_seconds * 1000),
            heartbeat_interval_ms=round(session_seconds * 1000 / HEARTBEATS),
        )
        self._subscriber(self._consume)

    async def start(self) -> None:
        """Join the group and begin to consume; raises KafkaError when no broker answers."""
        await self.broker.start()
        self._progress.consumer = self._subscriber.consumer
        self._committing = asyncio.create_task(self._commit_regularly(), name="commit-offsets")

    async def stop(self) -> None:
        """Finish the batch at hand, commit its offsets and leave the group."""
        if self._committing is not None:
            self._committing.cancel()
            await asyncio.gather(self._committing, return_exceptions=True)
        await self._progress.commit()
        await self.broker.stop()

    @property
    def is_ready(self) -> bool:
        """False until partitions are assigned (or known to be all taken by others)."""
        consumer = self._subscriber.consumer
        return consumer is not None and bool(consumer.assignment())

    async def _consume(self, records: Sequence[ConsumerRecord]) -> None:
        await self._consumer.consume(records)
        self._progress.note(records)

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            await self._progress.commit()


async def keep_raw(records: tuple[ConsumerRecord, ...]) -> StreamMessage[Any]:
    """Keep the records as they are: FastStream's own parser loses a batch to one odd header."""
    return KafkaMessage(
        raw_message=records,
        body=b"",
        headers={},
        content_type=None,
        consumer=None,  # type: ignore[arg-type]
    )


async def give_raw(message: StreamMessage[Any]) -> Any:
    """Hand the records themselves to the consumer."""
    return message.raw_message
