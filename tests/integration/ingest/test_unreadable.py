"""What becomes of webhooks that could not be read: told, read again, set aside, and looked at."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.events import Event, FailureEnded, FailureFound, OrderReceived
from shared.signed_urls import PAYLOADS, FileUrls
from tests.integration.ingest.conftest import PAYLOAD_KEY
from tests.support.events import SHOP
from tests.support.failures import drop, retry
from tests.support.refusing import allow, refuse
from tests.support.service import Driver
from tests.support.shopify import shopify_order, webhook

PATH = "/webhooks/shopify"
LIST = "/v1/deliveries/unreadable"


async def post(ingest: Driver, content: Any, topic: str = "orders/create") -> None:
    await ingest.http.post(PATH, **webhook(content, topic))


async def tells(ingest: Driver) -> list[Event]:
    """Give what ingest says of what it could not read, and of all else."""
    await ingest.does_all("tell_unreadable")
    return await ingest.says()


async def mend(ingest: Driver, body: bytes, ids: Sequence[str]) -> None:
    """Have a later version able to read what this one is not: it finds another body."""
    async with ingest.service.database.transaction() as transaction:
        await transaction.execute(
            "UPDATE delivery SET body = $1 WHERE delivery_id = ANY($2::bigint[])",
            body,
            [int(each) for each in ids],
        )


async def names(ingest: Driver) -> list[str]:
    return [str(each["delivery_id"]) for each in (await ingest.http.get(LIST)).json()]


@pytest.fixture
async def unread(ingest: Driver) -> Driver:
    """Give ingest with one webhook that it could not read, and has told of."""
    await post(ingest, {"id": "not a number", "email": "ada@example.com"})
    await tells(ingest)
    return ingest


async def test_what_could_not_be_read_is_told_once_without_content(ingest: Driver) -> None:
    await post(ingest, {"id": "not a number", "email": "ada@example.com"})
    await post(ingest, b'{"id": 1,')

    unreadable, malformed = await tells(ingest)

    assert isinstance(unreadable, FailureFound)
    assert isinstance(malformed, FailureFound)
    assert [unreadable.name, malformed.name] == (await names(ingest))[::-1]
    assert (unreadable.subject, unreadable.shop) == ("orders/create", SHOP)
    assert unreadable.reason.startswith("not a readable order: Expected `int`")
    assert malformed.reason.startswith("not JSON: EOF")
    assert malformed.size_bytes == 9
    assert "ada@" not in unreadable.model_dump_json()
    assert await tells(ingest) == []


async def test_a_webhook_of_no_order_that_is_read_tells_nothing(ingest: Driver) -> None:
    await post(ingest, {"id": 1}, "app/uninstalled")

    assert await tells(ingest) == []


async def test_what_can_be_read_now_is_said_as_if_it_came_now(unread: Driver) -> None:
    [name] = await names(unread)
    await mend(unread, webhook(shopify_order(7))["content"], [name])

    await unread.hears(retry(name))
    assert await unread.does("read_again")

    received, ended = await unread.says()
    assert isinstance(received, OrderReceived)
    assert isinstance(ended, FailureEnded)
    assert (received.order_number, ended.name) == ("#7", name)
    assert await names(unread) == []
    assert not await unread.does("read_again")


async def test_an_order_that_came_meanwhile_is_not_said_twice(unread: Driver) -> None:
    [name] = await names(unread)
    await post(unread, shopify_order(7))
    await unread.says()
    await mend(unread, webhook(shopify_order(7))["content"], [name])

    await unread.hears(retry(name))
    await unread.does_all("read_again")

    assert [type(event) for event in await unread.says()] == [FailureEnded]


async def test_what_still_cannot_be_read_is_told_anew(unread: Driver) -> None:
    [name] = await names(unread)
    await unread.hears(retry(name))
    await unread.does_all("read_again")

    [told] = await tells(unread)

    assert isinstance(told, FailureFound)
    assert told.name == name
    assert await names(unread) == [name]


async def test_what_is_too_large_when_read_again_is_told_anew(unread: Driver) -> None:
    [name] = await names(unread)
    huge = shopify_order(7, note="", email="x" * 1_100_000)
    await mend(unread, webhook(huge)["content"], [name])
    await unread.hears(retry(name))
    await unread.does_all("read_again")

    [told] = await tells(unread)

    assert isinstance(told, FailureFound)
    assert "OrderReceived of 11" in told.reason


async def test_one_that_fails_unexpectedly_is_told_anew_and_holds_no_other_up(
    unread: Driver,
) -> None:
    await post(unread, {"id": "neither"})
    await tells(unread)
    second, first = await names(unread)
    await mend(unread, webhook(shopify_order(7))["content"], [first])
    await mend(unread, webhook(shopify_order(8))["content"], [second])
    await refuse(unread.service, "known_order", "INSERT", str(shopify_order(7)["id"]))
    await unread.hears(retry(first), retry(second))

    await unread.does_all("read_again")

    received, ended, told = await tells(unread)
    assert isinstance(received, OrderReceived)
    assert isinstance(told, FailureFound)
    assert (received.order_number, ended.key) == ("#8", f"ingest/delivery/{second}")
    assert (told.name, "RaiseError" in told.reason) == (first, True)

    await allow(unread.service)
    await unread.hears(retry(first))
    await unread.does_all("read_again")
    assert [type(event) for event in await tells(unread)] == [OrderReceived, FailureEnded]


async def test_what_is_set_aside_is_kept_and_can_come_back(unread: Driver) -> None:
    [name] = await names(unread)
    await unread.hears(drop(name))

    assert [type(event) for event in await tells(unread)] == [FailureEnded]
    assert await names(unread) == []
    [kept] = (await unread.http.get(f"{LIST}?set_aside=true")).json()
    assert (str(kept["delivery_id"]), kept["set_aside_by"]) == (name, "Ada")

    answer = await unread.http.post(f"/v1/deliveries/{name}/read-again")
    await unread.does_all("read_again")
    assert answer.json() == {"deliveries": 1}
    assert [type(event) for event in await tells(unread)] == [FailureFound]


async def test_wishes_that_are_meant_for_others_do_nothing(unread: Driver) -> None:
    [name] = await names(unread)
    await unread.hears(drop(name, service="printfile"), retry("4711"))

    assert await names(unread) == [name]
    assert not await unread.does("read_again")
    assert (await unread.http.post("/v1/deliveries/4711/read-again")).status_code == 404


async def test_the_payload_is_given_for_a_signed_url_alone(unread: Driver) -> None:
    [name] = await names(unread)
    del unread.http.headers["Authorization"]
    now = datetime.now(UTC)
    good = FileUrls("", PAYLOAD_KEY, path=PAYLOADS).url_of(name, now, kept=timedelta(0))

    given = await unread.http.get(good)

    assert given.json()["email"] == "ada@example.com"
    assert given.headers["content-type"] == "text/plain; charset=utf-8"
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert given.headers["cache-control"] == "no-store"
    other = FileUrls("", "another key", path=PAYLOADS)
    for bad in (
        good.replace(f"/{name}?", "/4711?"),
        other.url_of(name, now),
        FileUrls("", PAYLOAD_KEY, path=PAYLOADS).url_of(name, now - timedelta(days=9)),
    ):
        assert (await unread.http.get(bad)).status_code == 403
    assert (await unread.http.get(LIST)).status_code == 401


async def test_the_payload_of_what_was_read_is_not_given(ingest: Driver) -> None:
    await post(ingest, shopify_order(7))
    async with ingest.service.database.transaction() as transaction:
        name = str(await transaction.fetchval("SELECT delivery_id FROM delivery"))
    url = FileUrls("", PAYLOAD_KEY, path=PAYLOADS).url_of(name, datetime.now(UTC))

    assert (await ingest.http.get(url)).status_code == 404
