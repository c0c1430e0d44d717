"""One round of chaos: orders flow while things break, then calm, then the judgement."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg
import httpx
from aiokafka.errors import KafkaError
from prometheus_client.parser import text_string_to_metric_families

from deploy.chaos.checks import find_problems, firsts
from deploy.chaos.collecting import collect
from deploy.chaos.history import History
from deploy.chaos.inflicting import calm, inflict
from deploy.chaos.people import approve_all, shop
from deploy.chaos.recovery import Recovery, Struck, recoveries
from deploy.chaos.schedule import Fault, plan
from deploy.chaos.site import Site
from deploy.chaos.victims import Member
from shared.signals import wait_for_signal

CALM_SECONDS_MAX = 240.0
LOOK_SECONDS = 1.0
LAST_LOOK_SECONDS = 3.0
"""How long after all is well it is looked again: what is doubled late is doubled too."""

DUPLICATES = "platen_events_duplicate_total"
NOT_NOW = (httpx.HTTPError, asyncpg.PostgresError, OSError, KafkaError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long orders flow while things break, and how fast."""

    seconds: float
    orders_per_second: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to."""

    seed: int
    faults: Sequence[Fault]
    struck: Sequence[Struck]
    orders: int
    said_again: int
    duplicates: int
    quiet_seconds: float
    recoveries: Sequence[Recovery]
    problems: Sequence[str]


class Duplicates:
    """What the inboxes caught, read often: a process that is killed takes its counters along."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members
        self._seen: dict[tuple[str, int], float] = {}

    @property
    def total(self) -> int:
        """Give the sum over every process that ever ran."""
        return int(sum(self._seen.values()))

    async def watch(self, over: asyncio.Event) -> None:
        """Read them again and again, until the round is over."""
        while not over.is_set():
            await self.read()
            await wait_for_signal(over, LOOK_SECONDS)

    async def read(self) -> None:
        """Read them once, as far as their processes answer."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
            for name, member in self._members.items():
                await self._read(http, name, member)

    async def _read(self, http: httpx.AsyncClient, name: str, member: Member) -> None:
        life = name, member.starts
        try:
            answer = await http.get(f"{member.url}/metrics")
        except httpx.HTTPError:
            return
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                if sample.name == DUPLICATES:
                    self._seen[life] = sample.value


async def play(site: Site, seed: int, pace: Pace) -> Outcome:
    """Play one round on a system that is whole; it is whole again when nothing is found."""
    faults = plan(seed, pace.seconds)
    duplicates = Duplicates(site.members)
    await duplicates.read()
    earlier, began = duplicates.total, time.time()
    over = asyncio.Event()
    people = [
        asyncio.create_task(approve_all(site, over)),
        asyncio.create_task(duplicates.watch(over)),
    ]
    try:
        struck, orders = await asyncio.gather(
            inflict(site, faults), shop(site, seed, pace.seconds, pace.orders_per_second)
        )
        await calm(site)
        quiet_seconds, history, problems = await settle(site)
        await duplicates.read()
    finally:
        over.set()
        await asyncio.gather(*people)
    said = [each for each in history.said if each.at >= began] if history else []
    return Outcome(
        seed=seed,
        faults=faults,
        struck=struck,
        orders=orders,
        said_again=len(said) - len(firsts(said)),
        duplicates=duplicates.total - earlier,
        quiet_seconds=quiet_seconds,
        recoveries=recoveries(struck, said),
        problems=problems,
    )


async def settle(site: Site) -> tuple[float, History | None, list[str]]:
    """Wait until nothing is wrong any more, and look once more a little later.

    Give the seconds that it took, and what is wrong if anything still is when time is over.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    history, problems = await look(site)
    while problems and loop.time() < began + CALM_SECONDS_MAX:
        await asyncio.sleep(LOOK_SECONDS)
        history, problems = await look(site)
    seconds = loop.time() - began
    if not problems:
        await asyncio.sleep(LAST_LOOK_SECONDS)
        history, problems = await look(site)
    return seconds, history, problems


async def look(site: Site) -> tuple[History | None, list[str]]:
    """Judge what is known now."""
    try:
        history = await collect(site)
    except NOT_NOW as error:
        return None, [f"somebody could not be asked: {error!r}"]
    return history, find_problems(history)
