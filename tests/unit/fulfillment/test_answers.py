"""The provider's order as we read it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fulfillment.domain.answers import Package, Unreadable, read_order

MOMENT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.decimals()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "order", "tracking", "line_items", "number", "total"]), inner
        ),
    ),
)


def read_tracking(**tracking: Any) -> Package:
    [package] = read_order({"id": "cf-1", "tracking": [tracking]}).packages
    return package


def test_the_published_shape_is_read() -> None:
    order = read_order(
        {
            "order": {
                "id": "cf-1",
                "status": "Shipped",
                "fulfillment_status": "shipped",
                "billing_status": "charged",
                "total": Decimal("13.70"),
                "line_items": [{"id": "l-1"}, {"id": "l-2"}],
            }
        }
    )

    assert (order.provider_order_id, order.words) == ("cf-1", ("Shipped", "shipped"))
    assert (order.total, order.line_ids) == (Decimal("13.70"), ("l-1", "l-2"))


@pytest.mark.parametrize(
    "tracking",
    [
        {"carrier": "USPS", "number": "94", "url": "https://u", "id": "94"},
        {"company": "USPS", "tracking_number": "94", "tracking_url": "https://u"},
        {"courier": "USPS", "trackingNumber": 94, "trackingUrl": "https://u"},
    ],
)
def test_tracking_is_read_under_each_of_its_names(tracking: dict[str, Any]) -> None:
    package = read_tracking(**tracking)

    assert (package.package_id, package.carrier) == ("94", "USPS")
    assert (package.number, package.url) == ("94", "https://u")


def test_the_items_of_a_package_are_read() -> None:
    lines = [{"id": "l-1", "quantity": 2}, {"line_item_id": "l-2"}, {"id": "l-3", "quantity": 0}]

    assert read_tracking(number="94", items=lines).lines == (("l-1", 2), ("l-2", 1))


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026-10-01T12:00:00Z", MOMENT), ("2026-10-01T12:00:00", MOMENT), ("yesterday", None)],
)
def test_a_time_without_a_zone_is_utc(text: str, moment: datetime | None) -> None:
    assert read_tracking(number="94", shipped_at=text).shipped_at == moment


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"order": None}, {"order": {"id": ""}}])
def test_an_answer_without_an_order_is_told_apart(answer: Any) -> None:
    with pytest.raises(Unreadable):
        read_order(answer)


@given(JSON)
def test_no_answer_breaks_the_reading(answer: Any) -> None:
    try:
        order = read_order(answer)
    except Unreadable:
        return

    assert order.provider_order_id
