"""What the garbage collector need not look at again and again, and the kernel not clear."""

import ctypes
import gc

THRESHOLDS = (10_000, 20, 20)
"""A batch makes thousands of objects that die with it: to look for cycles among them every 700
costs a tenth of the CPU time of ingest."""


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""The names of glibc's `mallopt`."""
FREE_BYTES_MAX = 64 * 1024 * 1024
HEAP_BYTES_MAX = 8 * 1024 * 1024
"""What is larger is not taken from the heap, and goes back at once when it is freed."""


def set_up_memory() -> None:
    """Have short-lived objects die by themselves, as nearly all do, and keep what they leave free.

    A batch takes a megabyte several times over. By default glibc gives it back after each, and the
    kernel clears it anew for the next: a page fault a webhook, a twentieth of ingest's CPU time.
    Without glibc nothing of that changes.
    """
    gc.set_threshold(*THRESHOLDS)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, HEAP_BYTES_MAX)
        mallopt(M_TRIM_THRESHOLD, FREE_BYTES_MAX)


def keep_what_is_here() -> None:
    """Leave everything that exists now out of every later collection.

    A service imports some hundred thousand objects that live as long as it does. Looking through
    them took 70 ms each time, in the middle of whatever a person was waiting for.
    """
    gc.collect()
    gc.freeze()
