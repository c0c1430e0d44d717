"""The floor of `platen bench latency`: what the bare parts take for the same five steps.

A step writes a row with a commit of its own, sends an event to the broker, has it back, and makes
the same calls to store and factory. Nothing is read or decided, no event is known again, and what
is lost on the way stays lost. One process does it all, by the libraries that the services use.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from os import getpid

import aiohttp
import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.bench.processes import answer_of, cpu_seconds, family
from deploy.bench.world import ORDER
from deploy.embedded.stack import Parts
from shared.cores import keep_to_one
from shared.patience import until

TOPIC = "bare.v1"
MEASURED = 100
BODY = b"x" * 600
"""About as much as an event has."""
CONNECTIONS = 4
LONG_FETCH_MILLISECONDS = 5_000


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How many orders come first, and how many of them in a second."""

    orders: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the parts are, and how many orders to send in a second."""

    kafka_servers: str
    database_url: str
    world: str
    per_second: float
    warm_up: WarmUp
    kafka_pid: int
    postgres_pid: int


@dataclass(frozen=True, slots=True)
class Took:
    """How long orders took, the quickest first, and CPU seconds an order, servers included."""

    seconds: Sequence[float]
    cpu_seconds: float


async def floor_of(parts: Parts, world_port: int, per_second: float, warm_up: WarmUp) -> Took:
    """Measure the floor on running parts that nobody else uses meanwhile."""
    asked = Asked(
        parts.kafka.servers,
        parts.postgres.url,
        f"http://127.0.0.1:{world_port}",
        per_second,
        warm_up,
        parts.kafka.pid,
        parts.postgres.pid,
    )
    return Took(**await answer_of("deploy.bench.bare_steps", asdict(asked)))


@dataclass
class Floor:
    """The parts, and the orders on their way."""

    asked: Asked
    pool: "asyncpg.Pool[asyncpg.Record]"
    http: aiohttp.ClientSession
    producer: AIOKafkaProducer
    consumer: AIOKafkaConsumer
    begun: dict[int, float] = field(default_factory=dict)
    took: dict[int, float] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def go(self, number: int, step: int) -> None:
        """Begin a step of an order."""
        task = asyncio.create_task(self.do(number, step))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def do(self, number: int, step: int) -> None:
        """Do one of the five: receive, print, approve, make, tell."""
        await self.call(number, step)
        if step == 4:  # noqa: PLR2004 - the last
            self.took[number] = time.perf_counter() - self.begun[number]
        await self.pool.execute("INSERT INTO bare (body) VALUES ($1)", BODY)
        if number not in self.took:
            place = number.to_bytes(4) + bytes([step + 1])
            await self.producer.send(TOPIC, BODY, key=place)
            await self.producer.flush()

    async def call(self, number: int, step: int) -> None:
        """Have the order made and asked about, or the store asked and told."""
        if step == 3:  # noqa: PLR2004 - make
            await self.ask("POST", "/v1/orders", {"external_order_id": str(number)})
            await self.ask("GET", f"/v1/orders/po-{number}")
        elif step == 4:  # noqa: PLR2004 - tell
            for _ in range(2):
                await self.ask("POST", "/graphql.json", {"variables": {"id": f"{ORDER}{number}"}})

    async def ask(self, method: str, path: str, body: object = None) -> None:
        """Make one call, and read its answer."""
        async with self.http.request(method, self.asked.world + path, json=body) as answer:
            await answer.read()

    async def hear(self) -> None:
        """Go on with whatever comes back from the broker."""
        async for record in self.consumer:
            self.go(int.from_bytes(record.key[:4]), record.key[4])

    async def drive(self, numbers: range, per_second: float) -> None:
        """Send orders at the rate, and wait until all are through."""
        first = time.perf_counter()
        for place, number in enumerate(numbers):
            due = first + place / per_second
            await asyncio.sleep(due - time.perf_counter())
            self.begun[number] = due
            self.go(number, 0)

        async def are_through() -> bool:
            return len(self.took) >= numbers.stop and not self.tasks

        await until(are_through, every_seconds=0.01)

    def used(self) -> float:
        """Read the CPU seconds of this process and of both servers so far."""
        servers = (*family(self.asked.kafka_pid), *family(self.asked.postgres_pid))
        return cpu_seconds(getpid(), *servers)


async def run(asked: Asked) -> Took:
    """Warm up, and measure."""
    async with AsyncExitStack() as stack:
        floor = await open_parts(asked, stack)
        hearing = asyncio.create_task(floor.hear())
        first = asked.warm_up.orders
        await floor.drive(range(first), asked.warm_up.per_second)
        before = floor.used()
        numbers = range(first, first + MEASURED)
        await floor.drive(numbers, asked.per_second)
        used = floor.used() - before
        hearing.cancel()
        seconds = sorted(floor.took[number] for number in numbers)
        return Took(seconds, used / MEASURED)


async def open_parts(asked: Asked, stack: AsyncExitStack) -> Floor:
    """Create table and topic, and connect to everything."""
    pool = await stack.enter_async_context(
        asyncpg.create_pool(asked.database_url, min_size=CONNECTIONS, max_size=CONNECTIONS)
    )
    await pool.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, body bytea NOT NULL)")
    admin = AIOKafkaAdminClient(bootstrap_servers=asked.kafka_servers)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    http = await stack.enter_async_context(aiohttp.ClientSession())
    producer = await stack.enter_async_context(
        AIOKafkaProducer(bootstrap_servers=asked.kafka_servers, enable_idempotence=True, acks="all")
    )
    consumer = await stack.enter_async_context(
        AIOKafkaConsumer(
            TOPIC,
            bootstrap_servers=asked.kafka_servers,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=LONG_FETCH_MILLISECONDS,
        )
    )
    return Floor(asked, pool, http, producer, consumer)


if __name__ == "__main__":
    keep_to_one()
    asked = json.loads(sys.argv[1])
    took = uvloop.run(run(Asked(**asked | {"warm_up": WarmUp(**asked["warm_up"])})))
    sys.stdout.write(json.dumps(asdict(took)))
