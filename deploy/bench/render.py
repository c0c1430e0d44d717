"""`platen bench render`: a 24-megapixel print file, against deflating the same picture."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pyvips
from isal import isal_zlib
from rich.console import Console
from rich.table import Table

from deploy.bench.processes import family
from deploy.bench.render_task import NAMES, Task, make_task
from services.printfile.renderer.png import LEVEL
from services.printfile.renderer.pool import Pool
from services.printfile.renderer.rendering import Renderer

ROUNDS = 5
FILES = 24
CORES = 2


@dataclass(frozen=True, slots=True)
class Spent:
    """The median of some rounds, on the clock and on the processor."""

    seconds: float
    cpu_seconds: float


async def bench_render(console: Console) -> dict[str, float]:
    """Measure the first order of a template, a changed name, and two cores at work."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        task = make_task(folder)
        first, cached, megabytes = drawn(task, folder)
        floor = floor_of(folder / "front.png")
        per_second, peak = await pooled(task, folder)
    print_table(console, {"first": first, "changed name": cached, "floor": floor}, megabytes)
    return {
        "seconds_per_file": round(first.seconds, 3),
        "ratio_to_floor": round(first.seconds / floor.seconds, 2),
        "cpu_seconds_per_file": round(first.cpu_seconds, 3),
        "peak_rss_mib": round(peak),
        "files_per_s_two_cores": round(per_second, 2),
        "seconds_per_file_cached_bands": round(cached.seconds, 4),
    }


def drawn(task: Task, folder: Path) -> tuple[Spent, Spent, float]:
    """Draw with no strip kept, and with only another name; give the file's megabytes too.

    Artwork is made ready once for an installation, before. A name alone changes where the
    shopper gave no photo: most orders.
    """
    renderer = Renderer(folder / "scratch")
    render(renderer, task.without_photo, folder, NAMES[0])

    def first(_: int) -> None:
        render(Renderer(folder / "scratch"), task, folder, NAMES[0])

    def cached(number: int) -> None:
        render(renderer, task.without_photo, folder, NAMES[1 + number])

    spent_cached = rounds(cached)
    spent_first = rounds(first)
    return spent_first, spent_cached, (folder / "front.png").stat().st_size / 1e6


def render(renderer: Renderer, task: Task, folder: Path, name: str) -> None:
    """Make one print file."""
    renderer.render(task.template, task.answers(name), task.sources, folder, with_preview=False)


def rounds(act: Callable[[int], None]) -> Spent:
    """Act some times, and give the median of each figure."""
    seconds, cpu = [], []
    for number in range(ROUNDS):
        clock, processor = time.perf_counter(), time.process_time()
        act(number)
        seconds.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - processor)
    return Spent(median(seconds), median(cpu))


def floor_of(path: Path) -> Spent:
    """Deflate the finished picture as it is: no encoder with ISA-L can do less."""
    raw = pyvips.Image.new_from_file(str(path)).write_to_memory()

    def deflate(_: int) -> None:
        isal_zlib.compress(raw, LEVEL)

    return rounds(deflate)


async def pooled(task: Task, folder: Path) -> tuple[float, float]:
    """Draw many orders on two processes as the service does; give files a second and MiB."""
    pool = Pool(folder / "pooled", CORES)
    await pool.open()
    try:
        await pool.copy_photo(task.sent, folder / "copied")
        await asyncio.gather(
            *[one(pool, task, folder / f"warm{n}", NAMES[n]) for n in range(CORES)]
        )
        began = time.perf_counter()
        jobs = [one(pool, task, folder / f"job{n}", f"{NAMES[n % 6]} {n}") for n in range(FILES)]
        await asyncio.gather(*jobs)
        per_second = FILES / (time.perf_counter() - began)
        peak = max(peak_of(pid) for pid in family(os.getpid())[1:])
    finally:
        await pool.close()
    return per_second, peak


def peak_of(pid: int) -> float:
    """Give the most memory that a process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def one(pool: Pool, task: Task, folder: Path, name: str) -> None:
    """Draw one order with its previews."""
    await asyncio.to_thread(folder.mkdir)
    await pool.render(task.template, task.answers(name), task.sources, folder)


def print_table(console: Console, figures: dict[str, Spent], megabytes: float) -> None:
    """Print the absolute figures."""
    table = Table(f"4500 × 5400 px, {megabytes:.1f} MB", "seconds", "CPU seconds")
    for name, spent in figures.items():
        table.add_row(name, f"{spent.seconds:.3f}", f"{spent.cpu_seconds:.3f}")
    console.print(table)
