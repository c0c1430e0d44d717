"""What ingest makes of a body: an order, a problem for a person, or no JSON at all."""

import json
from typing import Any

import pytest

from services.ingest import shopify
from services.ingest.domain import Delivery, Reading
from services.ingest.shopify import Malformed
from shared.events import OrderReceived
from tests.support.events import MOMENT, SHOP
from tests.support.shopify import shopify_line, shopify_order


def read(body: bytes | dict[str, Any], topic: str = "orders/create") -> Reading:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return shopify.read(Delivery(SHOP, topic, "1", None, content, MOMENT))


def order_in(body: dict[str, Any]) -> OrderReceived:
    reading = read(body)
    assert reading.problem is None
    assert reading.order is not None
    return reading.order


@pytest.mark.parametrize(
    ("properties", "read_as"),
    [
        ([{"name": "Name", "value": "Ada"}], [("Name", "Ada")]),
        (
            [{"name": "Age", "value": 7}, {"name": "Note", "value": None}],
            [("Age", "7"), ("Note", "")],
        ),
        ({"Name": "Ada", "Size": 3}, [("Name", "Ada"), ("Size", "3")]),
        ([{"name": "All", "value": ["a", "b"]}], [("All", "['a', 'b']")]),
        ([{"name": "A\0", "value": "B\0"}], [("A", "B")]),
        ([], []),
        (None, []),
    ],
)
def test_answers_are_read_however_an_app_sends_them(
    properties: Any, read_as: list[tuple[str, str]]
) -> None:
    order = order_in(shopify_order(line_items=[shopify_line(properties=properties)]))

    assert [(answer.name, answer.value) for answer in order.items[0].properties] == read_as


def test_an_order_with_nothing_but_what_it_must_have_is_read() -> None:
    order = order_in(
        {
            "id": "9007199254740994001",
            "created_at": "2026-10-01T08:00:00Z",
            "updated_at": "2026-10-01T08:00:00Z",
        }
    )

    assert order.order_number == "#9007199254740994001"
    assert (order.items, order.shipping_address, order.total.minor) == ((), None, 0)


def test_a_field_that_the_store_hides_is_empty() -> None:
    hidden: dict[str, Any] = dict.fromkeys(
        ("name", "email", "phone", "customer", "shipping_address")
    )

    order = order_in(shopify_order(**hidden, line_items=[shopify_line(sku=None, title=None)]))

    assert (order.shopper.name, order.shopper.email, order.shipping_address) == ("", "", None)
    assert (order.items[0].sku, order.items[0].title) == (None, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "many"}, "id"),
        ({"created_at": "2026-10-01T08:00:00"}, "created_at"),
        ({"updated_at": None}, "updated_at"),
        ({"currency": "DOLLAR"}, "currency"),
        ({"total_price": "NaN"}, "money"),
        ({"total_price": "1e999999"}, "money"),
        ({"line_items": [{"id": 1, "quantity": -1}]}, "quantity"),
        ({"line_items": [{"id": 1}]}, "quantity"),
    ],
)
def test_what_is_no_order_is_a_problem_that_names_the_field(
    changes: dict[str, Any], field: str
) -> None:
    reading = read(shopify_order(**changes))

    assert reading.order is None
    assert reading.problem is not None
    assert field in reading.problem


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"id": 1} {}', b'{"a":' + b"[" * 50_000, b"{'id': 1}", b'{"name": "\xff"}'],
)
@pytest.mark.parametrize("topic", ["orders/create", "shop/redact"])
def test_what_is_no_json_is_malformed_under_any_topic(body: bytes, topic: str) -> None:
    with pytest.raises(Malformed):
        read(body, topic)


def test_a_problem_never_repeats_what_the_body_holds() -> None:
    reading = read(shopify_order(currency="SECRET", line_items=[shopify_line(quantity="SECRET")]))

    assert reading.problem is not None
    assert "SECRET" not in reading.problem
