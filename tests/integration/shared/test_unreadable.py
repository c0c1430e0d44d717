"""What becomes of a record that is no event of ours: a person finds it, the rest flows on."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest
from aiokafka import ConsumerRecord

from shared.cloudevents import Headers
from tests.support.events import order_received
from tests.support.probe import ProbeDriver, heard
from tests.support.service import as_record, record

TYPED: Headers = [("ce_type", b"OrderReceived")]
LONG = "".join(sha256(bytes([number])).hexdigest() for number in range(80))

BROKEN: dict[str, tuple[ConsumerRecord, str]] = {
    "no headers": (record(b"{}", "1", []), "no ce_type header"),
    "a null header": (record(b"{}", "1", [("ce_type", None)]), "no ce_type header"),
    "a header that is not UTF-8": (record(b"{}", "1", [("ce_type", b"\xff")]), "not UTF-8"),
    "a body that is not JSON": (record(b"{", "1", TYPED), "not a valid OrderReceived"),
    "a body that is not UTF-8": (record(b"\xff\xfe", "1", TYPED), "not a valid OrderReceived"),
    "no body": (record(None, "1", TYPED), "not a valid OrderReceived"),
    "a body that lacks a field": (record(b"{}", "1", TYPED), "order_id: Field required"),
    "a body nested without end": (record(b"[" * 100_000, "1", TYPED), "recursion"),
    "no key": (record(b"{}", None, TYPED), "order_id: Field required"),
    "a NUL in the key": (record(b"{}", "a\x00b", TYPED), "order_id: Field required"),
    "an endless key": (record(b"{}", LONG, TYPED), "order_id: Field required"),
    "an odd header beside": (record(b"{", "1", [*TYPED, ("x", b"\xff\x00")]), "not a valid"),
    "a body too large to tell of": (record(b"[" + b" " * 1_000_000, "1", TYPED), "not a valid"),
}


@pytest.mark.parametrize(("broken", "told"), BROKEN.values(), ids=BROKEN)
async def test_an_unreadable_record_is_set_aside_with_the_reason(
    service: ProbeDriver, broken: ConsumerRecord, told: str
) -> None:
    other = order_received()

    await service.hears_records(broken, as_record(other))

    [letter] = await service.sets_aside()
    assert told in letter.reason
    assert letter.value == (broken.value or b"")
    assert len(await service.warns()) == 1
    assert heard(await service.says()) == [other.event_id]


async def test_an_id_that_is_no_uuid_is_set_aside(service: ProbeDriver) -> None:
    odd = order_received().model_copy(update={"event_id": "first"})

    await service.hears(odd)

    [letter] = await service.sets_aside()
    assert "event_id" in letter.reason


@pytest.mark.parametrize("written", [str.upper, "{{{}}}".format, "urn:uuid:{}".format])
async def test_an_id_written_in_another_way_is_heard_once(
    service: ProbeDriver, written: Callable[[str], str]
) -> None:
    event = order_received()
    oddly = event.model_copy(update={"event_id": written(event.event_id)})

    await service.hears(oddly)
    await service.hears(event)

    assert heard(await service.says()) == [event.event_id]


async def test_an_order_id_with_a_nul_is_set_aside(service: ProbeDriver) -> None:
    odd = order_received().model_copy(update={"order_id": "a\x00b"})

    await service.hears(odd, order_received())

    assert len(await service.sets_aside()) == 1
    assert len(await service.says()) == 1


async def test_what_lies_where_another_lay_before_is_kept_beside_it(service: ProbeDriver) -> None:
    before = record(b"{", "1", TYPED)
    of_a_new_stream = replace(record(b"[", "2", TYPED), offset=before.offset)

    await service.hears_records(before)
    await service.hears_records(of_a_new_stream, before)

    assert [letter.value for letter in await service.sets_aside()] == [b"{", b"["]
