"""What is read of a quote, and what two questions have in common."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fulfillment.domain.answers import Unreadable
from services.fulfillment.domain.quoting import Line, Print, Quote, read_quote
from tests.support.events import ADDRESS, print_file

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
QUOTE = Quote(
    order_id="order",
    attempts=1,
    failures=0,
    changes=1,
    waited=timedelta(),
    said_at=NOW,
    address=ADDRESS,
    lines=(Line("7001", "f-1", 2),),
    prints={"7001": Print("f-1", NOW, "adventure-tee", "black-m", (print_file(),))},
    said=("", ""),
)
NAMES = ["quote", "subtotal", "shipping_total", "total_partner_cost", "currency", "discount_total"]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.decimals()),
    lambda inner: st.dictionaries(st.sampled_from(NAMES), inner) | st.lists(inner, max_size=2),
)


def test_the_published_shape_is_read() -> None:
    estimate = read_quote(
        {
            "quote": {
                "subtotal": Decimal("17.90"),
                "shipping_total": Decimal("6.95"),
                "tax_total": Decimal("1.50"),
                "discount_total": Decimal("2.00"),
                "total_partner_cost": Decimal("24.35"),
                "currency": "USD",
            }
        }
    )

    assert [(cost.kind, cost.amount.minor) for cost in estimate.costs] == [
        ("product", 1790),
        ("tax", 150),
        ("discount", -200),
        ("shipping", 695),
    ]
    assert (estimate.total.minor, estimate.total.currency) == (2435, "USD")


@given(JSON)
def test_no_answer_breaks_the_reading(answer: Any) -> None:
    try:
        estimate = read_quote(answer)
    except Unreadable:
        return

    assert estimate.total.minor == sum(cost.amount.minor for cost in estimate.costs)


@pytest.mark.parametrize("answer", [None, [], {}, {"quote": []}, {"quote": {"subtotal": "dear"}}])
def test_an_answer_without_a_price_is_told_apart(answer: Any) -> None:
    with pytest.raises(Unreadable):
        read_quote(answer)


def test_who_it_is_for_and_which_file_cost_nothing() -> None:
    somebody = ADDRESS.model_copy(
        update={"name": "Lord Byron", "phone": "1", "company": "Newstead"}
    )
    other = replace(QUOTE.prints["7001"], files=(print_file(sha256="b" * 64),))

    same = replace(QUOTE, address=somebody, prints={"7001": other})

    assert same.fingerprint == QUOTE.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"address": ADDRESS.model_copy(update={"postal_code": "10115"})},
        {"lines": (Line("7001", "f-1", 3),)},
        {"prints": {"7001": replace(QUOTE.prints["7001"], variant_id="white-m")}},
    ],
)
def test_what_may_cost_otherwise_is_another_question(changes: dict[str, Any]) -> None:
    assert replace(QUOTE, **changes).fingerprint != QUOTE.fingerprint
