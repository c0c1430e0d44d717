"""How far a damage goes: over all that cannot be read, and over nothing that can."""

from struct import pack_into

import pytest
from aiokafka.record.util import calc_crc32c

from shared.batches import read
from shared.fetch_request import Fetched
from shared.unread import LENGTH_ENDS, CorruptBatch, Unread
from tests.unit.shared.test_batches import (
    ATTRIBUTES_AT,
    CRC_AT,
    END,
    LAST_OFFSET_AT,
    batch,
    fetched,
    garbled,
)

LENGTH_AT, EPOCH_AT = 8, 12
BAD = batch(12, [b"c", b"d"])
NEXT = batch(14, [b"e"])


def unread_of(came: Fetched, start: int = 12) -> Unread:
    with pytest.raises(CorruptBatch) as raised:
        read(came, start)
    return raised.value.unread


@pytest.mark.parametrize("at", range(CRC_AT, len(BAD)))
@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_any_byte_that_is_wrong_damages_its_batch_alone(at: int, mask: int) -> None:
    bad = BAD[:at] + bytes([BAD[at] ^ mask]) + BAD[at + 1 :]

    unread = unread_of(fetched(bad, NEXT))

    assert (unread.offset, unread.last, unread.raw) == (12, 13, bad)


@pytest.mark.parametrize("at", range(LENGTH_AT, EPOCH_AT))
@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
@pytest.mark.parametrize("behind", [(NEXT,), ()], ids=["more", "nothing"])
def test_a_length_that_is_wrong_ends_nobody_knows_where(
    at: int, mask: int, behind: tuple[bytes, ...]
) -> None:
    bad = BAD[:at] + bytes([BAD[at] ^ mask]) + BAD[at + 1 :]

    assert unread_of(fetched(bad, *behind)).last is None


def test_a_length_that_reaches_over_good_batches_is_not_believed() -> None:
    lying = bytearray(BAD)
    pack_into(">i", lying, LENGTH_AT, len(BAD) + len(NEXT) - LENGTH_ENDS)

    assert unread_of(fetched(bytes(lying), NEXT, batch(15, [b"f"]))).last is None


def test_batches_that_are_damaged_in_a_row_are_one() -> None:
    unread = unread_of(fetched(garbled(BAD), garbled(NEXT), batch(15, [b"f"])))

    assert (unread.last, unread.raw) == (14, garbled(BAD) + garbled(NEXT))


def test_what_a_topic_has_forgotten_behind_it_is_not_missed() -> None:
    assert unread_of(fetched(garbled(BAD), batch(17, [b"f"]))).last == 16


def test_a_batch_that_is_cut_off_does_not_end_the_damage() -> None:
    unread = unread_of(fetched(garbled(BAD), NEXT[:-1]))

    assert (unread.last, unread.raw, unread.waiting) == (13, garbled(BAD), 6)


def test_a_head_whose_fields_differ_is_not_believed() -> None:
    lying = bytearray(BAD)
    pack_into(">i", lying, LAST_OFFSET_AT, 0)

    unread = unread_of(fetched(bytes(lying)))

    assert (unread.last, unread.name) == (None, "orders/2@12")


def test_nor_is_one_of_offsets_that_are_not_given_yet() -> None:
    beyond = batch(19, [b"c", b"d", b"e"])

    assert unread_of(fetched(beyond), 18).last is None
    assert unread_of(fetched(batch(64, [b"c"]), NEXT)).last == 13


def test_a_batch_that_claims_offsets_of_the_next_hides_none_of_them() -> None:
    lying = batch(15, [b"c", b"d"])

    unread = unread_of(fetched(lying, NEXT, batch(15, [b"f", b"g"]), batch(17, [b"h"])))

    assert (unread.offset, unread.last, unread.raw) == (12, 13, lying)


@pytest.mark.parametrize("bad", [garbled(BAD), batch(13, [b"c", b"d"])], ids=["sum", "offsets"])
def test_a_good_batch_behind_a_bad_one_of_before_is_never_skipped(bad: bytes) -> None:
    assert unread_of(fetched(bad, NEXT, batch(15, [b"f"])), 14).last is None


def test_what_came_after_the_broker_looked_at_the_end_is_good() -> None:
    new, newer = batch(END, [b"c", b"d"]), batch(END + 2, [b"e"])

    records, position = read(fetched(new, newer), END)

    assert ([each.value for each in records], position) == ([b"c", b"d", b"e"], END + 3)


def test_of_a_batch_that_was_written_wrong_the_first_records_are_read() -> None:
    wrong = bytearray(batch(12, [b"c", b"d", b"e"]))
    wrong[-1] = 2  # of the last record: a header, of which nothing follows
    pack_into(">I", wrong, CRC_AT, calc_crc32c(bytes(wrong[ATTRIBUTES_AT:])))
    came = fetched(bytes(wrong))

    records, position = read(came, 12)
    unread = unread_of(came, position)

    assert ([each.value for each in records], position) == ([b"c", b"d"], 14)
    assert (unread.offset, unread.last) == (14, 14)
    assert "checksum" not in unread.reason
