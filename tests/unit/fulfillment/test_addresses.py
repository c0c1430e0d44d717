"""The address as the provider takes it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fulfillment.domain.addresses import Unmailable, fit_lines, provider_address
from shared.events import Shopper
from tests.support.events import ADDRESS, SHOPPER

LONG = "Apartment block Rosenheimer Strasse 145 b, staircase 7"


def written(**changes: Any) -> dict[str, str]:
    return provider_address(ADDRESS.model_copy(update=changes), SHOPPER)


def test_an_ordinary_address_keeps_its_words() -> None:
    assert written(line2="Flat 2") == {
        "name": "Ada Lovelace",
        "line1": "12 Analytical Way",
        "line2": "Flat 2",
        "city": "Austin",
        "region": "TX",
        "postal_code": "78701",
        "country": "US",
        "email": "ada@example.com",
    }


def test_a_long_street_is_broken_between_words() -> None:
    lines = written(line1=LONG)

    assert (lines["line1"], lines["line2"]) == (
        "Apartment block Rosenheimer Strasse",
        "145 b, staircase 7",
    )


def test_a_street_that_never_fits_is_for_a_person() -> None:
    with pytest.raises(Unmailable, match="shorten it") as caught:
        written(line1=LONG, line2="the door behind the bakery, third bell from above")

    assert caught.value.code == "address_too_long"


@given(
    st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=6),
    st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=2),
)
def test_no_word_of_a_street_is_lost(first: list[str], second: list[str]) -> None:
    try:
        lines = fit_lines(" ".join(first), " ".join(second), 35)
    except Unmailable:
        return

    assert all(len(line) <= 35 for line in lines)
    assert " ".join(lines).replace(",", "").split() == [*first, *second]


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("US", "Texas", "TX"),
        ("US", "US-TX", "TX"),
        ("US", "tx", "TX"),
        ("US", "District of Columbia", "DC"),
        ("CA", "Québec", "QC"),
        ("AU", "New South Wales", "NSW"),
        ("DE", "Bayern", "Bayern"),
    ],
)
def test_a_region_is_written_as_its_country_writes_it(country: str, region: str, code: str) -> None:
    assert written(country=country, region=region)["region"] == code


@pytest.mark.parametrize(("country", "code"), [("us", "US"), ("UK", "GB"), ("EL", "GR")])
def test_a_country_is_written_in_iso_letters(country: str, code: str) -> None:
    assert written(country=country)["country"] == code


@pytest.mark.parametrize(
    "missing", [{"postal_code": " "}, {"region": ""}, {"city": ""}, {"line1": "\u200b"}]
)
def test_what_every_carrier_needs_is_asked_for(missing: dict[str, str]) -> None:
    with pytest.raises(Unmailable) as caught:
        written(**missing)

    assert caught.value.code == "address_incomplete"


def test_a_country_without_postal_codes_needs_none() -> None:
    assert written(country="HK", region="", postal_code="")["postal_code"] == ""


def test_line_breaks_and_control_characters_become_spaces() -> None:
    assert written(line1="12\r\nAnalytical\x00 \u200bWay")["line1"] == "12 Analytical Way"


def test_the_shopper_stands_in_for_a_nameless_address() -> None:
    address = ADDRESS.model_copy(update={"name": ""})

    assert provider_address(address, Shopper(name="Ada"))["name"] == "Ada"
