"""The whole system as the benchmarks run it: stack, house and world, each in processes apart."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.bench.load import Load
from deploy.bench.processes import cpu_seconds, family, send, server
from deploy.bench.webhooks import PROVIDER_ID, SECRET, SHOP, VARIANT, write_requests
from deploy.embedded.stack import Parts, embedded_parts
from deploy.house import Fields, Installation, Outside, configure
from deploy.keys import keys_of
from deploy.preparing import prepare_database, prepare_topics
from deploy.topics import PARTITIONS_OF_ONE_MACHINE
from shared.cores import for_servers
from shared.patience import until

PRODUCT = "bench"
PATIENCE_SECONDS = 60.0
DOOR = ("ingest", "catalog", "printfile", "approval")
"""The services that the benches ask, which are always in the first process."""
ALL = ((*DOOR, "fulfillment", "notifier"),)
IN_TWO = (DOOR, ("fulfillment", "notifier"))
"""How the services may be spread over processes; each of two has about half of the work."""
DOUBLED = "the store was told twice of {} packages"


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds, by who used them."""

    ours: float
    broker: float
    database: float

    def since(self, before: "Used") -> "Used":
        """Give what was used meanwhile."""
        return Used(
            self.ours - before.ours, self.broker - before.broker, self.database - before.database
        )

    @property
    def total(self) -> float:
        """Give what all used together."""
        return self.ours + self.broker + self.database


def used_by(pids: Sequence[int], parts: Parts) -> Used:
    """Read the CPU time so far of processes of ours, the broker and the database."""
    ours = sum(cpu_seconds(*family(pid)) for pid in pids)
    broker, database = (
        cpu_seconds(*family(each)) for each in (parts.kafka.pid, parts.postgres.pid)
    )
    return Used(ours, broker, database)


@dataclass(frozen=True)
class Bench:
    """The running system and the ways to its parts."""

    folder: Path
    keys: Mapping[str, str]
    parts: Parts
    house: httpx.AsyncClient
    world: httpx.AsyncClient
    door: int
    pids: Sequence[int]

    def used(self) -> Used:
        """Read the CPU time of the system so far; the world and the load do not count."""
        return used_by(self.pids, self.parts)

    async def told(self) -> dict[int, float]:
        """Give when the store was told of each order's package; raises when it was told twice."""
        answer = (await self.world.get("/told")).json()
        if answer["doubled"]:
            raise RuntimeError(DOUBLED.format(answer["doubled"]))
        return dict(answer["told"])

    async def send(self, numbers: range, per_second: float | None = None) -> list[float]:
        """Send the webhooks of these orders; give when each was due."""
        file = write_requests(self.folder, numbers)
        loaded = await send(Load(self.door, file, per_second=per_second))
        if loaded.refused:
            raise RuntimeError(f"{loaded.refused} of {loaded.requests} webhooks were refused")
        return loaded.sent

    async def drive(self, numbers: range, per_second: float | None = None) -> list[float]:
        """Send these orders and wait until each is told; give the seconds that each one took.

        Those with lower numbers have been sent before. While there are some that are not told only
        their number is asked for: what this costs is taken from what is measured.
        """
        sent = await self.send(numbers, per_second)

        async def are_told() -> bool:
            answer = await self.world.get("/count")
            return bool(answer.json()["told"] >= numbers.stop)

        async with asyncio.timeout(PATIENCE_SECONDS):
            await until(are_told, every_seconds=0.1)
        told = await self.told()
        return [told[number] - at for number, at in zip(numbers, sent, strict=True)]

    async def newest_orders(self, limit: int) -> list[str]:
        """Give the names of the orders at the top of approval's list."""
        headers = {"Authorization": f"Bearer {self.keys['approval_api']}"}
        answer = await self.house.get("/v1/orders", params={"limit": limit}, headers=headers)
        return [order["order_number"] for order in answer.raise_for_status().json()["orders"]]


@asynccontextmanager
async def running_bench(
    folder: Path,
    spread: Sequence[Sequence[str]] = ALL,
    first: Callable[[Parts, int], Awaitable[None]] | None = None,
    *,
    apart: bool = False,
    lasting: bool = False,
) -> AsyncIterator[Bench]:
    """Run everything on an empty folder, with the one product published.

    `first` is done before the services start, on the parts and the world at its port. The services
    may keep `apart` from the servers, and the broker be a `lasting` one, as with `platen up`.
    """
    async with AsyncExitStack() as stack:
        with for_servers() if apart else nullcontext():
            running = embedded_parts(folder / "stack", lasting=lasting)
            parts = await stack.enter_async_context(running)
            world_port, _ = await stack.enter_async_context(server("world", {}))
        if first is not None:
            await first(parts, world_port)
        keys = keys_of(folder)
        home = Installation(parts.stack, keys, folder, "http://127.0.0.1")
        await prepare_database(home.stack.database_url, home.passwords)
        await prepare_topics(home.stack.kafka_servers, PARTITIONS_OF_ONE_MACHINE)
        services = settings_of(home, world_port)
        houses = []
        for names in spread:
            told = {name: services[name] for name in names}
            house = server("house", {"services": told, "keeps_to_one": apart})
            houses.append(await stack.enter_async_context(house))
        door = houses[0][0]
        house_client, world = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
            )
            for port in (door, world_port)
        ]
        await publish(house_client, keys["catalog_api"])
        yield Bench(folder, keys, parts, house_client, world, door, [pid for _, pid in houses])


def settings_of(home: Installation, world_port: int) -> dict[str, Fields]:
    """Give what each service is told."""
    services = configure(home, outside_of(f"http://127.0.0.1:{world_port}", home.keys))
    services["printfile"]["scratch"] = os.fspath(home.folder / "scratch")
    services["approval"]["auto_approve_products"] = [PRODUCT]
    services["fulfillment"]["quotes"] = False  # the five steps of an order are measured
    return services


def outside_of(url: str, keys: Mapping[str, str]) -> Outside:
    """Describe the bench's world."""
    return Outside(
        shop=SHOP,
        shopify_url=url,
        shopify_token=SECRET,
        shopify_webhook_secret=SECRET,
        completeful_url=f"{url}/v1",
        completeful_shop_id="1",
        completeful_key="capp_live_bench",
        completeful_webhook_secret=keys["completeful_webhook"],
    )


async def publish(house: httpx.AsyncClient, key: str) -> None:
    """Publish a product whose print is one pixel that every order shares."""
    answer = await house.put(
        f"/v1/products/{PRODUCT}", json=draft(), headers={"Authorization": f"Bearer {key}"}
    )
    answer.raise_for_status()


def draft() -> dict[str, Any]:
    """Write the product."""
    box = {"width": 1, "height": 1}
    pixel = {"id": "pixel", "kind": "shape", "box": box, "fill": "#000000"}
    location = {"id": "front", "width": 1, "height": 1, "dpi": 300, "layers": [pixel]}
    return {
        "shop": SHOP,
        "title": "Bench tee",
        "is_personalized": False,
        "template": {"format": 1, "name": "One pixel", "locations": [location]},
        "provider_product_id": PROVIDER_ID,
        "print_locations": [
            {
                "print_location": "front",
                "provider_location_id": "1",
                "width_px": 1,
                "height_px": 1,
                "dpi": 300,
            }
        ],
        "variants": [
            {
                "variant_id": "only",
                "storefront_variant_id": str(VARIANT),
                "title": "Only",
                "provider_variant_id": "1",
            }
        ],
    }
