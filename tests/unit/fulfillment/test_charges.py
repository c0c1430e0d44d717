"""The ledger's sum is what the provider says is charged, whatever it says and how often."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fulfillment.domain.answers import Amounts
from services.fulfillment.domain.billing import BILLING_MAP, Billed, Charge, next_billed
from services.fulfillment.domain.charges import charged_of, new_charges
from services.fulfillment.domain.following import Following
from services.fulfillment.domain.stages import Stage

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
BEGUN = Following(
    order_id="order",
    shop="sandbox.myshopify.com",
    storefront_order_id="5550",
    provider_order_id="cf-1",
    stage=Stage.PENDING,
    lines=(),
    attempts=1,
    failures=0,
    unchanged=0,
    hints=0,
    must_cancel=False,
)
Answer = tuple[str, Amounts]
State = tuple[Following, list[Charge]]

BLANK: State = (BEGUN, [])

amounts = st.decimals(0, 10**6, places=2)
bills = st.builds(
    Amounts,
    currency=st.just("USD"),
    subtotal=st.none() | amounts,
    shipping=st.none() | amounts,
    tax=st.none() | amounts,
    discount=st.none() | amounts,
    total=st.none() | amounts,
    refunded=st.none() | amounts,
)
words = st.sampled_from([*BILLING_MAP, "Product_Charged", "haggled over"])


@st.composite
def readings(draw: st.DrawFn) -> list[Answer]:
    """Give versions of an order as they are read: late ones too, and some more than once."""
    versions = draw(st.lists(st.tuples(words, bills), min_size=1, max_size=6))
    dated = [
        (word, replace(bill, changed_at=NOW + timedelta(seconds=second)))
        for second, (word, bill) in enumerate(versions)
    ]
    return draw(st.lists(st.sampled_from(dated), min_size=1, max_size=12))


def read(state: State, answer: Answer) -> State:
    """Read an answer as the follower does: the new lines are added, the rest is remembered."""
    following, ledger = state
    word, bill = answer
    billed = next_billed(following.billed, word, bill, BILLING_MAP, since=following.changed_at)
    added = new_charges(following, billed, bill, ledger, now=NOW)
    newest = max(filter(None, (following.changed_at, bill.changed_at)), default=None)
    return replace(following, billed=billed, changed_at=newest), [*ledger, *added]


def read_all(*answers: Answer) -> list[Charge]:
    *_, (_, ledger) = accumulate(answers, read, initial=BLANK)
    return ledger


def total(ledger: Sequence[Charge]) -> int:
    return sum(charge.amount.minor for charge in ledger)


def bill(**parts: str) -> Amounts:
    exact: dict[str, Any] = {name: Decimal(value) for name, value in parts.items()}
    return Amounts(currency="USD", **exact)


def shown(ledger: Sequence[Charge]) -> list[tuple[str, int]]:
    return [(charge.charge_id, charge.amount.minor) for charge in ledger]


TEE = bill(subtotal="8.95", shipping="4.75", tax="0.00", discount="0.00", total="13.70")


@given(readings())
def test_the_ledger_adds_up_to_what_is_charged(answers: list[Answer]) -> None:
    owed = 0
    for before, answer in zip(accumulate(answers, read, initial=BLANK), answers, strict=False):
        following, ledger = read(before, answer)
        is_late = answer[1].changed_at != following.changed_at
        charged = None if is_late else charged_of(following.billed, answer[1])
        owed = owed if charged is None else sum(charged.values())

        assert total(ledger) == owed


@given(readings(), st.data())
def test_reading_the_same_again_adds_nothing(answers: list[Answer], data: st.DataObject) -> None:
    ledger = read_all(*answers)
    newest = max(answers, key=lambda answer: answer[1].changed_at or NOW)
    repeated = data.draw(st.lists(st.just(newest), max_size=3))

    once = read_all(*answers, newest)

    assert read_all(*answers, newest, *repeated) == once
    assert once[: len(ledger)] == ledger


@given(readings())
def test_no_two_lines_have_one_name(answers: list[Answer]) -> None:
    ledger = read_all(*answers)

    assert len({charge.charge_id for charge in ledger}) == len(ledger)
    assert all(charge.amount.minor for charge in ledger)


def test_product_and_shipping_are_lines_of_their_own() -> None:
    ledger = read_all(("pending", TEE), ("product_charged", TEE), ("charged", TEE))

    assert shown(ledger) == [("cf-1/product", 895), ("cf-1/shipping", 475)]


def test_one_charge_for_all_has_the_same_lines() -> None:
    assert shown(read_all(("charged", TEE))) == [("cf-1/product", 895), ("cf-1/shipping", 475)]


def test_tax_and_discount_come_with_the_product() -> None:
    sale = bill(subtotal="10", tax="0.83", discount="2.50", shipping="4", total="12.33")

    assert shown(read_all(("product_charged", sale), ("charged", sale))) == [
        ("cf-1/product", 1000),
        ("cf-1/tax", 83),
        ("cf-1/discount", -250),
        ("cf-1/shipping", 400),
    ]


def test_another_total_later_is_an_adjustment() -> None:
    dearer, cheaper = replace(TEE, total=Decimal("15.20")), replace(TEE, total=Decimal("14.00"))

    assert shown(read_all(("charged", TEE), ("charged", dearer), ("charged", cheaper))) == [
        ("cf-1/product", 895),
        ("cf-1/shipping", 475),
        ("cf-1/adjustment", 150),
        ("cf-1/adjustment-2", -120),
    ]


@pytest.mark.parametrize("word", ["refunded", "Voided"])
def test_what_is_given_back_is_a_negative_line(word: str) -> None:
    *_, refund = read_all(("charged", TEE), (word, TEE))

    assert (refund.kind, refund.amount.minor) == ("refund", -1370)


def test_nothing_is_given_back_of_what_was_never_charged() -> None:
    assert read_all(("pending", TEE), ("voided", TEE)) == []


def test_a_part_is_given_back_as_far_as_it_is_told() -> None:
    first, second = (replace(TEE, refunded=Decimal(amount)) for amount in ("4.75", "5.00"))
    untold = ("partially_refunded", TEE)

    assert shown(
        read_all(
            ("charged", TEE),
            untold,
            ("partially_refunded", first),
            ("partially_refunded", second),
        )
    )[2:] == [("cf-1/refund", -475), ("cf-1/refund-2", -25)]


def test_an_older_answer_takes_nothing_back() -> None:
    early, late = (replace(TEE, changed_at=NOW + timedelta(minutes=each)) for each in (1, 2))

    ledger = read_all(("charged", late), ("refunded", early), ("product_charged", early))

    assert total(ledger) == 1370


def test_a_total_alone_is_charged_as_the_product() -> None:
    assert shown(read_all(("paid", bill(total="13.70")))) == [("cf-1/product", 1370)]


def test_what_cannot_be_worked_out_waits() -> None:
    assert read_all(("product_charged", bill(total="13.70"))) == []
    assert read_all(("charged", bill(shipping="4.75"))) == []


def test_an_amount_in_another_currency_is_not_added_up() -> None:
    ledger = read_all(("charged", TEE), ("charged", replace(TEE, currency="EUR")))

    assert total(ledger) == 1370


def test_each_line_says_when_it_was_charged() -> None:
    dated = replace(TEE, changed_at=NOW - timedelta(days=1))

    assert {charge.charged_at for charge in read_all(("charged", dated))} == {dated.changed_at}
    assert {charge.charged_at for charge in read_all(("charged", TEE))} == {NOW}


def test_no_more_is_charged_than_the_furthest_news_say() -> None:
    assert next_billed(Billed.EVERYTHING, "pending", TEE, BILLING_MAP, since=None) is (
        Billed.EVERYTHING
    )
