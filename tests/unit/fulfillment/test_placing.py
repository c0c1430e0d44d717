"""What is sent to the provider, and under which key."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.fulfillment.domain.placing import (
    NotYetKnown,
    Placement,
    Product,
    order_request,
)
from tests.support.events import (
    approved_item,
    order_approved,
    order_id,
    print_file,
    product_published,
)

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
PRODUCT = Product.published_by(product_published())


def body(**changes: Any) -> dict[str, Any]:
    sent = order_request(
        order_approved(**changes),
        {PRODUCT.product_id: PRODUCT},
        lambda key: f"https://files.example/{key}",
        line_max=35,
    )
    read: dict[str, Any] = json.loads(sent)
    return read


def placement(**changes: Any) -> Placement:
    values: dict[str, Any] = {
        "order_id": "order",
        "attempts": 1,
        "failures": 0,
        "approval": 1,
        "approved": order_approved(),
        "is_unsure": False,
        "rested": timedelta(),
        "is_cancelled": False,
        "waited": timedelta(),
        "signed_at": NOW,
    }
    return Placement(**values | changes)


def test_an_order_is_written_in_the_providers_words() -> None:
    sent = body()

    assert (sent["external_order_id"], sent["currency"]) == (order_id(), "USD")
    assert sent["email"] == "ada@example.com"
    assert sent["line_items"] == [
        {
            "quantity": 1,
            "catalog_product_id": "cp-tee",
            "variant_id": "cpv-tee-black-m",
            "print_files": [
                {
                    "print_location_id": "front",
                    "url": f"https://files.example/prints/{'a' * 64}.png",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("item", "missing"),
    [
        (approved_item(product_id="scarf"), "scarf"),
        (approved_item(variant_id="pink-xs"), "pink-xs"),
        (approved_item(files=(print_file(print_location="sleeve"),)), "sleeve"),
    ],
)
def test_what_we_have_not_heard_of_is_named(item: Any, missing: str) -> None:
    with pytest.raises(NotYetKnown, match=missing):
        body(items=(item,))


def test_the_same_body_goes_under_the_same_key() -> None:
    assert placement(attempts=2).key_of(b"body") == placement().key_of(b"body")


def test_another_body_goes_under_another_key() -> None:
    assert placement().key_of(b"other") != placement().key_of(b"body")


def test_another_approval_goes_under_another_key() -> None:
    assert placement(approval=2).key_of(b"body") != placement().key_of(b"body")
