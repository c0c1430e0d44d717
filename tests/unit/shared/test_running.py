"""What the exit status of a process tells of its end."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys
from shared.running import run_until_told

async def part():
    {part}

async def main(ending):
    ending.keep(part(), "ingest: publish")
    try:
        await asyncio.Event().wait()
    finally:
        sys.stdout.write("closed")

sys.exit(run_until_told(main))
"""


@pytest.mark.parametrize("part", ["raise ValueError('a fault of ours')", "return"])
def test_a_part_that_dies_ends_its_process_in_order(part: str) -> None:
    ended = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-c", PROGRAM.format(part=part)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (ended.returncode, "closed" in ended.stdout) == (1, True)
    assert "part_died" in ended.stdout + ended.stderr
    assert "ingest: publish" in ended.stdout + ended.stderr
