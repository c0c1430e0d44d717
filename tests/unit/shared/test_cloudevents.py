"""Reading headers that others wrote: tolerant of what does not matter, clear about what does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cloudevents import Headers, Unreadable, decode, encode, trace_id, type_of
from shared.events import OrderReceived
from tests.support.events import order_received

TYPED = ("ce_type", b"OrderReceived")
ODD: list[Headers] = [
    [("x", None), TYPED],
    [("x", b"\xff\xfe"), TYPED],
    [("", b""), TYPED],
    [("ce_type", None), TYPED],
    [TYPED, ("ce_type", b"Other")],
]
BROKEN: list[Headers] = [
    [],
    [("ce_type", None)],
    [("ce_type", b"\xff")],
    [("CE_TYPE", b"OrderReceived")],
]


@pytest.mark.parametrize("headers", ODD)
def test_odd_headers_beside_the_type_do_not_matter(headers: Headers) -> None:
    assert type_of(headers) == "OrderReceived"


@pytest.mark.parametrize("headers", BROKEN)
def test_without_a_readable_type_a_record_is_unreadable(headers: Headers) -> None:
    with pytest.raises(Unreadable, match="ce_type"):
        type_of(headers)


@given(st.lists(st.tuples(st.text(), st.none() | st.binary())))
def test_no_headers_whatever_break_more_than_the_record(headers: Headers) -> None:
    try:
        kind = type_of(headers)
    except Unreadable:
        return
    assert isinstance(kind, str)


@given(st.none() | st.binary() | st.text().map(str.encode))
def test_no_body_whatever_breaks_more_than_the_record(body: bytes | None) -> None:
    with pytest.raises(Unreadable, match="not a valid OrderReceived"):
        decode("OrderReceived", body)


def test_the_reason_names_each_field_and_repeats_no_value() -> None:
    body = order_received().model_dump_json().replace('"is_paid":true', '"is_paid":"secret"')

    with pytest.raises(Unreadable) as caught:
        decode("OrderReceived", body.encode())

    assert "is_paid" in str(caught.value)
    assert "secret" not in str(caught.value)


@given(st.text(max_size=50), st.text(max_size=50))
def test_what_is_encoded_is_decoded_the_same(name: str, number: str) -> None:
    event = order_received(order_number=number)
    event = event.model_copy(update={"shopper": event.shopper.model_copy(update={"name": name})})

    assert decode("OrderReceived", encode(event, "ingest").value) == event


def test_each_event_of_an_order_is_a_span_of_its_own() -> None:
    events = [order_received() for _ in range(3)]

    spans = {dict(encode(event, "ingest").headers)["traceparent"] for event in events}

    assert len(spans) == 3


@given(st.text())
def test_any_key_has_a_trace_that_w3c_allows(key: str) -> None:
    trace = trace_id(key)

    assert len(trace) == 32
    assert int(trace, 16) != 0


def test_events_of_a_kind_keep_their_order_by_id() -> None:
    ids = [order_received().event_id for _ in range(100)]

    assert ids == sorted(ids)
    assert OrderReceived.topic == "orders.v1"
