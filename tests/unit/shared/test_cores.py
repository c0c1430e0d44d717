"""Which cores the servers and the services of one machine keep to."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from shared import cores
from shared.cores import ALL, for_servers, give_all, keep_to_one

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nobody can tell elsewhere")

LAST = {max(ALL)} if len(ALL) > 1 else set(ALL)
OTHERS = ALL - LAST or ALL
WAITS = (sys.executable, "-S", "-c", "input()")


def cores_of_a_new_process() -> set[int]:
    with subprocess.Popen(WAITS, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own Python
        return set(psutil.Process(process.pid).cpu_affinity())


def test_servers_leave_one_core_to_the_services() -> None:
    with for_servers():
        assert cores_of_a_new_process() == OTHERS

    assert os.sched_getaffinity(0) == ALL


def test_what_keeps_to_one_core_may_start_what_uses_all() -> None:
    def kept() -> tuple[set[int], set[int], set[int]]:
        keep_to_one()
        with subprocess.Popen(WAITS, stdin=subprocess.PIPE) as process:  # noqa: S603 - as above
            before = os.sched_getaffinity(process.pid)
            give_all(process.pid)
            return os.sched_getaffinity(0), before, os.sched_getaffinity(process.pid)

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(kept).result() == (LAST, LAST, set(ALL))


def test_a_process_that_has_ended_needs_no_cores() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()

    give_all(process.pid)


def test_with_one_core_nothing_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "ALL", frozenset({min(ALL)}))
    before = os.sched_getaffinity(0)

    keep_to_one()
    with for_servers():
        assert os.sched_getaffinity(0) == before
