"""`platen bench pipeline`: orders a second from the webhook to the tracking number in the store."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from deploy.bench.running import ALL, IN_TWO, Used, running_bench

WARM_UP = 300
BURST = 2_000


@dataclass(frozen=True, slots=True)
class Run:
    """What a burst took, with the services spread over so many processes."""

    processes: int
    seconds: float
    used: Used
    orders: Sequence[float]
    """How long each order took, in seconds, the quickest first."""

    @property
    def per_second(self) -> int:
        """How many orders a second that is."""
        return round(BURST / self.seconds)


async def bench_pipeline(console: Console) -> dict[str, float]:
    """Measure a burst with the services in two processes, and with all of them in one."""
    two, one = await burst(IN_TWO), await burst(ALL)
    print_table(console, (two, one))
    return {
        "orders_per_s": two.per_second,
        "cpu_ms_per_order": round(two.used.ours / BURST * 1000, 2),
        "broker_cpu_ms_per_order": round(two.used.broker / BURST * 1000, 2),
        "database_cpu_ms_per_order": round(two.used.database / BURST * 1000, 2),
        "p50_ms": round(two.orders[BURST // 2] * 1000),
        "p99_ms": round(two.orders[int(BURST * 0.99)] * 1000),
        "one_process_orders_per_s": one.per_second,
        "one_process_cpu_ms_per_order": round(one.used.ours / BURST * 1000, 2),
    }


async def burst(spread: Sequence[Sequence[str]]) -> Run:
    """Send a burst of orders, and measure until the store knows of the last package."""
    with TemporaryDirectory() as folder:
        async with running_bench(Path(folder), spread) as bench:
            await bench.drive(range(WARM_UP))
            before, started = bench.used(), time.perf_counter()
            orders = sorted(await bench.drive(range(WARM_UP, WARM_UP + BURST)))
            used = bench.used().since(before)
            seconds = max((await bench.told()).values()) - started
    return Run(len(spread), seconds, used, orders)


def print_table(console: Console, runs: Sequence[Run]) -> None:
    """Print the absolute figures."""
    table = Table("CPU ms an order (of a core)")
    for run in runs:
        table.add_column(f"services in {run.processes} process{'es' * (run.processes > 1)}")
    parts = ("our six services", "ours"), ("broker", "broker"), ("database", "database")
    for title, part in (*parts, ("together", "total")):
        used = [(getattr(run.used, part), run.seconds) for run in runs]
        table.add_row(
            title, *[f"{cpu / BURST * 1000:.2f} ({cpu / seconds:.0%})" for cpu, seconds in used]
        )
    table.add_row("orders a second", *[str(run.per_second) for run in runs])
    console.print(table)
    console.print(f"{BURST:,} orders in a burst, on a fresh stack each time")
