"""What the store is to be told of a package, given what it knows."""

from dataclasses import replace

import pytest

from services.notifier.domain.telling import (
    CREATE,
    Fulfillment,
    FulfillmentOrder,
    OpenLine,
    Package,
    StoreOrder,
    Tell,
    Told,
    Track,
    Untellable,
    next_step,
)
from shared.events import ShippedItem

ITEM = ShippedItem(line_item_id="7001", quantity=1)
PACKAGE = Package(
    order_id="order",
    shipment_id="cf-1/1",
    shop="sandbox.myshopify.com",
    storefront_order_id="5550",
    carrier="usps",
    tracking_number="94",
    tracking_url="https://tools.usps.com/94",
    items=(ITEM,),
    attempts=1,
    failures=0,
    queued=0,
)


def opened(
    *lines: OpenLine, name: str = "fo-1", location: str = "factory", may_create: bool = True
) -> FulfillmentOrder:
    actions = frozenset({CREATE}) if may_create else frozenset({"RELEASE_HOLD"})
    return FulfillmentOrder(name, "OPEN" if may_create else "ON_HOLD", actions, location, lines)


def line(line_item_id: str = "7001", remaining: int = 1, name: str = "fol-1") -> OpenLine:
    return OpenLine(name, line_item_id, remaining)


def sent(number: str = "94", status: str = "SUCCESS", *items: ShippedItem) -> Fulfillment:
    return Fulfillment("f-1", status, (Track(number, "", ""),), items or (ITEM,))


def test_an_open_line_is_fulfilled() -> None:
    assert next_step(PACKAGE, StoreOrder((opened(line()),), ())) == Tell(
        {"fo-1": [("fol-1", 1)]}, is_all=True
    )


def test_our_own_earlier_effect_is_recognised_by_its_number() -> None:
    order = StoreOrder((opened(line(remaining=0)),), (sent(),))

    assert next_step(PACKAGE, order) == Told("f-1")


def test_the_same_line_still_open_is_not_fulfilled_twice() -> None:
    order = StoreOrder((opened(line(remaining=2)),), (sent(),))

    assert next_step(PACKAGE, order) == Told("f-1")


def test_a_fulfillment_that_was_cancelled_counts_for_nothing() -> None:
    order = StoreOrder((opened(line()),), (sent("94", "CANCELLED"),))

    assert isinstance(next_step(PACKAGE, order), Tell)


def test_another_packages_number_is_not_ours() -> None:
    order = StoreOrder((opened(line()),), (sent("95"),))

    assert isinstance(next_step(PACKAGE, order), Tell)


def test_only_what_remains_is_asked_for() -> None:
    package = replace(PACKAGE, items=(ShippedItem(line_item_id="7001", quantity=5),))
    order = StoreOrder((opened(line(remaining=2)),), ())

    assert next_step(package, order) == Tell({"fo-1": [("fol-1", 2)]}, is_all=False)


def test_a_line_split_over_fulfillment_orders_is_told_in_one_call() -> None:
    package = replace(PACKAGE, items=(ShippedItem(line_item_id="7001", quantity=3),))
    order = StoreOrder(
        (opened(line(remaining=2)), opened(line(remaining=2, name="fol-2"), name="fo-2")), ()
    )

    assert next_step(package, order) == Tell(
        {"fo-1": [("fol-1", 2)], "fo-2": [("fol-2", 1)]}, is_all=True
    )


def test_one_call_names_one_location_only() -> None:
    package = replace(PACKAGE, items=(ITEM, ShippedItem(line_item_id="7002", quantity=1)))
    here = opened(line())
    there = opened(line("7002", name="fol-2"), name="fo-2", location="warehouse")

    first = next_step(package, StoreOrder((here, there), ()))
    second = next_step(package, StoreOrder((there,), (sent(),)))

    assert first == Tell({"fo-1": [("fol-1", 1)]}, is_all=False)
    assert second == Tell({"fo-2": [("fol-2", 1)]}, is_all=True)


def test_lines_of_others_in_a_mixed_cart_are_left_alone() -> None:
    order = StoreOrder((opened(line("7009", name="fol-9"), line()),), ())

    assert next_step(PACKAGE, order) == Tell({"fo-1": [("fol-1", 1)]}, is_all=True)


def test_what_a_hold_keeps_back_is_explained() -> None:
    with pytest.raises(Untellable, match=r"ON_HOLD.*release the hold"):
        next_step(PACKAGE, StoreOrder((opened(line(), may_create=False),), ()))


def test_what_was_fulfilled_by_hand_is_explained() -> None:
    with pytest.raises(Untellable, match="by hand"):
        next_step(PACKAGE, StoreOrder((opened(line(remaining=0)),), ()))


def test_tracking_is_written_as_shopify_takes_it() -> None:
    assert PACKAGE.tracking == {
        "company": "USPS",
        "number": "94",
        "url": "https://tools.usps.com/94",
    }


@pytest.mark.parametrize("url", ["", "tools.usps.com/94", "javascript:alert(1)", "http://"])
def test_what_is_no_address_is_not_sent_as_one(url: str) -> None:
    assert "url" not in replace(PACKAGE, tracking_url=url).tracking
