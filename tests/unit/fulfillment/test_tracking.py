"""Which package of the provider's answer is one that was told, and what is other of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.fulfillment.domain.answers import read_order
from services.fulfillment.domain.following import Following, Line, Parcel
from services.fulfillment.domain.stages import Stage
from services.fulfillment.domain.tracking import corrected, corrections_of
from shared.events import ShippedItem, TrackingCorrected

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
SHIRT, CUPS = (
    ShippedItem(line_item_id="7001", quantity=1),
    ShippedItem(line_item_id="7002", quantity=3),
)
FOLLOWING = Following(
    order_id="order",
    shop="sandbox.myshopify.com",
    storefront_order_id="5550",
    provider_order_id="cf-1",
    stage=Stage.SHIPPED,
    lines=(Line("7001", 1, "l-1"), Line("7002", 3, "l-2")),
    attempts=1,
    failures=0,
    unchanged=0,
    hints=0,
    must_cancel=False,
    changed_at=NOW,
)


def parcel(name: str, number: str, *items: ShippedItem, **changes: Any) -> Parcel:
    return Parcel(f"cf-1/{name}", number, items or (SHIRT, CUPS), "USPS", "https://t/1", **changes)


def found(*tracking: dict[str, Any], said: tuple[Parcel, ...], **order: Any) -> list[Any]:
    answer = {"id": "cf-1", "tracking": [*tracking]} | order
    lines = {"line_items": [{"id": "l-1"}, {"id": "l-2"}]}
    events = corrections_of(replace(FOLLOWING, said=said), read_order(answer | lines))
    return [(event.shipment_id, event.tracking_number, event.replaces) for event in events]


def package(name: str, number: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "number": number, "carrier": "USPS", "url": "https://t/1"} | more


def test_what_the_answer_leaves_out_is_no_correction() -> None:
    said = (parcel("a", "1"),)

    assert found({"id": "a", "number": "1"}, said=said) == []
    assert found({"id": "a", "number": ""}, said=said) == []
    assert found(said=said) == []


def test_an_older_answer_corrects_nothing() -> None:
    older = (NOW - timedelta(seconds=1)).isoformat()

    assert found(package("a", "2"), said=(parcel("a", "1"),), updated_at=older) == []


def test_a_number_that_is_its_own_id_is_replaced_by_another() -> None:
    said = (parcel("1", "1"),)

    assert found({"number": "2", "carrier": "USPS"}, said=said) == [("cf-1/1", "2", "1")]


def test_a_replaced_package_is_known_by_what_it_holds() -> None:
    said = (parcel("1", "1", SHIRT), parcel("2", "2", CUPS))
    cups = {"number": "3", "line_items": [{"id": "l-2", "quantity": 3}]}

    assert found(package("", "1"), cups, said=said) == [("cf-1/2", "3", "2")]


def test_a_package_of_what_is_still_to_be_sent_replaces_none() -> None:
    said = (parcel("1", "1", SHIRT),)
    cups = {"number": "3", "line_items": [{"id": "l-2", "quantity": 3}]}

    assert found(cups, said=said) == []


def test_one_number_under_two_ids_is_compared_once() -> None:
    said = (parcel("a", "1"),)

    assert found(package("a", "1"), package("b", "1", carrier="UPS"), said=said) == []


def test_a_package_that_gets_an_id_later_is_corrected_under_its_first_name() -> None:
    said = (parcel("1", "1"),)

    assert found(package("a", "1", carrier="UPS"), said=said) == [("cf-1/1", "1", "1")]


def test_a_number_without_a_link_does_not_keep_the_old_ones_link() -> None:
    event = corrections_of(
        replace(FOLLOWING, said=(parcel("a", "1"),)),
        read_order({"id": "cf-1", "tracking": [{"id": "a", "number": "2"}]}),
    )[0]

    assert (event.carrier, event.tracking_url) == ("USPS", "")
    assert isinstance(event, TrackingCorrected)


def test_what_was_corrected_is_compared_with_next_time() -> None:
    said = (parcel("a", "1"), parcel("b", "9"))
    following = replace(FOLLOWING, said=said)
    answer = read_order({"id": "cf-1", "tracking": [package("a", "2"), package("b", "9")]})

    after = corrected(said, corrections_of(following, answer))

    assert [each.tracking_number for each in after] == ["2", "9"]
    assert corrections_of(replace(following, said=tuple(after)), answer) == []
