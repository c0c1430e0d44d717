"""What stands in the headers of every record: CloudEvents 1.0 in Kafka's binary mode."""

import json
import re
from datetime import datetime
from uuid import UUID

import pytest

from deploy.contracts.asyncapi import HEADERS
from shared.cloudevents import encode, type_of
from shared.events import EVENTS, Event
from tests.contract.events.test_events import every_event, sample
from tests.support.events import order_received, product_published


def headers(event: Event) -> dict[str, str]:
    return dict(encode(event, "ingest").headers)


@every_event
def test_the_headers_are_those_that_are_described(name: str) -> None:
    event = EVENTS[name].model_validate(sample(name))

    assert list(headers(event)) == list(HEADERS)


@every_event
def test_the_type_is_read_without_the_body(name: str) -> None:
    event = EVENTS[name].model_validate(sample(name))
    sent = [(key, value.encode()) for key, value in headers(event).items()]

    assert type_of(sent) == name


def test_the_attributes_are_those_of_cloudevents() -> None:
    event = order_received()

    said = headers(event)

    assert said["ce_specversion"] == "1.0"
    assert said["ce_source"] == "/platen/ingest"
    assert said["ce_dataschema"] == "/platen/schemas/OrderReceived.json"
    assert said["content-type"] == "application/json"
    assert UUID(said["ce_id"]) == UUID(event.event_id)
    assert datetime.fromisoformat(said["ce_time"]) == event.occurred_at


@pytest.mark.parametrize("event", [order_received(), product_published()], ids=["order", "product"])
def test_the_key_is_the_subject(event: Event) -> None:
    message = encode(event, "ingest")

    assert message.key == event.key == dict(message.headers)["ce_subject"]


def test_an_orders_events_share_its_trace() -> None:
    first, second = order_received(), order_received()

    traces = [headers(event)["traceparent"] for event in (first, second)]

    pattern = rf"00-{UUID(first.order_id).hex}-[0-9a-f]{{16}}-01"
    assert all(re.fullmatch(pattern, trace) for trace in traces)
    assert traces[0] != traces[1]


def test_a_products_trace_is_valid() -> None:
    trace = headers(product_published())["traceparent"].split("-")[1]

    assert re.fullmatch("[0-9a-f]{32}", trace)
    assert int(trace, 16) != 0


def test_the_body_is_plain_json() -> None:
    body = json.loads(encode(order_received(), "ingest").value)

    assert body["shipping_address"]["country"] == "US"
