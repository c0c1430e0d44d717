"""What an order costs and what is left of it: from the quote, from charges, and in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.approval.domain import Facts, learn, snapshot_of
from services.approval.domain.costing import (
    Basis,
    Costing,
    costing_of,
    is_quote_awaited,
    quote_of,
    refusal_of,
)
from services.approval.domain.words import as_money, as_share
from shared.events import Event, Money, quote_fingerprint
from tests.support.events import (
    ADDRESS,
    approved_item,
    charge_recorded,
    dollars,
    fulfillment_cancelled,
    fulfillment_started,
    order_cancelled,
    order_changed,
    order_quoted,
    order_received,
    print_file_ready,
    quote_refused,
    reprint_ordered,
    shipped,
)

ORDER = order_received(total=dollars(3400))
QUOTE = order_quoted()
PRODUCT = charge_recorded()
SHIPPING = charge_recorded(kind="shipping", amount=dollars(475))
REFUND = charge_recorded(kind="refund", amount=dollars(-1370))


def told(*events: Event) -> Facts:
    facts = Facts()
    for event in (print_file_ready(), *events):
        facts = learn(facts, event, is_approved=False)
    return facts


def cost(*events: Event) -> Costing:
    costing = costing_of(told(*events))
    assert costing is not None
    return costing


def figures(*events: Event) -> tuple[Basis, list[int], int | None]:
    costing = cost(*events)
    margin = costing.margin.minor if costing.margin else None
    return costing.basis, [amount.minor for amount in costing.amounts], margin


def test_before_the_approval_it_is_an_estimate() -> None:
    assert figures(ORDER, QUOTE) == (Basis.ESTIMATED, [1370], 2030)


def test_nothing_is_known_without_a_quote_or_a_charge() -> None:
    assert costing_of(told(ORDER)) is None


def test_the_shipping_is_estimated_until_it_is_charged() -> None:
    assert figures(ORDER, QUOTE, PRODUCT) == (Basis.PARTLY_ESTIMATED, [1370], 2030)
    assert figures(ORDER, QUOTE, PRODUCT, SHIPPING) == (Basis.CHARGED, [1370], 2030)


def test_what_is_charged_counts_and_not_what_was_quoted() -> None:
    dearer = PRODUCT.model_copy(update={"amount": dollars(1100)})

    assert figures(ORDER, QUOTE, dearer) == (Basis.PARTLY_ESTIMATED, [1575], 1825)


def test_without_a_quote_the_cost_is_what_is_charged_so_far() -> None:
    assert figures(ORDER, PRODUCT) == (Basis.SO_FAR, [895], 2505)


def test_what_has_left_the_factory_is_charged() -> None:
    assert figures(ORDER, QUOTE, PRODUCT, shipped()) == (Basis.CHARGED, [895], 2505)


def test_a_factory_that_tells_no_charges_leaves_the_estimate() -> None:
    assert figures(ORDER, QUOTE, fulfillment_started(), shipped()) == (
        Basis.ESTIMATED,
        [1370],
        2030,
    )


def test_what_is_given_back_costs_nothing() -> None:
    assert figures(ORDER, QUOTE, PRODUCT, SHIPPING, REFUND) == (Basis.CHARGED, [0], 3400)


@pytest.mark.parametrize("end", [order_cancelled(), fulfillment_cancelled()])
def test_a_cancelled_order_has_no_margin(end: Event) -> None:
    assert costing_of(told(ORDER, QUOTE, end)) is None
    assert figures(ORDER, QUOTE, PRODUCT, end) == (Basis.CHARGED, [895], None)


def test_two_currencies_are_both_said_and_not_subtracted() -> None:
    euros = charge_recorded(kind="shipping", amount=Money(minor=400, currency="EUR"))

    costing = cost(ORDER, PRODUCT, euros)

    assert costing.amounts == (dollars(895), Money(minor=400, currency="EUR"))
    assert costing.margin is None
    assert cost(order_received(total=Money(minor=3400, currency="EUR")), QUOTE).margin is None


def test_a_loss_is_a_negative_margin() -> None:
    assert figures(order_received(total=dollars(900)), QUOTE)[2] == -470


def test_nobody_pays_for_a_reprint() -> None:
    assert figures(reprint_ordered(), order_quoted("1001-R1"))[2] == -1370


def test_the_newest_of_quote_and_refusal_holds() -> None:
    refused = told(ORDER, QUOTE, quote_refused())
    quoted = told(ORDER, quote_refused(), order_quoted())

    assert (quote_of(refused), costing_of(refused)) == (None, None)
    assert refusal_of(refused) is not None
    assert refusal_of(quoted) is None
    assert quote_of(quoted) is not None


MOVED = order_changed(shipping_address=ADDRESS.model_copy(update={"city": "Dallas"}))
UNREAD = quote_refused(code="unexpected", fingerprint="")
REQUOTED = order_quoted(
    total=dollars(1520), fingerprint=quote_fingerprint(MOVED.shipping_address, [approved_item()])
)


@pytest.mark.parametrize("answer", [QUOTE, quote_refused()])
def test_what_was_answered_before_a_change_does_not_hold(answer: Event) -> None:
    facts = told(ORDER, answer, MOVED)

    assert (quote_of(facts), refusal_of(facts), costing_of(facts)) == (None, None, None)
    assert is_quote_awaited(facts)


def test_a_refusal_of_what_could_not_be_read_holds_until_another_answer() -> None:
    refused, read = told(ORDER, QUOTE, MOVED, UNREAD), told(ORDER, MOVED, UNREAD, REQUOTED)

    assert refusal_of(refused) == UNREAD
    assert not is_quote_awaited(refused)
    assert quote_of(read) == REQUOTED


def test_the_answer_after_the_change_holds_whichever_comes_first() -> None:
    in_turn, early = told(ORDER, QUOTE, MOVED, REQUOTED), told(ORDER, QUOTE, REQUOTED, MOVED)

    assert quote_of(in_turn) == quote_of(early) == REQUOTED
    assert not is_quote_awaited(in_turn)


@pytest.mark.parametrize(
    "news", [fulfillment_started(), PRODUCT, order_cancelled(), fulfillment_cancelled()]
)
def test_nobody_awaits_a_quote_of_what_is_made_or_cancelled(news: Event) -> None:
    facts = told(ORDER, QUOTE, MOVED, news)

    assert not is_quote_awaited(facts)
    assert quote_of(facts) is None


@given(st.lists(st.sampled_from([QUOTE, quote_refused(), PRODUCT, SHIPPING, REFUND])))
def test_no_price_makes_an_approval_stale(news: list[Event]) -> None:
    ready = told(ORDER, print_file_ready())
    facts = ready
    for event in news:
        facts = learn(facts, event, is_approved=False)

    assert snapshot_of(facts) == snapshot_of(ready)
    assert snapshot_of(facts) is not None


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (dollars(123456), "$1,234.56"),
        (dollars(-320), "−$3.20"),
        (Money(minor=1500, currency="JPY"), "1,500 JPY"),
        (Money(minor=-1500, currency="KWD"), "−1.500 KWD"),
    ],
)
def test_money_is_written_as_people_read_it(money: Money, text: str) -> None:
    assert as_money(money) == text


def test_a_share_is_in_percent_where_it_means_anything() -> None:
    assert as_share(dollars(2030), dollars(3400)) == "60%"
    assert as_share(dollars(-850), dollars(3400)) == "−25%"
    assert as_share(dollars(-850), dollars(0)) == ""
    assert as_share(dollars(850), Money(minor=1, currency="EUR")) == ""
