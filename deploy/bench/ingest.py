"""`platen bench ingest`: durable webhooks a second, against two floors of the same run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
from rich.console import Console
from rich.table import Table

from deploy.bench.load import Load, Loaded
from deploy.bench.processes import send, server
from deploy.bench.running import Used, used_by
from deploy.bench.webhooks import SECRET, SHOP, write_requests
from deploy.embedded import Stack
from deploy.embedded.stack import Parts, embedded_parts
from deploy.preparing import prepare_database, prepare_topics
from deploy.roles import SERVICES, url_for
from shared.patience import until

BURST = 12_000
WARM_UP = 12_000
"""The broker compiles what it does often, and is at half its cost after so many."""
PACED_PER_SECOND = 500
PACED = 5_000
WARM_UP_OF_PACED = 2_000
LAST = WARM_UP + BURST + WARM_UP_OF_PACED + PACED
"""The first order that no part before the last has sent."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A server's burst, and the CPU time of all who had a part in it.

    They share the cores, so what all of them use together decides the rate.
    """

    name: str
    loaded: Loaded
    used: Used

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.loaded.requests / self.loaded.seconds

    @property
    def cpu_us(self) -> tuple[float, ...]:
        """Microseconds of CPU for each request: server, database, broker, load, and all."""
        parts = (self.used.ours, self.used.database, self.used.broker, self.loaded.cpu_seconds)
        return tuple(part / self.loaded.requests * 1e6 for part in (*parts, sum(parts)))


async def bench_ingest(console: Console) -> dict[str, float]:
    """Measure the floors and ingest one after another, then ingest at a steady rate.

    At last ingest alone, without the relay that publishes meanwhile: it does what the group-commit
    floor does, with the order read, judged and promised to the stream on top.
    """
    with TemporaryDirectory() as folder:
        async with embedded_parts(Path(folder) / "stack") as parts:
            configuration = await prepare(parts.stack)
            bursts = [
                await burst(kind, configuration, parts, Path(folder))
                for kind in ("bare", "floor", "ingest")
            ]
            paced = await steady(configuration, Path(folder))
            kept = await burst("kept", configuration, parts, Path(folder), first=LAST)
    print_table(console, [*bursts, kept], paced)
    bare, floor, ingest = bursts
    return {
        "webhooks_per_s": round(ingest.per_second),
        "ratio_to_bare_floor": round(ingest.per_second / bare.per_second, 3),
        "ratio_to_group_commit_floor": round(ingest.per_second / floor.per_second, 3),
        "ratio_without_relay": round(kept.per_second / floor.per_second, 3),
        "cpu_us_per_webhook": round(ingest.cpu_us[0]),
        "p50_ms": round(paced.p50_ms, 2),
        "p99_ms": round(paced.p99_ms, 2),
    }


async def prepare(stack: Stack) -> dict[str, Any]:
    """Make the tables of ingest and of the floor; give what the servers must be told."""
    await prepare_database(stack.database_url, dict.fromkeys(SERVICES, "bench"))
    await prepare_topics(stack.kafka_servers)
    url = url_for(stack.database_url, "ingest", "bench")
    connection = await asyncpg.connect(url)
    await connection.execute(
        "CREATE TABLE floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea)"
    )
    await connection.close()
    return {
        "database_url": url,
        "kafka_servers": stack.kafka_servers,
        "shops": [SHOP],
        "shopify_secrets": [SECRET],
        "api_key": SECRET,
        "payload_key": SECRET,
    }


async def burst(
    kind: str, configuration: dict[str, Any], parts: Parts, folder: Path, first: int = 0
) -> Measured:
    """Send a warm-up and then a burst over 64 connections, and wait until all is published."""
    warm_up = range(first, first + WARM_UP)
    numbers = range(first + WARM_UP, first + WARM_UP + BURST)
    async with server(kind, configuration) as (port, pid):
        await send(Load(port, write_requests(folder, warm_up)))
        await drained(kind, configuration["database_url"])
        before = used_by([pid], parts)
        loaded = await send(Load(port, write_requests(folder, numbers)))
        await drained(kind, configuration["database_url"])
        used = used_by([pid], parts).since(before)
    check(loaded)
    return Measured(kind, loaded, used)


async def drained(kind: str, database_url: str) -> None:
    """Wait until the relay, where there is one, has published everything: its work counts too."""
    if kind != "ingest":
        return
    connection = await asyncpg.connect(database_url, server_settings={"enable_seqscan": "off"})

    async def is_empty() -> bool:
        return not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM outbox)")

    try:
        await until(is_empty)
    finally:
        await connection.close()


async def steady(configuration: dict[str, Any], folder: Path) -> Loaded:
    """Send at a steady rate, as a busy store would."""
    first = WARM_UP + BURST
    numbers = range(first, first + WARM_UP_OF_PACED)
    async with server("ingest", configuration) as (port, _):
        await send(Load(port, write_requests(folder, numbers)))
        numbers = range(numbers.stop, numbers.stop + PACED)
        loaded = await send(
            Load(port, write_requests(folder, numbers), per_second=PACED_PER_SECOND)
        )
    check(loaded)
    return loaded


def check(loaded: Loaded) -> None:
    """Refuse to report on a run in which anything was refused."""
    if loaded.refused:
        raise RuntimeError(f"{loaded.refused} of {loaded.requests} webhooks were refused")


def print_table(console: Console, bursts: Sequence[Measured], paced: Loaded) -> None:
    """Print the absolute figures."""
    columns = ("CPU µs", "database", "broker", "load", "all")
    table = Table("server", "per s", "p50 ms", "p99 ms", *columns)
    for each in bursts:
        loaded = each.loaded
        latencies = (f"{loaded.p50_ms:.1f}", f"{loaded.p99_ms:.1f}")
        cpu = [f"{part:.0f}" for part in each.cpu_us]
        table.add_row(each.name, f"{each.per_second:,.0f}", *latencies, *cpu)
    table.add_row(f"at {PACED_PER_SECOND}/s", "", f"{paced.p50_ms:.1f}", f"{paced.p99_ms:.1f}")
    console.print(table)
