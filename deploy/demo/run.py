"""Runs the demo: stack, sandbox and services, products and orders, and a line for each event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.text import Text

from deploy.demo.outcome import find_outcomes
from deploy.demo.sandbox import Sandbox, sandbox
from deploy.demo.table import print_outcomes
from deploy.embedded import embedded_stack
from deploy.events_as_lines import line_of
from deploy.house import Installation
from deploy.keys import keys_of
from deploy.seed.load import load_seed
from deploy.seed.products import read_seed
from deploy.serving import listen, url_of
from deploy.stream import tail
from deploy.system import running_system
from shared.ending import Ending
from shared.events import OrderReceived
from shared.web import Sessions

PORT = 8000
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Options:
    """What the demo is asked to do."""

    folder: Path
    orders: int
    every_seconds: float
    approve: bool
    exit: bool
    seed: int
    step_seconds: float
    patience_seconds: float


@dataclass(frozen=True)
class Running:
    """The whole system as it runs."""

    home: Installation
    world: Sandbox

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Open a client of the approval API."""
        headers = {"Authorization": f"Bearer {self.home.keys['approval_api']}"}
        async with httpx.AsyncClient(base_url=self.home.url, headers=headers, timeout=60) as http:
            yield http


@asynccontextmanager
async def whole_system(options: Options, ending: Ending) -> AsyncIterator[Running]:
    """Run everything on the folder, going on where an earlier run stopped."""
    keys = keys_of(options.folder)
    door = listen(PORT)
    url = url_of(door)
    async with (
        embedded_stack(options.folder, ending) as stack,
        sandbox(url, keys, options.folder / "sandbox", step_seconds=options.step_seconds) as world,
    ):
        home = Installation(stack, keys, options.folder, url)
        async with running_system(home, world.outside, door, ending):
            yield Running(home, world)


async def run_demo(options: Options, console: Console, ending: Ending) -> bool:
    """Run the demo; True when it was not asked to judge, or every order ended well."""
    console.print("Starting Kafka, PostgreSQL, the six services and a sandbox of the world …")
    async with whole_system(options, ending) as running:
        await load_products(running)
        telling = asyncio.create_task(tell(running, console), name="tell")
        try:
            introduce(running, options, console)
            return await carry_on(running, options, console)
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


async def carry_on(running: Running, options: Options, console: Console) -> bool:
    """Approve if asked to, and end with the table, or stay until Ctrl-C."""
    async with asyncio.TaskGroup() as tasks:
        approving = tasks.create_task(approve_all(running)) if options.approve else None
        await place_orders(running, options)
        if not options.exit:
            await asyncio.Event().wait()
        ended_well = await wait_for_the_end(running, options, console)
        if approving is not None:
            approving.cancel()
    return ended_well


async def load_products(running: Running) -> None:
    """Publish the seed's products, and let the store sell them."""
    headers = {"Authorization": f"Bearer {running.home.keys['catalog_api']}"}
    seed = await asyncio.to_thread(read_seed)
    async with (
        httpx.AsyncClient(base_url=running.home.url, headers=headers, timeout=60) as catalog,
        httpx.AsyncClient(base_url=running.world.storefront_url, timeout=60) as storefront,
    ):
        await load_seed(seed, catalog, storefront)


async def place_orders(running: Running, options: Options) -> None:
    """Let shoppers order in the sandbox store, one after another or all at once."""
    at_once = max(1, options.orders) if options.every_seconds == 0 else 1
    async with httpx.AsyncClient(base_url=running.world.storefront_url, timeout=60) as http:
        for number in range(0, options.orders, at_once):
            wanted = {"count": at_once, "seed": options.seed + number}
            (await http.post("/sandbox/orders", json=wanted)).raise_for_status()
            await asyncio.sleep(options.every_seconds)


async def approve_all(running: Running) -> None:
    """Be the person who approves everything that waits, again and again."""
    async with running.client() as http:
        while True:
            wanted = {"filter": {"status": "needs_approval"}}
            (await http.post("/v1/approvals", json=wanted)).raise_for_status()
            await asyncio.sleep(POLL_SECONDS)


async def wait_for_the_end(running: Running, options: Options, console: Console) -> bool:
    """Wait until every order has ended well, or patience has; print the table."""
    servers = running.home.stack.kafka_servers
    ends = asyncio.get_running_loop().time() + options.patience_seconds
    while True:
        outcomes = await find_outcomes(
            servers, running.world.storefront_url, running.world.completeful_url
        )
        is_over = all(not outcome.missing for outcome in outcomes)
        if is_over or asyncio.get_running_loop().time() > ends:
            return print_outcomes(console, outcomes)
        await asyncio.sleep(POLL_SECONDS)


async def tell(running: Running, console: Console) -> None:
    """Print a line for each event of an order as it happens."""
    numbers: dict[str, str] = {}
    async for record, event in tail(running.home.stack.kafka_servers):
        if event is None:
            place = f"partition {record.partition}, offset {record.offset}"
            console.print(Text(f"a record that cannot be read, at {place}", style="red"))
            continue
        if isinstance(event, OrderReceived):
            numbers[event.key] = event.order_number
        console.print(line_of(event, numbers.get(event.key, event.key[:8])), soft_wrap=True)


def introduce(running: Running, options: Options, console: Console) -> None:
    """Say where the page is and what can be done."""
    link = Sessions(running.home.session_key).new_link(datetime.now(UTC))
    console.rule()
    url = f"{running.home.url}{link}"
    console.print(f"The orders (the link works once): [bold]{url}[/bold]", soft_wrap=True)
    if not options.exit:
        console.print("Approve some there and watch them go; Ctrl-C ends the demo.")
    console.rule()
