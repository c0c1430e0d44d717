"""What came of a partition, read as aiokafka's consumer would give it."""

from struct import Struct
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.errors import CorruptRecordException, for_code
from aiokafka.record.memory_records import MemoryRecords

from shared.fetch_request import Fetched
from shared.raw_request import INT
from shared.unread import LENGTH_ENDS, damaged

OFFSET = Struct(">q")


def read(fetched: Fetched, start: int) -> tuple[list[ConsumerRecord], int]:
    """Read the records from an offset on, and tell up to where they can be read.

    Raises KafkaError for what the broker says instead, and CorruptBatch when the first batch is not
    as it was written.
    """
    if fetched.error_code:
        raise for_code(fetched.error_code)(f"{fetched.topic}[{fetched.partition}]")
    records: list[ConsumerRecord] = []
    position, at = start, 0
    try:
        batches = MemoryRecords(fetched.records)
        if not batches.has_next():
            raise CorruptRecordException("no whole batch of records")
        while batches.has_next():
            batch = batches.next_batch()
            check(batch, position, fetched, at)
            if not batch.is_control_batch:
                records.extend(
                    as_record(fetched, each) for each in batch if each.offset >= position
                )
            position = max(position, batch.next_offset)
            at = behind(fetched.records, at)
    except Exception as error:
        # Whatever it is: each codec has errors of its own. Behind good records, it is met again.
        if records:
            position = max(position, records[-1].offset + 1)
        if position == start:
            raise damaged(fetched, start, at, error) from error
    return records, position


def check(batch: Any, position: int, fetched: Fetched, at: int) -> None:
    """Raise CorruptRecordException for a batch that is not as it was written.

    Of its first offset there is no sum: where it is not that of the position, it has to lie before
    the end and before the next batch. A broker looks at the end before it reads: what was written
    meanwhile lies beyond, and begins exactly where it is read on.
    """
    if not batch.validate_crc():
        raise CorruptRecordException("a wrong checksum")
    if batch.base_offset != position:
        until = next_offset(fetched, behind(fetched.records, at))
        if batch.next_offset > until:
            raise CorruptRecordException("offsets that are not given yet, or to others")


def next_offset(fetched: Fetched, at: int) -> int:
    """Give the first offset of the batch there, or where the partition ends."""
    if len(fetched.records) < at + OFFSET.size:
        return fetched.end
    (base,) = OFFSET.unpack_from(fetched.records, at)
    return min(int(base), fetched.end)


def behind(records: bytes, at: int) -> int:
    """Give where the batch ends that begins there."""
    (length,) = INT.unpack_from(records, at + LENGTH_ENDS - INT.size)
    return at + LENGTH_ENDS + int(length)


def as_record(fetched: Fetched, record: Any) -> ConsumerRecord:
    """Give a record as aiokafka's consumer gives it."""
    key, value = record.key, record.value
    return ConsumerRecord(
        topic=fetched.topic,
        partition=fetched.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        timestamp_type=record.timestamp_type,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=-1 if key is None else len(key),
        serialized_value_size=-1 if value is None else len(value),
        headers=record.headers,
    )
