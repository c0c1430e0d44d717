"""The whole system as chaos runs it: every part a process of its own, every way a proxy."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.chaos.programs import Ways, free_ports
from deploy.chaos.proxy import Proxy
from deploy.chaos.schedule import MEMBERS
from deploy.chaos.victims import Member, Victim
from deploy.embedded.kafka import Kafka
from deploy.embedded.postgres import Postgres
from deploy.keys import keys_of
from deploy.preparing import prepare_database, prepare_topics
from shared.patience import until

START_SECONDS = 90.0
ASK_SECONDS = 3.0
LIVE = "/health/live"


@dataclass(frozen=True)
class Site:
    """Where everything is, and what can be done to it."""

    folder: Path
    keys: Mapping[str, str]
    proxies: Mapping[str, Proxy]
    kafka: Kafka
    postgres: Postgres
    members: Mapping[str, Member]
    store: Member
    factory: Member

    def victim(self, target: str) -> Victim:
        """Give the process that a fault names."""
        if target == "kafka":
            return self.kafka
        return self.postgres if target == "database" else self.members[target]

    def members_of(self, service: str) -> list[Member]:
        """Give the processes of a service."""
        return [self.members[f"{service}-{place + 1}"] for place in range(MEMBERS[service])]


@asynccontextmanager
async def running_site(folder: Path) -> AsyncIterator[Site]:
    """Run everything on the folder, with nothing broken yet."""
    async with AsyncExitStack() as stack:
        site = await lay_out(folder, stack)
        ours = [site.store, site.factory, *site.members.values()]
        stack.push_async_callback(stop, site)
        await asyncio.gather(site.kafka.start(), site.postgres.start())
        passwords = dict.fromkeys(MEMBERS, site.keys["database"])
        await asyncio.gather(
            prepare_database(site.postgres.url, passwords), prepare_topics(site.kafka.servers)
        )
        await asyncio.gather(*[member.start() for member in ours])
        await asyncio.gather(*[started(member) for member in ours])
        yield site


async def stop(site: Site) -> None:
    """Stop every process, those that lean on others first."""
    members = [*site.members.values(), site.store, site.factory]
    await asyncio.gather(*[member.kill() for member in members])
    await asyncio.gather(site.kafka.kill(), site.postgres.kill())


async def lay_out(folder: Path, stack: AsyncExitStack) -> Site:
    """Decide on every port, open the proxies, and tell each program of those it goes through."""
    names = [f"{name}-{place + 1}" for name, count in MEMBERS.items() for place in range(count)]
    parts = ["kafka", "controller", "database", "store", "factory"]
    wanted = [*parts, *names, *MEMBERS]
    ports = dict(zip(wanted, free_ports(len(wanted)), strict=True))
    proxies = {name: Proxy(behind) for name, behind in ways(ports).items()}
    for proxy in proxies.values():
        await proxy.open()
        stack.push_async_callback(proxy.close)
    doors = {
        service.upper(): (ports[service], proxies[f"{service}-kafka"].port) for service in MEMBERS
    }
    controller = ports["controller"]
    told = Ways(folder, keys_of(folder), proxies)
    return Site(
        folder=folder,
        keys=told.keys,
        proxies=proxies,
        kafka=Kafka(folder / "kafka", port=ports["kafka"], controller_port=controller, doors=doors),
        postgres=Postgres(folder / "postgres", port=ports["database"]),
        members={name: Member(told.service(name, ports[name]), ports[name]) for name in names},
        store=Member(told.store(ports["store"]), ports["store"], LIVE),
        factory=Member(told.factory(ports["factory"]), ports["factory"], LIVE),
    )


def ways(ports: Mapping[str, int]) -> dict[str, list[int]]:
    """Name every way that can be cut, with who is behind it."""
    fulfillment = [ports["fulfillment-1"], ports["fulfillment-2"]]
    return {
        **{f"{service}-database": [ports["database"]] for service in MEMBERS},
        **{f"{service}-kafka": [ports[service]] for service in MEMBERS},
        "store-webhooks": [ports["ingest-1"]],
        "factory-webhooks": fulfillment,
        "store-api": [ports["store"]],
        "factory-api": [ports["factory"]],
        "files": [ports["printfile-1"]],
    }


async def started(member: Member) -> None:
    """Wait until a process is ready; raises StackError with the end of its log when it is not."""
    try:
        async with asyncio.timeout(START_SECONDS):
            await until(lambda: answers(member))
    except TimeoutError as error:
        raise member.failed(f"was not ready within {START_SECONDS:.0f} seconds") from error


async def answers(member: Member) -> bool:
    """Ask a process whether it is ready; False when it does not answer, or is not."""
    async with httpx.AsyncClient(timeout=ASK_SECONDS, trust_env=False) as http:
        try:
            return (await http.get(f"{member.url}{member.health}")).is_success
        except httpx.HTTPError:
            return False
