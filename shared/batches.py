"""What came of a partition, read as aiokafka's consumer would give it."""

from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.errors import CorruptRecordException, for_code
from aiokafka.record.memory_records import MemoryRecords

from shared.fetch_request import Fetched


def read(fetched: Fetched, start: int) -> tuple[list[ConsumerRecord], int]:
    """Read the records from an offset on, and tell up to where they can be read.

    Raises KafkaError for what the broker says instead, and CorruptRecordException when the first
    batch is not as it was written.
    """
    if fetched.error_code:
        raise for_code(fetched.error_code)(f"{fetched.topic}[{fetched.partition}]")
    records: list[ConsumerRecord] = []
    position = start
    try:
        batches = MemoryRecords(fetched.records)
        if not batches.has_next():
            raise CorruptRecordException("no whole batch of records")
        while batches.has_next():
            batch = batches.next_batch()
            if not batch.validate_crc():
                raise CorruptRecordException("a wrong sum")
            if not batch.is_control_batch:
                records += [as_record(fetched, each) for each in batch if each.offset >= position]
            position = max(position, batch.next_offset)
    except Exception as error:
        # Whatever it is: each codec has errors of its own. Behind good batches, it is met again.
        if position == start:
            place = f"{fetched.topic}[{fetched.partition}] at {start}"
            raise CorruptRecordException(f"{place}: {error!r}") from error
    return records, position


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
