"""The part of a file that a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Unsatisfiable(Exception):
    """The part that is asked for lies behind the file's end."""


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes from `start` up to, and without, `end`."""

    start: int
    end: int


def read_range(asked: str | None, size: int) -> Range | None:
    """Read a Range header; None asks for the whole, as does one that we do not understand."""
    found = ONE_RANGE.fullmatch(asked or "")
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < int(first):
            return None
    else:
        start, end = max(0, size - int(last)), size
    if start >= end:
        raise Unsatisfiable
    return Range(start, end)
