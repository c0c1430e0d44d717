"""Which charges are still awaited once an order has been made."""

import pytest

from services.fulfillment.domain.billing import (
    BILLING_MAP,
    SETTLE_POLLS_MAX,
    Billed,
    billing_map,
    is_settled,
)
from services.fulfillment.domain.stages import Stage


def settled(billed: Billed, word: str, stage: Stage = Stage.SHIPPED, unchanged: int = 0) -> bool:
    return is_settled(billed, word, BILLING_MAP, stage=stage, unchanged=unchanged)


def test_what_has_shipped_waits_for_its_last_charge() -> None:
    assert not settled(Billed.NOTHING, "pending")
    assert not settled(Billed.PRODUCT, "product_charged")
    assert settled(Billed.EVERYTHING, "charged")
    assert settled(Billed.RETURNED, "refunded")


def test_what_is_cancelled_waits_for_its_refund() -> None:
    assert settled(Billed.NOTHING, "pending", Stage.CANCELLED)
    assert not settled(Billed.PRODUCT, "product_charged", Stage.CANCELLED)
    assert settled(Billed.RETURNED, "voided", Stage.CANCELLED)


@pytest.mark.parametrize("word", ["", "haggled over"])
def test_a_provider_that_tells_nothing_is_not_waited_for(word: str) -> None:
    assert settled(Billed.NOTHING, word)


def test_nobody_waits_for_a_charge_for_ever() -> None:
    assert settled(Billed.PRODUCT, "product_charged", unchanged=SETTLE_POLLS_MAX)


def test_an_operators_word_is_understood() -> None:
    words = billing_map({"Haggled-over": "everything", "charged": ""})

    assert (words["haggled over"], words["charged"]) == (Billed.EVERYTHING, None)
