"""`platen bench dashboard`: pages, search and live news at a million orders."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from deploy.bench.orders import Field, field_of
from deploy.bench.samples import order
from deploy.serving import listen, url_of
from services.approval.app import build_app
from services.approval.settings import Settings
from shared.memory import keep_what_is_here
from shared.server import serving
from shared.service import Service
from shared.web import Sessions

ORDERS = 1_000_000
PAGES = 400
DASHBOARDS = 200
NEWS = 50
PATHS = (
    "/",
    "/?view=approval",
    "/?view=fulfilled",
    "/?view=approval&sort=oldest",
    "/?search=%23{number}",
    "/?search=shopper{some}",
    "/?search=adventure",
    "/?view=approval&search=shopper{some}",
    "/orders/{id}",
)


async def bench_dashboard(console: Console, orders: int = ORDERS) -> dict[str, float]:
    """Ask for pages one after another, then measure how soon 200 open ones hear of a change."""
    async with field_of(orders, waiting_percent=2) as field, running(field) as (service, http):
        for path in PATHS:  # templates are read and statements prepared at the first asking
            await ask(http, path, orders)
        keep_what_is_here()  # as a service does that has started
        by_path = {path: await ask(http, path, orders) for path in PATHS}
        pages = sorted(time for times in by_path.values() for time in times)
        live = sorted(await follow(service, http))
    table = Table("page", "p50 ms", "p99 ms")
    for path, times in [*by_path.items(), ("all pages", pages), ("live news", live)]:
        table.add_row(path, f"{at(times, 0.5):.1f}", f"{at(times, 0.99):.1f}")
    console.print(table)
    return {
        "orders": orders,
        "p50_ms": round(at(pages, 0.5), 1),
        "p99_ms": round(at(pages, 0.99), 1),
        "live_p99_ms": round(at(live, 0.99), 1),
    }


@asynccontextmanager
async def running(field: Field) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
    """Run approval with its live connection behind a real socket, and sign in."""
    service = build_app(Settings(**field.settings()))
    listener = listen(0)
    limits = httpx.Limits(max_connections=None)
    async with (
        service.open(),
        serving(service.asgi, listener),
        httpx.AsyncClient(base_url=url_of(listener), timeout=60, limits=limits) as http,
    ):
        worker = service.workers["live"]
        task = asyncio.create_task(worker.run(service.database, service.metrics))
        link = Sessions(SecretStr("bench")).new_link(datetime.now(UTC))
        await http.get(link)
        try:
            yield service, http
        finally:
            await service.http.state.feed.close()
            worker.stop(service.database)
            await task


async def ask(http: httpx.AsyncClient, path: str, orders: int) -> list[float]:
    """Ask for a page many times, each time for other orders; in milliseconds, sorted."""
    chance = random.Random(7)  # noqa: S311 - the same pages at every run
    clock = asyncio.get_running_loop().time
    first = (await http.get("/?view=approval")).text
    known = first.split('<tr id="o-')[1].split('"')[0]
    times = []
    for _ in range(PAGES // len(PATHS)):
        number, some = chance.randrange(orders), chance.randrange(min(50_000, orders))
        started = clock()
        answer = await http.get(path.format(number=number, some=some, id=known))
        times.append((clock() - started) * 1000)
        answer.raise_for_status()
    return sorted(times)


async def follow(service: Service, http: httpx.AsyncClient) -> list[float]:
    """Open dashboards, commit news one after another, and time each arrival in milliseconds."""
    clock = asyncio.get_running_loop().time
    committed: dict[str, float] = {}
    ready = asyncio.Semaphore(0)
    arrivals: asyncio.Queue[float] = asyncio.Queue()

    async def watch() -> None:
        async with http.stream("GET", "/live") as stream:
            ready.release()
            async for line in stream.aiter_lines():
                if '<tr id="o-' in line:
                    known = committed.get(line.split('<tr id="o-')[1].split('"')[0])
                    if known is not None:
                        arrivals.put_nowait((clock() - known) * 1000)

    watching = [asyncio.create_task(watch()) for _ in range(DASHBOARDS)]
    for _ in watching:
        await ready.acquire()
    times: list[float] = []
    for _ in range(NEWS):
        event = order(str(uuid4()))
        async with service.database.transaction() as transaction:
            await service.handlers[type(event).__name__](transaction, [event])
            # The moment before the commit: what the measure says is never too little.
            committed[event.order_id] = clock()
        times += [await arrivals.get() for _ in watching]
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return times


def at(times: Sequence[float], share: float) -> float:
    """Give the time below which this share of them lies."""
    return times[min(int(len(times) * share), len(times) - 1)]
