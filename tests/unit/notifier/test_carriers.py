"""Carriers as Shopify spells them."""

import pytest

from services.notifier.domain.carriers import SPELLINGS, shopify_spelling


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("usps", "USPS"),
        ("USPS Ground Advantage", "USPS"),
        ("usps_priority", "USPS"),
        ("fedex", "FedEx"),
        ("Fedex SmartPost", "FedEx"),
        ("UPS Mail Innovations", "UPS"),
        ("DHL", "DHL"),
        ("dhl-ecommerce", "DHL eCommerce"),
        ("dhl ecommerce asia", "DHL eCommerce Asia"),
        ("DHL Express Worldwide", "DHL Express"),
        ("royal mail", "Royal Mail"),
        ("LaserShip", "Lasership"),
        ("ontrac", "OnTrac"),
        ("United States Postal Service", "USPS"),
    ],
)
def test_a_carrier_is_spelled_as_shopify_does(given: str, spelled: str) -> None:
    assert shopify_spelling(given) == spelled


@pytest.mark.parametrize("given", ["Upstream Couriers", "Pony Express", " Dove ", "佐川急便", ""])
def test_an_unknown_carrier_keeps_its_name(given: str) -> None:
    assert shopify_spelling(given) == given.strip()


@pytest.mark.parametrize("name", SPELLINGS)
def test_shopifys_own_spelling_is_left_alone(name: str) -> None:
    assert shopify_spelling(name) == name
