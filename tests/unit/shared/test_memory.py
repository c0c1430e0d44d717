"""A process keeps some of the memory that it frees, and gives the rest back."""

import ctypes
import platform
import subprocess
import sys
from types import SimpleNamespace

import pytest

from shared.memory import FREE_BYTES_MAX, set_up_memory

MEGABYTE = 1 << 20
OF_GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has mallopt")


def run(script: str) -> int:
    """Give what a process of its own prints, which keeps what it frees."""
    begin = "from shared.memory import set_up_memory\nset_up_memory()\n"
    done = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", begin + script], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


@OF_GLIBC
def test_what_a_batch_frees_is_there_for_the_next() -> None:
    page_faults = run(
        """
from resource import RUSAGE_SELF, getrusage
def faults_of(batches):
    before = getrusage(RUSAGE_SELF).ru_minflt
    for _ in range(batches):
        del [bytes(1 << 20) for _ in range(16)][:]
    return getrusage(RUSAGE_SELF).ru_minflt - before
faults_of(5)
print(faults_of(5))
"""
    )

    assert page_faults < 100


@OF_GLIBC
def test_what_is_freed_beyond_that_goes_back() -> None:
    kept = run(
        """
import psutil
def used():
    return psutil.Process().memory_info().rss
before = used()
batch = [b"x" * (1 << 20) for _ in range(300)]
assert used() - before > 250 << 20
del batch
print(used() - before)
"""
    )

    assert kept < FREE_BYTES_MAX + 8 * MEGABYTE


def test_without_glibc_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())

    set_up_memory()
