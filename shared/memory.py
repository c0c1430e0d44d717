"""What the garbage collector need not look at again and again."""

import gc

THRESHOLDS = (10_000, 20, 20)
"""A batch makes thousands of objects that die with it: to look for cycles among them every 700
costs a tenth of the CPU time of ingest."""


def collect_seldom() -> None:
    """Have short-lived objects die by themselves, as nearly all do."""
    gc.set_threshold(*THRESHOLDS)


def keep_what_is_here() -> None:
    """Leave everything that exists now out of every later collection.

    A service imports some hundred thousand objects that live as long as it does. Looking through
    them took 70 ms each time, in the middle of whatever a person was waiting for.
    """
    gc.collect()
    gc.freeze()
