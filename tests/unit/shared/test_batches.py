"""What came of a partition: all that can be read of it, and no more."""

from collections.abc import Sequence
from struct import pack_into

import pytest
from aiokafka.errors import CorruptRecordException, TopicAuthorizationFailedError
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from shared.batches import read
from shared.fetch_request import Fetched

END = 20
CRC_AT, ATTRIBUTES_AT, LAST_OFFSET_AT = 17, 21, 23
CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4, "unknown": 7}


def batch(offset: int, values: Sequence[bytes], codec: int = 0) -> bytes:
    """Write a batch that begins at the offset; it is said to be packed, and is not."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=10_000,
    )
    for place, value in enumerate(values):
        builder.append(place, timestamp=0, key=b"1", value=value, headers=[])
    written = bytearray(builder.build())
    pack_into(">q", written, 0, offset)
    pack_into(">h", written, ATTRIBUTES_AT, codec)
    pack_into(">I", written, CRC_AT, calc_crc32c(bytes(written[ATTRIBUTES_AT:])))
    return bytes(written)


def garbled(written: bytes) -> bytes:
    return written[:-1] + bytes([written[-1] ^ 1])


def fetched(*batches: bytes, error_code: int = 0) -> Fetched:
    return Fetched("orders", 2, error_code, b"".join(batches), END)


def test_records_are_read_from_the_offset_on() -> None:
    records, position = read(fetched(batch(10, [b"a", b"b"]), batch(12, [b"c"])), 11)

    assert [(each.offset, each.value) for each in records] == [(11, b"b"), (12, b"c")]
    assert position == 13


@pytest.mark.parametrize(
    "bad",
    [
        garbled(batch(12, [b"c"])),
        *(batch(12, [b"c"], codec) for codec in CODECS.values()),
    ],
    ids=["garbled", *CODECS],
)
def test_a_batch_that_cannot_be_read_is_met_by_itself(bad: bytes) -> None:
    good = batch(10, [b"a", b"b"])

    records, position = read(fetched(good, bad, batch(13, [b"d"])), 10)
    with pytest.raises(CorruptRecordException, match=r"orders\[2\] at 12: "):
        read(fetched(bad), position)

    assert ([each.value for each in records], position) == ([b"a", b"b"], 12)


def test_what_is_no_whole_batch_is_corrupt() -> None:
    with pytest.raises(CorruptRecordException, match="no whole batch"):
        read(fetched(batch(0, [b"a"])[:-1]), 0)


def test_what_the_broker_says_names_the_partition() -> None:
    with pytest.raises(TopicAuthorizationFailedError, match=r"orders\[2\]"):
        read(fetched(error_code=TopicAuthorizationFailedError.errno), 0)
