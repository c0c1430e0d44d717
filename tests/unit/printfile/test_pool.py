"""Drawing processes: their answers, their limits, and their deaths."""

import asyncio
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from services.printfile.renderer.pool import CannotRender, Crashed, Pool, Unusable
from services.printfile.renderer.process import CPU_SECONDS_MAX, MEMORY_BYTES_MAX
from shared.cores import ALL, keep_to_one
from shared.templates.template import Template
from tests.support.printing import answers, picture, shape, template, text


def endless() -> Template:
    """Give what takes a minute to draw: it is ended long before."""
    layers = [shape(id=f"shape-{number}") for number in range(100)]
    return template(*layers, width=8000, height=9000)


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[Pool]:
    made = Pool(tmp_path / "scratch", 1, seconds_max=120)
    await made.open()
    yield made
    await made.close()


def processes_of(pool: Pool) -> list[psutil.Process]:
    return [psutil.Process(worker._process.pid) for worker in pool._all]


async def test_a_photo_is_copied_and_then_printed(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(picture(form="JPEG"))

    copy = await pool.copy_photo(tmp_path / "sent", tmp_path / "own")
    made = template(shape(), text())
    drawn = await pool.render(made, answers(made, Name="Ada"), {}, tmp_path)

    assert (copy.width, copy.height) == (400, 300)
    assert copy.size_bytes == (tmp_path / "own").stat().st_size
    [file] = drawn.files
    assert (file.location, file.width, file.height, file.dpi) == ("front", 400, 200, 300)
    assert (tmp_path / "front.png").stat().st_size == file.size_bytes
    assert [shown.width for shown in drawn.previews] == [600, 1600]


async def test_a_full_disk_is_told_and_ends_no_process(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(picture(form="JPEG"))
    before = processes_of(pool)

    with pytest.raises(OSError, match="No space left"):
        await pool.copy_photo(tmp_path / "sent", Path("/dev/full"))

    assert processes_of(pool) == before


async def test_a_refusal_is_an_answer_and_not_a_crash(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(b"%PDF-1.7")
    before = processes_of(pool)

    with pytest.raises(Unusable, match="a PDF file"):
        await pool.copy_photo(tmp_path / "sent", tmp_path / "own")
    made = template(shape(shape="path", path="M 0"))
    with pytest.raises(CannotRender, match="not SVG path data"):
        await pool.render(made, answers(made), {}, tmp_path)

    assert processes_of(pool) == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process keeps to a core")
def test_drawing_uses_every_core_whatever_the_services_keep_to(tmp_path: Path) -> None:
    async def cores_of_drawing() -> list[list[int]]:
        pool = Pool(tmp_path, 1)
        await pool.open()
        try:
            return [process.cpu_affinity() for process in processes_of(pool)]
        finally:
            await pool.close()

    def kept() -> list[list[int]]:
        keep_to_one()
        return asyncio.run(cores_of_drawing())

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(kept).result() == [sorted(ALL)]


async def another_than(known: psutil.Process, pool: Pool) -> psutil.Process:
    while True:
        for process in processes_of(pool):
            if process.pid != known.pid:
                return process
        await asyncio.sleep(0.01)


async def test_a_killed_process_is_replaced_and_the_job_goes_on(pool: Pool, tmp_path: Path) -> None:
    made = template(shape())
    [process] = processes_of(pool)
    process.suspend()
    job = asyncio.create_task(pool.render(made, answers(made), {}, tmp_path))
    await asyncio.sleep(0)

    process.kill()

    assert (await job).files


async def test_a_job_that_kills_two_processes_fails_alone(pool: Pool, tmp_path: Path) -> None:
    made = endless()
    [first] = processes_of(pool)
    job = asyncio.create_task(pool.render(made, answers(made), {}, tmp_path))
    await asyncio.sleep(0)

    first.kill()
    (await another_than(first, pool)).kill()

    with pytest.raises(Crashed, match="drawing failed twice: the process ended with SIGKILL"):
        await job
    small = template(shape())
    assert (await pool.render(small, answers(small), {}, tmp_path)).files


async def test_a_process_is_held_to_its_limits(pool: Pool, tmp_path: Path) -> None:
    made = template(shape())
    await pool.render(made, answers(made), {}, tmp_path)

    [process] = processes_of(pool)

    assert process.rlimit(psutil.RLIMIT_AS)[0] == MEMORY_BYTES_MAX
    used = process.cpu_times()
    assert process.rlimit(psutil.RLIMIT_CPU)[0] <= used.user + used.system + CPU_SECONDS_MAX


async def test_a_job_that_takes_too_much_memory_says_so(pool: Pool, tmp_path: Path) -> None:
    small, wide = template(shape()), template(shape(), width=20_000, height=4_000)
    await pool.render(small, answers(small), {}, tmp_path)
    [process] = processes_of(pool)
    limit = process.memory_info().vms + 5_000_000
    process.rlimit(psutil.RLIMIT_AS, (limit, psutil.RLIM_INFINITY))

    with pytest.raises(CannotRender, match="more than 2 GB of memory"):
        await pool.render(wide, answers(wide), {}, tmp_path)

    assert (await pool.render(wide, answers(wide), {}, tmp_path)).files


async def test_a_job_that_hangs_is_stopped_in_time(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "scratch", 1)
    await pool.open()
    made = template(shape())
    await pool.render(made, answers(made), {}, tmp_path)
    [process] = processes_of(pool)
    process.suspend()
    pool._seconds_max = 1

    with pytest.raises(Crashed, match="longer than 1 seconds"):
        await pool.render(made, answers(made), {}, tmp_path)

    assert not psutil.pid_exists(process.pid)
    await pool.close()


async def test_a_cancelled_job_frees_its_place(pool: Pool, tmp_path: Path) -> None:
    made = endless()
    job = asyncio.create_task(pool.render(made, answers(made), {}, tmp_path))
    await asyncio.sleep(0)

    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    small = template(shape())
    assert (await pool.render(small, answers(small), {}, tmp_path)).files


async def test_a_successor_is_ready_before_a_process_is_replaced(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "scratch", 1, jobs_max=20)
    await pool.open()
    [first] = processes_of(pool)
    (tmp_path / "sent").write_bytes(picture(form="JPEG"))

    for number in range(19):
        await pool.copy_photo(tmp_path / "sent", tmp_path / f"own-{number}")
    [second] = [each for each in processes_of(pool) if each != first]
    before = first.is_running()
    for number in range(19, 21):
        await pool.copy_photo(tmp_path / "sent", tmp_path / f"own-{number}")

    assert (before, first.is_running(), processes_of(pool)) == (True, False, [second])
    await pool.close()


async def test_a_process_is_replaced_after_its_share_of_jobs(tmp_path: Path) -> None:
    pool = Pool(tmp_path / "scratch", 1, jobs_max=2)
    await pool.open()
    [first] = processes_of(pool)
    made = template(shape())

    for _ in range(3):
        await pool.render(made, answers(made), {}, tmp_path)

    assert not first.is_running()
    [last] = processes_of(pool)
    await pool.close()
    assert not last.is_running()
