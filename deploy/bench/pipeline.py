"""`platen bench pipeline`: orders a second from the webhook to the tracking number in the store."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from deploy.bench.running import Used, running_bench

WARM_UP = 300
BURST = 2_000


async def bench_pipeline(console: Console) -> dict[str, float]:
    """Send a burst of orders, and measure until the store knows of the last package."""
    with TemporaryDirectory() as folder:
        async with running_bench(Path(folder)) as bench:
            await bench.drive(range(WARM_UP))
            before, started = bench.used(), time.perf_counter()
            seconds = sorted(await bench.drive(range(WARM_UP, WARM_UP + BURST)))
            used = bench.used().since(before)
            elapsed = max((await bench.told()).values()) - started
    print_table(console, elapsed, used)
    return {
        "orders_per_s": round(BURST / elapsed),
        "cpu_ms_per_order": round(used.ours / BURST * 1000, 2),
        "broker_cpu_ms_per_order": round(used.broker / BURST * 1000, 2),
        "database_cpu_ms_per_order": round(used.database / BURST * 1000, 2),
        "p50_ms": round(seconds[BURST // 2] * 1000),
        "p99_ms": round(seconds[int(BURST * 0.99)] * 1000),
    }


def print_table(console: Console, elapsed: float, used: Used) -> None:
    """Print the absolute figures."""
    table = Table("", "CPU s", "CPU ms an order", "of a core")
    parts = {"our six services": used.ours, "broker": used.broker, "database": used.database}
    for name, seconds in (parts | {"together": used.total}).items():
        share = f"{seconds / elapsed:.0%}"
        table.add_row(name, f"{seconds:.2f}", f"{seconds / BURST * 1000:.2f}", share)
    console.print(table)
    console.print(f"{BURST:,} orders in {elapsed:.2f} s, one process for all six services")
