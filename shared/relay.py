"""The relay: publishes what the outbox promises, in order, from one process at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from time import monotonic

import asyncpg
import structlog
from aiokafka.errors import (
    KafkaError,
    NotEnoughReplicasAfterAppendError,
    NotEnoughReplicasError,
)

from shared import handing, held_news, holding, outbox, promised
from shared.database import Database
from shared.database_errors import PASSING
from shared.ending import CLOSE_SECONDS
from shared.handing import Promise
from shared.metrics import Metrics
from shared.patience import backoff_seconds, do_whole
from shared.producing import NoTopic, Producer, Refused
from shared.publishing import publish
from shared.signals import wait_for_signal

log = structlog.get_logger()

BATCH_MAX = 500
BURST_MIN = 16
GATHER_SECONDS = 0.05
"""So many promises at once are a burst, in which more are let gather: fewer and larger batches
cost the broker a third less for each event. A lone event never waits."""

TAKEOVER_SECONDS = 1.0
TELL_SECONDS = 0.01
"""How far apart the leader is told of promises at least: to tell it takes a lock that the whole
database shares."""
POLL_SECONDS = 2.0
"""How often is looked for what nobody told of, because its process died in between, and for what
was published and is to be dropped."""
STILL_SECONDS_MAX = 20.0
"""How long a leader may do nothing at all, not even look, before Postgres takes the lock from it:
a process that stands still would keep what all others promise from being published."""
RETRY_SECONDS_MAX = 2.0

LACKING_REPLICAS = (NotEnoughReplicasError, NotEnoughReplicasAfterAppendError)
REFUSALS_MIN = 3
"""A broker that says no so often, with nothing published between, goes on saying it. Fewer are what
a new producer is made for, or a broker that has just begun."""


class Relay:
    """Leads when it holds the service's lock; otherwise waits to take over."""

    def __init__(self, database: Database, kafka_servers: str, metrics: Metrics) -> None:
        self._database = database
        self._kafka_servers = kafka_servers
        self._metrics = metrics
        self._handing = database.handing
        self._holding = holding.Holding()
        metrics.held.set_function(self._holding.__len__)
        self._failures = 0
        self._refusals = 0
        self.trouble = ""
        """Why nothing at all is published although database and broker answer, or empty."""
        self.can_be_asked = False
        """Whether the service hears when a person wants what is held tried again."""

    @property
    def state(self) -> str:
        """Give "ok", or what is not published and why although database and broker answer."""
        return self.trouble or self._holding.state

    async def run(self) -> None:
        """Lead whenever nobody else does, until cancelled.

        After any failure, expected or not, the connection, the lock and the producer are made
        anew: some errors of an idempotent producer can be left only by a new one, and a relay that
        ended would leave the service mute.
        """
        ends = [
            self._database.when_fired(outbox.SIGNAL, self._handing.look),
            self._database.when_fired(handing.SIGNAL, self._handing.due.set),
        ]
        try:
            while True:
                try:
                    async with self._leadership() as connection, self._producer() as producer:
                        await self._lead(connection, producer)
                except Exception as error:  # noqa: BLE001 - see above
                    self._learn(error)
                    wait = backoff_seconds(self._failures, last=RETRY_SECONDS_MAX)
                    log.warning(
                        "relay_interrupted",
                        service=self._database.service,
                        error=repr(error),
                        wait_seconds=wait,
                    )
                    await asyncio.sleep(wait)
        finally:
            for end in ends:
                end()

    def _learn(self, error: Exception) -> None:
        """Know why nothing is published; that database or broker are away is told by others."""
        self._failures += 1
        if isinstance(error, Refused):
            self._holding.learn(error)
            return
        if isinstance(error, PASSING) or (isinstance(error, KafkaError) and passes(error)):
            return
        self._refusals += 1
        if isinstance(error, KafkaError) and self._refusals < REFUSALS_MIN:
            return
        self.trouble = f"nothing is published: {type(error).__name__}"

    @asynccontextmanager
    async def _leadership(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """Wait for the lock; it lives and dies with the connection that promises are found by."""
        connection = await promised.connect(self._database, STILL_SECONDS_MAX)
        try:
            has_promised = False
            while not await promised.lead_or_tell(connection, tell=has_promised):
                self.trouble = ""  # whoever leads tells
                await asyncio.sleep(TELL_SECONDS)
                has_promised = await wait_for_signal(self._handing.due, TAKEOVER_SECONDS)
                self._handing.due.clear()
            await promised.listen(connection, self._handing.look)
            self._metrics.leads.set(1)
            yield connection
        finally:
            self._metrics.leads.set(0)
            connection.terminate()

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[Producer]:
        producer = Producer(
            self._kafka_servers,
            f"{self._database.service}-relay",
            batch_bytes_max=self._holding.batch_bytes_max,
        )
        try:
            # Cut short in its beginning, aiokafka leaves a connection open.
            await do_whole(producer.start(), seconds=CLOSE_SECONDS)
            yield producer
        finally:
            await producer.stop()

    async def _lead(
        self, connection: "asyncpg.Connection[asyncpg.Record]", producer: Producer
    ) -> None:
        """Publish whatever is promised; what was published is dropped with the next look.

        Also while everything is handed, a look now and then finds what nobody told of.
        """
        published: list[int] = []
        looked_at = -POLL_SECONDS
        await holding.find_lines(connection, self._holding)
        self._holding.told = await held_news.find_told(connection)
        self._handing.begin()
        try:
            while True:
                self._handing.due.clear()
                if self._handing.must_look or monotonic() > looked_at + POLL_SECONDS:
                    looked_at = monotonic()
                    promises = await self._look(connection, published)
                else:
                    promises = self._handing.take()
                await self._publish(connection, producer, promises, published)
                self._failures, self._refusals, self.trouble = 0, 0, ""
                if BURST_MIN <= len(promises) < BATCH_MAX:
                    await asyncio.sleep(GATHER_SECONDS)
                if len(promises) == BATCH_MAX:
                    self._handing.look()
                await wait_for_signal(self._handing.due, POLL_SECONDS)
        except asyncio.CancelledError:
            # What cannot be dropped now goes out twice, and each inbox sees that.
            with suppress(*PASSING):
                await promised.find_promises(connection, 0, published)
            raise
        finally:
            self._handing.end()

    async def _publish(
        self,
        connection: "asyncpg.Connection[asyncpg.Record]",
        producer: Producer,
        promises: Sequence[Promise],
        published: list[int],
    ) -> None:
        """Publish what the broker takes, and note it; all else is held, and tried again."""
        try:
            free = await holding.hold(connection, producer, self._holding, promises)
            published += await publish(free, producer)
            self._metrics.published.inc(len(free))
            if self._holding and (
                count := await holding.try_again(connection, producer, self._holding)
            ):
                self._metrics.published.inc(count)
                self._handing.due.set()
            await held_news.tell(self._database, self._holding, can_retry=self.can_be_asked)
        except NoTopic as error:
            self._holding.learn(error)
            self._handing.look()

    async def _look(
        self, connection: "asyncpg.Connection[asyncpg.Record]", published: list[int]
    ) -> list[Promise]:
        """Find what is promised; what was published is dropped, and no longer listed then."""
        self._handing.begin_look()
        if self._holding:
            await held_news.find_asked(connection, self._holding)
        promises = await promised.find_promises(connection, BATCH_MAX, published, self._handing.own)
        published.clear()
        self._handing.end_look(promises)
        return promises


def passes(error: KafkaError) -> bool:
    """Tell whether an error is over once the broker answers, or another leads."""
    return error.retriable and not isinstance(error, LACKING_REPLICAS)
