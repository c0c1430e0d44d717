"""Drives one service alone: what it hears, is asked, does next, and says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import httpx
from aiokafka import ConsumerRecord
from pydantic import SecretStr

from shared import promised
from shared.cloudevents import Headers, decode, encode
from shared.database import Transaction
from shared.due import find_due
from shared.events import Event
from shared.handing import Promise
from shared.hearing import read
from shared.service import Service

_offsets = count()


def as_record(event: Event) -> ConsumerRecord:
    """Write the event as the stream would deliver it."""
    message = encode(event, "test")
    headers = [(name, value.encode()) for name, value in message.headers]
    return record(message.value, message.key, headers, topic=message.topic)


def record(
    value: bytes | None, key: str | None, headers: Headers, *, topic: str = "orders.v1"
) -> ConsumerRecord:
    """Make a record with an offset of its own."""
    return ConsumerRecord(
        topic=topic,
        partition=0,
        offset=next(_offsets),
        timestamp=0,
        timestamp_type=0,
        key=key.encode() if key is not None else None,
        value=value,
        checksum=None,
        serialized_key_size=len(key or ""),
        serialized_value_size=len(value or b""),
        headers=headers,
    )


class Driver:
    """A running service without its stream: events go in and come out by hand."""

    def __init__(self, service: Service, http: httpx.AsyncClient) -> None:
        self.service = service
        self.http = http

    async def hears(self, *events: Event) -> None:
        """Deliver the events in one batch."""
        await self.hears_records(*[as_record(event) for event in events])

    async def hears_records(self, *records: ConsumerRecord) -> None:
        """Deliver records in one batch, whatever they are."""
        consumer = self.service.consumer
        if items := read(records, consumer.types):
            await consumer.consume(items)

    async def does(self, worker: str) -> bool:
        """Let the worker do one thing; False when nothing waits.

        It does nothing that it would not be woken for, had it been left behind by somebody else.
        """
        if not await self.is_due(worker):
            return False
        if worker in self.service.lanes:
            return await self.service.lanes[worker].do_one()
        return bool(await self.service.workers[worker].do_next())

    async def is_due(self, worker: str) -> bool:
        """Tell whether the worker is woken; who looks by itself always is."""
        signal = self.service.workers[worker].signal
        if signal not in self.service.due:
            return True
        async with self.service.database.statement() as transaction:
            return signal in await find_due(transaction, self.service.due)

    @asynccontextmanager
    async def at_work(self, *workers: str) -> AsyncIterator[None]:
        """Have these workers' lanes free, as when nothing waits; leaves with all of it done."""
        lanes = [self.service.lanes[worker] for worker in workers]
        for lane in lanes:
            lane.open()
            await lane.do_next()
        yield
        for lane in lanes:
            await lane.finish()
            lane.close()

    async def tries(self, worker: str) -> int:
        """Let the worker begin all that is due, as it does by itself; tell how much that was."""
        lane = self.service.lanes[worker]
        lane.open()
        begun = await lane.do_next()
        await lane.finish()
        lane.close()
        return begun

    async def does_all(self, worker: str) -> int:
        """Let the worker do everything that is due, and tell how much that was."""
        done = 0
        while await self.does(worker):
            done += 1
        return done

    async def says(self) -> list[Event]:
        """Give what was said since the last time, in order."""
        async with self.service.database.transaction() as transaction:
            promises = await read_outbox(transaction)
        return [decode(dict(promise.headers)["ce_type"], promise.value) for promise in promises]


async def read_outbox(transaction: Transaction) -> list[Promise]:
    """Take every promise out of the outbox, dead letters excepted."""
    connection = transaction._connection
    promises = await promised.find_promises(connection, 100_000)
    await promised.find_promises(connection, 0, [promise.id for promise in promises])
    return [promise for promise in promises if not promise.topic.endswith("-dlt")]


@asynccontextmanager
async def driving(service: Service) -> AsyncIterator[Driver]:
    """Open the service's database and its HTTP side, in process; the client shows the API key."""
    transport = httpx.ASGITransport(app=service.asgi)
    async with (
        service.open(),
        httpx.AsyncClient(transport=transport, base_url=f"http://{service.name}") as http,
    ):
        key: SecretStr | None = getattr(service.settings, "api_key", None)
        if key is not None:
            http.headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        yield Driver(service, http)
