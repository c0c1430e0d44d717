"""`platen bench latency`: how long an order takes at a steady rate, and what idling costs."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from deploy.bench.bare_steps import Took, WarmUp, floor_of
from deploy.bench.running import PATIENCE_SECONDS, Bench, Used, running_bench
from deploy.embedded.stack import Parts

WARM_UP = 100
PER_SECOND = 20.0
FLOORS_WARM_UP = WarmUp(60, PER_SECOND)
SEEN = 140
FIVE_STEPS = 180
SETTLE_SECONDS = 2.0
IDLE_SECONDS = 6.0
PAGE = 20


@dataclass(frozen=True, slots=True)
class Settling:
    """How long the system runs before it is measured, and the floor's parts before that."""

    floor: WarmUp
    services: WarmUp | None = None


async def bench_latency(console: Console) -> dict[str, float]:
    """Measure the floor; then until orders are in the list, all five steps, and idle."""
    return await measure(console, Settling(FLOORS_WARM_UP))


async def measure(console: Console, settling: Settling) -> dict[str, float]:
    """Measure as `bench_latency` does, once everything has settled."""
    floors: list[Took] = []

    async def measure_floor(parts: Parts, world_port: int) -> None:
        floors.append(await floor_of(parts, world_port, PER_SECOND, settling.floor))

    lasts = settling.services is not None
    with TemporaryDirectory() as folder:
        async with running_bench(
            Path(folder), first=measure_floor, apart=True, lasting=lasts
        ) as bench:
            first = await settle(bench, settling.services)
            seen = sorted(await visible(bench, range(first, first + SEEN)))
            before = bench.used()
            first += SEEN
            steps = sorted(await bench.drive(range(first, first + FIVE_STEPS), PER_SECOND))
            used = bench.used().since(before)
            idle = await idling(bench)
    [floor] = floors
    print_times(
        console,
        {
            "webhook → list": seen,
            "webhook → tracking in the store": steps,
            "the same steps by the bare parts": floor.seconds,
        },
    )
    print_costs(console, used, idle, floor)
    five_steps_p50, cpu = milliseconds(steps, 0.5), used.total / FIVE_STEPS * 1000
    return {
        "p50_ms": milliseconds(seen, 0.5),
        "p99_ms": milliseconds(seen, 0.99),
        "five_steps_p50_ms": five_steps_p50,
        "five_steps_ratio_to_floor": round(five_steps_p50 / milliseconds(floor.seconds, 0.5), 2),
        "cpu_ms_per_order": round(cpu, 1),
        "cpu_ratio_to_floor": round(cpu / floor.cpu_seconds / 1000, 2),
        "idle_cpu_percent": round(idle.ours * 100, 2),
    }


async def settle(bench: Bench, warm_up: WarmUp | None) -> int:
    """Send the orders that do not count; give the number of the first that does."""
    await bench.drive(range(WARM_UP))
    if warm_up is None:
        return WARM_UP
    await bench.drive(range(WARM_UP, WARM_UP + warm_up.orders), warm_up.per_second)
    return WARM_UP + warm_up.orders


async def visible(bench: Bench, numbers: range) -> list[float]:
    """Send orders and ask for the list all the while; give the seconds until each was there."""
    names = [f"#{number}" for number in numbers]
    at: dict[str, float] = {}
    sending = asyncio.create_task(bench.send(numbers, PER_SECOND))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not at.keys() >= set(names):
            newest = await bench.newest_orders(PAGE)
            now = time.perf_counter()
            at = dict.fromkeys(newest, now) | at
    return [at[name] - sent for name, sent in zip(names, await sending, strict=True)]


async def idling(bench: Bench) -> Used:
    """Give the CPU seconds that a second costs in which nothing happens."""
    await asyncio.sleep(SETTLE_SECONDS)
    before, started = bench.used(), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    seconds = time.perf_counter() - started
    used = bench.used().since(before)
    return Used(used.ours / seconds, used.broker / seconds, used.database / seconds)


def milliseconds(times: Sequence[float], share: float) -> float:
    """Give the time that this share of the orders did not exceed."""
    return round(times[int((len(times) - 1) * share)] * 1000, 1)


def print_times(console: Console, measured: Mapping[str, Sequence[float]]) -> None:
    """Print how long orders took."""
    times = Table(f"at {PER_SECOND:.0f} orders/s, ms", "p50", "p90", "p99")
    for name, seconds in measured.items():
        figures = [milliseconds(seconds, share) for share in (0.5, 0.9, 0.99)]
        times.add_row(name, *[f"{figure:.1f}" for figure in figures])
    console.print(times)


def print_costs(console: Console, used: Used, idle: Used, floor: Took) -> None:
    """Print the CPU that an order took, and a second without one."""
    costs = Table("CPU", "ms an order", "idle, % of a core")
    parts = {
        "our six services": (used.ours, idle.ours),
        "broker": (used.broker, idle.broker),
        "database": (used.database, idle.database),
        "together": (used.total, idle.total),
    }
    for name, (busy, quiet) in parts.items():
        costs.add_row(name, f"{busy / FIVE_STEPS * 1000:.2f}", f"{quiet * 100:.2f}")
    costs.add_row("the bare parts together", f"{floor.cpu_seconds * 1000:.2f}", "")
    console.print(costs)
