"""What of a partition cannot be read: from where on, up to where, and why.

Only what is known to be damaged is told to end somewhere: a person may skip that, and no record
that is good lies in it.
"""

from struct import Struct
from typing import NamedTuple

from aiokafka.errors import CorruptRecordException
from aiokafka.record.util import calc_crc32c

from shared.fetch_request import Fetched

HEAD = Struct(">qiibIhiqqqhii")
"""Of a batch: the offset of its first record, its length, and what the sum is of, from the
attributes on. The broker writes what comes before the sum."""
LENGTH_ENDS = 12
MAGIC_AT = 16
MAGIC = 2
SUMMED_FROM = 21
LENGTH_MIN = HEAD.size - LENGTH_ENDS


class Unread(NamedTuple):
    """A place where a partition cannot be read on."""

    topic: str
    partition: int
    offset: int
    last: int | None
    """The last offset of what is damaged; None where nobody knows where it ends."""
    reason: str
    """Why, without a word of the content."""
    end: int = 0
    """Where the partition ends."""
    raw: bytes = b""
    """What is damaged, as it is on the broker's disk."""

    @property
    def name(self) -> str:
        """Name it among failures, with all that a person has to know to skip it."""
        until = "" if self.last is None else f"-{self.last}"
        return f"{self.topic}/{self.partition}@{self.offset}{until}"

    @property
    def head(self) -> bytes:
        """Give by what it is known again: with another head it is another batch."""
        return self.raw[: HEAD.size]

    @property
    def waiting(self) -> int:
        """Count the records behind it; of the whole, where nobody knows where it ends."""
        behind = self.offset if self.last is None else self.last + 1
        return max(0, self.end - behind)


class CorruptBatch(CorruptRecordException):  # type: ignore[misc] # aiokafka has no types
    """The first batch is not as it was written, or cannot be unpacked."""

    def __init__(self, unread: Unread) -> None:
        super().__init__(f"{unread.topic}[{unread.partition}] at {unread.offset}: {unread.reason}")
        self.unread = unread


def damaged(fetched: Fetched, offset: int, at: int, error: Exception) -> CorruptBatch:
    """Tell how far the damage goes that begins with the batch at this place of what came."""
    raw = fetched.records[at:]
    last, size = extent_of(raw, offset, fetched.end)
    which = f"offset {offset} on" if last is None else f"offsets {offset} to {last}"
    # What a codec says may quote the record.
    said = error.args if type(error) is CorruptRecordException else ()
    why = " ".join(map(str, said)) or type(error).__name__
    reason = f"{which} of partition {fetched.partition}: {why}"
    return CorruptBatch(
        Unread(fetched.topic, fetched.partition, offset, last, reason, fetched.end, raw[:size])
    )


def extent_of(raw: bytes, offset: int, end: int) -> tuple[int | None, int]:
    """Give the last offset of what is damaged, and its size.

    It goes up to the next batch that is as it was written, whatever its own head says, except of
    its length: by that the broker goes on, and would pass over what is good. Where none follows,
    the head is believed if its sum is right or two of its fields say the same, and its length is
    that of the rest or leads to a batch that is cut off.
    """
    if (found := next_whole(raw, offset, end)) is not None:
        at, first = found
        is_end = offset < first and leads_to(raw, at)
        return (first - 1, at) if is_end else (None, len(raw))
    if len(raw) < HEAD.size:
        return None, len(raw)
    base, length, _, _, _, _, last_delta, *_, count = HEAD.unpack_from(raw)
    last, until = base + last_delta, LENGTH_ENDS + length
    is_believed = is_whole(raw, 0) or count == last_delta + 1
    is_last = until == len(raw) or raw[until:].startswith((last + 1).to_bytes(8, "big"))
    if is_believed and is_last and HEAD.size <= until and base <= offset <= last < end:
        return last, until
    return None, len(raw)


def leads_to(raw: bytes, at: int) -> bool:
    """Tell whether whoever goes from batch to batch by their lengths comes to this one."""
    place = 0
    while place < at:
        _, length, *_ = HEAD.unpack_from(raw, place)
        if length < LENGTH_MIN:
            return False
        place += LENGTH_ENDS + length
    return place == at


def next_whole(raw: bytes, offset: int, end: int) -> tuple[int, int] | None:
    """Find the first batch behind the one at the start that is as it was written."""
    found = MAGIC_AT
    while (found := raw.find(MAGIC, found + 1)) >= 0:
        at = found - MAGIC_AT
        if is_whole(raw, at):
            (base, *_) = HEAD.unpack_from(raw, at)
            if offset <= base < end:
                return at, base
    return None


def is_whole(raw: bytes, at: int) -> bool:
    """Tell whether a batch begins there whose sum is right."""
    if len(raw) < at + HEAD.size:
        return False
    _, length, _, magic, crc, *_ = HEAD.unpack_from(raw, at)
    until = at + LENGTH_ENDS + length
    return (
        magic == MAGIC
        and length >= LENGTH_MIN
        and until <= len(raw)
        and bool(calc_crc32c(raw[at + SUMMED_FROM : until]) == crc)
    )
