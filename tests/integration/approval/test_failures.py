"""What no order has and needs a person: shown with its reason, tried again, given up, looked at."""

import asyncio
import re
from datetime import UTC, datetime

import pytest

from services.approval.access import COOKIE
from services.approval.settings import Settings
from shared.signed_urls import PAYLOADS, FileUrls
from shared.web import Person, Role, Sessions
from tests.integration.approval.pressing import HERE, page, press, wishes
from tests.support.events import MOMENT, product_published
from tests.support.failures import PROBLEM, ended, product_set_aside, unreadable
from tests.support.service import Driver

BANNER = "webhooks of the store could not be read"


async def audited(approval: Driver) -> list[tuple[str, str, str]]:
    async with approval.service.database.transaction() as transaction:
        rows = await transaction.fetch("SELECT who, did, detail FROM audit ORDER BY id")
    return [tuple(row) for row in rows][1:]


async def look_as(approval: Driver, settings: Settings, role: Role) -> None:
    approval.http.cookies.clear()
    person = Person("Vera", role).sealed()
    session = Sessions(settings.session_key).new_cookie(person, datetime.now(UTC))
    approval.http.cookies.set(COOKIE, session)


@pytest.fixture
async def failed(signed_in: Driver) -> Driver:
    """Give two webhooks that could not be read, and a product that printfile set aside."""
    await signed_in.hears(unreadable("17"), unreadable("18"), product_set_aside())
    return signed_in


async def test_the_orders_page_says_how_much_has_failed(failed: Driver) -> None:
    shown = await page(failed, "/?view=fulfilled")

    assert f"2 {BANNER}" in shown
    assert "Services could not take in 1 other event" in shown
    assert '<a href="/failures">Show them</a>' in shown


async def test_what_is_alike_is_shown_once_with_its_reason(failed: Driver) -> None:
    shown = await page(failed)

    assert shown.count("2 webhooks orders/create could not be read") == 3, "heading and two labels"
    assert "sandbox.myshopify.com" in shown
    assert "The order is not written as this version of Platen knows it." in shown
    assert "Expected `int`, got `str` - at `$.id`" in shown
    assert 'href="/failures/payload/17"' in shown
    assert "first <time" in shown


async def test_another_reason_is_another_failure(failed: Driver) -> None:
    await failed.hears(unreadable("19", reason="not JSON: EOF"), unreadable("20", shop="b.example"))

    shown = await page(failed)

    assert shown.count("<section") == 4
    assert "What the store sent is no JSON" in shown


async def test_a_product_is_named_by_its_title(failed: Driver) -> None:
    await failed.hears(product_published("adventure-tee", title="Adventure tee"))

    assert "printfile could not take in ProductChanged of Adventure tee" in await page(failed)


async def test_reading_again_is_asked_for_once_and_audited(failed: Driver) -> None:
    seen = await page(failed)
    answers = await asyncio.gather(*[press(failed, "retry", seen) for _ in range(3)])

    assert [answer.status_code for answer in answers] == [303] * 3
    asked = ("FailureRetryRequested", "ingest", "delivery", ("17", "18"))
    assert wishes(await failed.says()) == [asked]
    assert (await audited(failed)) == [("merchant", "retried failures", "ingest delivery: 17, 18")]
    shown = await page(failed)
    assert "merchant asked for it" in shown
    assert BANNER not in await page(failed, "/")


async def test_a_press_on_what_has_changed_is_said_to_do_nothing(failed: Driver) -> None:
    seen = await page(failed)
    await press(failed, "drop", seen)
    await failed.says()

    answer = await press(failed, "retry", seen)

    assert wishes(await failed.says()) == []
    assert "nothing was done" in await page(failed, answer.headers["location"])


async def test_what_was_asked_for_can_be_asked_for_again(failed: Driver) -> None:
    for _ in range(2):
        await press(failed, "retry")
    await failed.says()

    last = (await page(failed)).rpartition("<section")[2]
    await press(failed, "retry", last)

    assert len(wishes(await failed.says())) == 1


async def test_what_fails_again_is_shown_again(failed: Driver) -> None:
    await press(failed, "retry")
    await failed.hears(unreadable("17"), ended(unreadable("18")))

    assert "1 webhook of the store could not be read" in await page(failed, "/")
    assert "asked for it" not in await page(failed)


async def test_what_was_mended_is_gone(failed: Driver) -> None:
    await failed.hears(ended(unreadable("17")), ended(unreadable("18")), ended(product_set_aside()))

    assert BANNER not in await page(failed, "/")
    assert "Nothing has failed" in await page(failed)


async def test_only_what_was_seen_is_set_aside(failed: Driver) -> None:
    seen = await page(failed)
    await failed.hears(unreadable("19"))

    await press(failed, "drop", seen)

    asked = ("FailureDropRequested", "ingest", "delivery", ("17", "18"))
    assert wishes(await failed.says()) == [asked]
    assert "1 webhook of the store" in await page(failed, "/")


async def test_a_product_is_given_up_by_its_service(failed: Driver) -> None:
    shown = await page(failed)
    shown = shown[shown.index("ProductChanged") :]
    await press(failed, "drop", shown)

    asked = ("FailureDropRequested", "printfile", "dead_letter", ("adventure-tee",))
    assert wishes(await failed.says()) == [asked]
    [(_, did, detail)] = await audited(failed)
    assert (did, detail) == ("gave failures up", "printfile dead_letter: adventure-tee")


async def test_many_are_asked_for_in_events_that_can_be_published(signed_in: Driver) -> None:
    names = [str(number) for number in range(2_500)]
    await signed_in.hears(*map(unreadable, names))

    shown = await page(signed_in)
    await press(signed_in, "retry", shown)

    said = wishes(await signed_in.says())
    assert [len(each[3]) for each in said] == [1000, 1000, 500]
    assert sorted(name for each in said for name in each[3]) == sorted(names)
    assert "2,500 webhooks" in shown
    assert "and 2,480 older" in shown


async def test_a_viewer_sees_reasons_and_neither_buttons_nor_payload(
    failed: Driver, settings: Settings
) -> None:
    seen = await page(failed)
    await look_as(failed, settings, Role.VIEWER)

    answers = [
        await press(failed, "retry", seen),
        await press(failed, "drop", seen),
        await failed.http.get("/failures/payload/17"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert wishes(await failed.says()) == []
    shown = await page(failed)
    assert "Expected `int`" in shown
    assert "/failures/retry" not in shown
    assert "/failures/payload" not in shown


async def test_who_may_decide_is_led_to_the_payload_and_noted(
    failed: Driver, settings: Settings
) -> None:
    await look_as(failed, settings, Role.APPROVER)

    answer = await failed.http.get("/failures/payload/17")

    assert answer.status_code == 303
    url = answer.headers["location"]
    expires, signature = re.findall(r"=(\w+)", url)
    assert url.startswith(f"{PAYLOADS}17?")
    key = settings.payload_key.get_secret_value()
    assert FileUrls("", key).is_good("17", int(expires), signature, datetime.now(UTC))
    assert int(expires) - datetime.now(UTC).timestamp() <= 3600
    assert await audited(failed) == [("Vera", "looked at a webhook's payload", "17")]
    assert (await failed.http.get("/failures/payload/4711")).status_code == 404


async def test_text_from_outside_does_nothing_on_the_page(signed_in: Driver) -> None:
    hostile = "</p><script>alert(1)</script>"
    await signed_in.hears(
        unreadable(subject=hostile, reason=hostile, shop=hostile),
        product_set_aside(hostile, reason=hostile),
    )

    shown = await page(signed_in)

    assert "<script>alert" not in shown
    assert shown.count("&lt;script&gt;alert") >= 4


async def test_what_was_found_first_is_shown_first(failed: Driver) -> None:
    await failed.hears(unreadable("19", reason=PROBLEM + "2", since=MOMENT.replace(year=2025)))

    shown = await page(failed)

    assert shown.index("1 webhook orders/create") < shown.index("2 webhooks orders/create")


async def test_a_moment_that_is_none_is_refused(failed: Driver) -> None:
    data = {"likeness": "x", "seen": "yesterday"}

    answer = await failed.http.post("/failures/retry", data=data, headers=HERE)

    assert answer.status_code == 422
