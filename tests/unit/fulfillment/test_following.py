"""What is new in the provider's answer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.fulfillment.domain.answers import read_order
from services.fulfillment.domain.following import (
    Following,
    Line,
    Parcel,
    is_made,
    lines_of,
    new_packages,
    poll_seconds,
)
from services.fulfillment.domain.stages import Stage
from shared.events import Shipped, ShippedItem
from tests.support.events import approved_item

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
LINES = (Line("7001", 1, "l-1"), Line("7002", 3, "l-2"))


def following(lines: tuple[Line, ...] = LINES) -> Following:
    return Following(
        order_id="order",
        shop="sandbox.myshopify.com",
        storefront_order_id="5550",
        provider_order_id="cf-1",
        stage=Stage.IN_PRODUCTION,
        lines=lines,
        attempts=1,
        failures=0,
        unchanged=0,
        hints=0,
        must_cancel=False,
    )


def new(
    *tracking: dict[str, Any], said: tuple[Parcel, ...] = (), lines: tuple[Line, ...] = LINES
) -> list[Shipped]:
    order = read_order(
        {"id": "cf-1", "tracking": [*tracking], "line_items": [{"id": "l-1"}, {"id": "l-2"}]}
    )
    return new_packages(following(lines), order, said, now=NOW)


def contents(event: Shipped) -> dict[str, int]:
    return {item.line_item_id: item.quantity for item in event.items}


def package(number: str, **lines: int) -> dict[str, Any]:
    names = [{"id": name.replace("_", "-"), "quantity": count} for name, count in lines.items()]
    return {"id": f"shp-{number}", "carrier": "USPS", "number": number, "line_items": names}


def test_each_package_is_one_event_with_our_lines() -> None:
    first, second = new(package("94", l_1=1), package("95", l_2=3))

    assert (first.shipment_id, first.tracking_number) == ("cf-1/shp-94", "94")
    assert (contents(first), contents(second)) == ({"7001": 1}, {"7002": 3})


def test_a_package_is_said_once() -> None:
    [event] = new(package("94", l_1=1))

    assert new(package("94", l_1=1), said=(Parcel.of(event),)) == []


def test_a_package_that_gets_an_id_later_is_the_same() -> None:
    [event] = new({"number": "94"})

    assert new(package("94"), said=(Parcel.of(event),)) == []


def test_the_same_package_twice_in_an_answer_is_one() -> None:
    assert len(new(package("94", l_1=1), package("94", l_1=1))) == 1


def test_a_package_without_contents_holds_what_is_left() -> None:
    first, second = new(package("94", l_2=1), package("95"))

    assert (contents(first), contents(second)) == ({"7002": 1}, {"7001": 1, "7002": 2})


def test_a_package_without_a_number_waits_for_it() -> None:
    assert new({"id": "shp-1", "carrier": "USPS"}) == []


def test_lines_that_are_not_ours_are_left_out() -> None:
    [event] = new(package("94", l_1=1, l_9=4))

    assert contents(event) == {"7001": 1}


def test_lines_are_tied_by_place_when_ids_were_not_kept() -> None:
    [event] = new(package("94", l_2=2), lines=(Line("7001", 1), Line("7002", 3)))

    assert contents(event) == {"7002": 2}


def test_no_more_of_a_line_ships_than_was_ordered() -> None:
    [event] = new(package("94", l_1=9))

    assert contents(event) == {"7001": 1}


@pytest.mark.parametrize(
    ("line_ids", "kept"), [(["l-1", "l-2"], ("l-1", "l-2")), (["l-1"], ("", "")), ([], ("", ""))]
)
def test_places_tie_lines_only_when_they_are_as_many(
    line_ids: list[str], kept: tuple[str, ...]
) -> None:
    items = [approved_item(), approved_item(line_item_id="7002")]
    order = read_order({"id": "cf-1", "line_items": [{"id": name} for name in line_ids]})

    assert tuple(line.provider_line_id for line in lines_of(items, order)) == kept


@pytest.mark.parametrize(
    ("stage", "shipped", "over"),
    [
        (Stage.IN_PRODUCTION, 0, False),
        (Stage.CANCELLED, 0, True),
        (Stage.SHIPPED, 1, False),
        (Stage.PARTLY_SHIPPED, 2, False),
        (Stage.SHIPPED, 2, True),
        (Stage.DELIVERED, 2, True),
    ],
)
def test_an_order_is_made_when_all_of_it_has_shipped(
    stage: Stage, shipped: int, *, over: bool
) -> None:
    items = (
        ShippedItem(line_item_id="7001", quantity=1),
        ShippedItem(line_item_id="7002", quantity=3),
    )
    said = [Parcel(item.line_item_id, "", (item,)) for item in items[:shipped]]

    assert is_made(stage, following(), said) is over


def test_polling_slows_down_while_nothing_changes() -> None:
    waits = [poll_seconds(unchanged, first=60, last=1800) for unchanged in (0, 1, 2, 20, 10**6)]

    assert waits == [60, 90, 135, 1800, 1800]
