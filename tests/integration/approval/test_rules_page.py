"""The page where a merchant tries rules, and lets them hold."""

from datetime import UTC, datetime

import pytest

from services.approval.settings import Settings
from shared.web import Person, Role, Sessions
from tests.support.events import (
    order_received,
    print_file_ready,
    product_published,
)
from tests.support.service import Driver

HERE = {"Origin": "http://approval"}


async def test_rules_are_tried_and_then_saved(signed_in: Driver) -> None:
    await signed_in.hears(product_published(), order_received(), print_file_ready())
    form = {"product": "adventure-tee", "under": "1,050.00", "currency": "usd", "version": "1"}

    tried = await signed_in.http.post("/rules/trial", data=form, headers=HERE)
    saved = await signed_in.http.post("/rules", data=form, headers=HERE)
    page = (await signed_in.http.get("/rules")).text

    assert tried.text.count("1 of the 1 waiting order would be approved") == 3
    assert saved.headers["location"] == "/rules?saved=1"
    assert 'value="1050.00"' in page
    assert (
        "Approve products: off → adventure-tee; approve small orders: off → under $1,050.00" in page
    )


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"under": "ten"}, "The amount and its currency, such as 50.00 and USD: what is"),
        ({"under": "nan"}, "cannot be read"),
        ({"under": "1.001"}, "cannot be read"),
        ({"under": "5", "currency": "$"}, "The amount and its currency"),
        ({"cooling_off": "-1"}, "The cooling-off"),
        ({"cooling_off": "soon"}, "The cooling-off, from 0 to 10,080 minutes: what is"),
        ({"overdue": "99999"}, "The hours until an alert"),
        ({"version": "0"}, "Nothing of yours is saved"),
    ],
)
async def test_rules_that_make_no_sense_are_not_saved(
    signed_in: Driver, form: dict[str, str], words: str
) -> None:
    given = {"version": "1", "currency": "USD", "returning": "yes"} | form

    answer = await signed_in.http.post("/rules", data=given, headers=HERE)

    assert (answer.status_code in {409, 422}, words in answer.text) == (True, True)
    held = await signed_in.http.get("/rules")
    assert 'name="version" value="1"' in held.text


async def test_what_was_written_in_rules_that_are_refused_is_kept(signed_in: Driver) -> None:
    await signed_in.hears(product_published("adventure-tee"))
    given = {"version": "1", "under": "5,5x", "returning": "yes", "product": "adventure-tee"}

    page = (await signed_in.http.post("/rules", data=given, headers=HERE)).text

    assert 'value="5,5x"' in page
    assert page.count(" checked") == 2
    assert " checked" not in (await signed_in.http.get("/rules")).text


async def test_a_viewer_does_not_see_the_rules(signed_in: Driver, settings: Settings) -> None:
    viewer = Person("Vera", Role.VIEWER).sealed()
    cookie = Sessions(settings.session_key).new_cookie(viewer, datetime.now(UTC))
    signed_in.http.cookies.clear()

    answer = await signed_in.http.get("/rules", headers={"Cookie": f"platen_session={cookie}"})

    assert answer.status_code == 403
