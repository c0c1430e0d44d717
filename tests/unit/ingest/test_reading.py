"""What ingest makes of a body: an order, a problem for a person, or no JSON at all."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from services.ingest.shopify.models import (
    ShopifyAddress,
    ShopifyLineItem,
    ShopifyOrder,
    ShopifyPerson,
)
from shared.events import OrderReceived
from tests.support.shopify import shopify_line, shopify_order
from tests.unit.ingest.reading import order_in, read


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


texts = st.none() | st.integers() | st.text(max_size=8)
moments = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the zone comes beside it
    datetime(2199, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.builds(
        lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-720, 840)
    ),
)
amounts = st.decimals(-(10**12), 10**12, places=3).map(str)
lines: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"id": st.integers(0, 2**63 - 1), "quantity": st.integers(0, 10**6)},
    optional={
        "product_id": st.none() | st.integers(0, 2**63 - 1),
        "variant_id": st.none() | st.integers(0, 2**63 - 1),
        "sku": texts,
        "title": texts,
        "variant_title": texts,
        "current_quantity": st.none() | st.integers(0, 10**6),
        "requires_shipping": st.booleans(),
        "price": amounts,
        "properties": st.none()
        | st.dictionaries(st.text(), texts)
        | st.lists(st.fixed_dictionaries({"name": texts, "value": texts})),
    },
)


def some(
    part: type[Struct], values: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Give some of the fields of a part of an order."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(part.__struct_fields__, values) | named)


orders: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "id": st.integers(0, 2**63 - 1),
        "created_at": moments.map(datetime.isoformat),
        "updated_at": moments.map(datetime.isoformat),
    },
    optional={
        "name": texts,
        "email": texts,
        "phone": texts,
        "currency": st.sampled_from(("USD", "JPY", "KWD")),
        "total_price": amounts,
        "current_total_price": st.none() | amounts,
        "financial_status": st.none() | st.sampled_from(("paid", "pending", "refunded")),
        "customer": st.none() | some(ShopifyPerson, texts),
        "shipping_address": st.none()
        | some(ShopifyAddress, texts, country_code=st.sampled_from(("US", "DE", "", None))),
        "line_items": st.lists(lines, max_size=3, unique_by=lambda line: line["id"]),
    },
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders)
def test_any_order_is_written_as_its_contract_writes_it(order: dict[str, Any]) -> None:
    """`order_in` reads what was written by the contract, and writes it again."""
    assert order_in(order).storefront_order_id == str(order["id"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "many"}, "id"),
        ({"created_at": "2026-10-01T08:00:00"}, "created_at"),
        ({"updated_at": None}, "updated_at"),
        ({"currency": "DOLLAR"}, "currency"),
        ({"total_price": "NaN"}, "money"),
        ({"total_price": "1e999999"}, "money"),
        ({"id": -1}, "id"),
        ({"id": 2**63}, "id"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "year 1"),
        ({"updated_at": "9999-12-31T23:59:59-12:00"}, "year 9999"),
        ({"cancelled_at": "0001-01-01T00:00:00Z"}, "year 1"),
        ({"currency": "U\0D"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"line_items": [{"id": 1, "quantity": -1}]}, "quantity"),
        ({"line_items": [{"id": 1, "quantity": 2**31}]}, "quantity"),
        ({"line_items": [{"id": 1}]}, "quantity"),
        ({"line_items": [shopify_line(id=1), shopify_line(id=1)]}, "line_items"),
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
    [
        b"",
        b"{",
        b'{"id": 1} {}',
        b'{"a":' + b"[" * 50_000,
        b"{'id': 1}",
        b'{"name": "\xff"}',
        b'{"name": "\\ud83d"}',
        b'{"id": ' + b"9" * 5_000 + b"}",
    ],
    ids=range(8),
)
@pytest.mark.parametrize("topic", ["orders/create", "shop/redact"])
def test_what_is_no_json_is_a_problem_under_any_topic(body: bytes, topic: str) -> None:
    assert (read(body, topic).problem or "").startswith("not JSON: ")


def test_a_country_that_is_no_code_hides_the_address() -> None:
    order = order_in(shopify_order(shipping_address={"country_code": "\U0001f1fa\U0001f1f8"}))

    assert order.shipping_address is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=some(ShopifyOrder, anything),
    line=some(ShopifyLineItem, anything),
    topic=st.sampled_from(("orders/create", "orders/cancelled", "shop/redact")),
)
def test_whatever_a_field_holds_the_order_is_read_or_a_problem(
    changes: dict[str, Any], line: dict[str, Any], topic: str
) -> None:
    body = json.dumps({"line_items": [shopify_line() | line]} | changes)

    reading = read(json.dumps(shopify_order() | json.loads(body)).encode(), topic)

    assert reading.problem or reading.order_id or topic == "shop/redact"
    if reading.order is not None:
        OrderReceived.model_validate_json(reading.order.content)


def test_a_problem_never_repeats_what_the_body_holds() -> None:
    reading = read(shopify_order(currency="SECRET", line_items=[shopify_line(quantity="SECRET")]))

    assert reading.problem is not None
    assert "SECRET" not in reading.problem


@pytest.mark.parametrize(("test", "is_test"), [(True, True), (False, False), (None, False)])
def test_an_order_of_a_trial_is_told_from_others(*, test: bool | None, is_test: bool) -> None:
    assert order_in(shopify_order(test=test)).is_test is is_test
