"""Which cores the services of one machine keep to, and which its database and broker.

At a low rate each of them sleeps until the next one speaks to it, and over loopback the kernel
wakes who is spoken to on the speaker's core, although another is idle: Python, Postgres and the
broker then empty each other's caches, by turns, some thirty times an order.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LINUX = sys.platform == "linux"
ALL = frozenset(os.sched_getaffinity(0)) if LINUX else frozenset[int]()
"""The cores that this process was given at its start; elsewhere than on Linux nobody can tell."""
ENOUGH = 2


@contextmanager
def for_servers() -> Iterator[None]:
    """Have what is started in the block leave one core to the services, if there are two."""
    if len(ALL) < ENOUGH:
        yield
        return
    os.sched_setaffinity(0, ALL - {max(ALL)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ALL)


def keep_to_one() -> None:
    """Have this thread, and what it starts, keep to the core that servers leave."""
    if len(ALL) >= ENOUGH:
        os.sched_setaffinity(0, {max(ALL)})


def give_all(pid: int) -> None:
    """Let a process that was just started use every core again; it may have ended already."""
    if LINUX:
        try:
            os.sched_setaffinity(pid, ALL)
        except ProcessLookupError:
            return
