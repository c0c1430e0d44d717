"""What ingest makes of what an order costs, and of whether that is paid."""

import pytest

from tests.support.shopify import shopify_order
from tests.unit.ingest.reading import order_in


def test_a_paid_state_of_another_shape_is_not_paid() -> None:
    order = order_in(shopify_order(financial_status={"paid": True}))

    assert not order.is_paid


def test_what_was_refunded_since_is_not_in_the_total() -> None:
    order = order_in(shopify_order(total_price="34.00", current_total_price="17.00"))

    assert order.total.minor == 1700


@pytest.mark.parametrize(
    ("state", "is_paid", "is_refunded"),
    [
        ("pending", False, False),
        ("authorized", False, False),
        ("paid", True, False),
        ("partially_refunded", True, False),
        ("refunded", False, True),
        ("voided", False, True),
    ],
)
def test_money_that_was_given_back_is_told_from_money_to_come(
    state: str, *, is_paid: bool, is_refunded: bool
) -> None:
    order = order_in(shopify_order(financial_status=state))

    assert (order.is_paid, order.is_refunded) == (is_paid, is_refunded)
