"""A database that is not as ingest needs it: the store hears that it should send again."""

from collections.abc import Awaitable, Callable

import pytest

from tests.support.databases import run
from tests.support.service import Driver
from tests.support.shopify import shopify_order, webhook

PATH = "/webhooks/shopify"

Damage = Callable[..., Awaitable[None]]

DAMAGES = {
    "a table": (
        ["ALTER TABLE ingest.delivery RENAME TO elsewhere"],
        ["ALTER TABLE ingest.elsewhere RENAME TO delivery"],
        'relation "delivery" does not exist',
    ),
    "a right": (
        ["REVOKE INSERT ON ingest.outbox FROM ingest"],
        ["GRANT INSERT ON ingest.outbox TO ingest"],
        "permission denied for table outbox",
    ),
    "a migration": (
        [
            "ALTER TABLE ingest.delivery RENAME COLUMN problem TO later",
            "DELETE FROM ingest.migration WHERE name = 'service/0002_unreadable_deliveries.sql'",
        ],
        [
            "ALTER TABLE ingest.delivery RENAME COLUMN later TO problem",
            "INSERT INTO ingest.migration (name) VALUES ('service/0002_unreadable_deliveries.sql')",
        ],
        "migrations have not run: service/0002_unreadable_deliveries.sql",
    ),
    "every migration": (
        ["ALTER SCHEMA ingest RENAME TO elsewhere"],
        ["ALTER SCHEMA elsewhere RENAME TO ingest"],
        'no migration has run: relation "migration" does not exist',
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_is_missing_is_named_and_answered_503(
    ingest: Driver, database_url: str, damage: str
) -> None:
    break_, mend, named = DAMAGES[damage]
    first, unreadable = webhook(shopify_order()), webhook({"id": "no order"})
    await run(database_url, *break_)

    answers = [await ingest.http.post(PATH, **each) for each in (first, unreadable)]
    asked = await ingest.http.get("/v1/deliveries/unreadable")
    state = (await ingest.http.get("/health/ready")).json()["parts"]["database"]

    refused = [answer for answer in (*answers, asked) if answer.status_code != 200]
    assert {answer.status_code for answer in refused} == {503}
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert state == named

    await run(database_url, *mend)

    again = [await ingest.http.post(PATH, **each) for each in (first, unreadable)]
    assert {answer.status_code for answer in again} == {200}
    assert len(await ingest.says()) == 1
