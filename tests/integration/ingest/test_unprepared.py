"""A database that is not as ingest needs it: the store hears that it should send again."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.support.databases import run
from tests.support.disks import fill, make_room, small_disk
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


READ_ONLY = """
    DO $$ BEGIN
        EXECUTE format(
            'ALTER DATABASE %I SET default_transaction_read_only = {}', current_database()
        );
    END $$
"""
END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_a_database_that_may_not_be_written_to_is_told_and_left(
    ingest: Driver, database_url: str
) -> None:
    await run(database_url, READ_ONLY.format("on"), END_SESSIONS)
    await ingest.http.post(PATH, **webhook(shopify_order()))

    answers = [await ingest.http.post(PATH, **webhook(shopify_order())) for _ in range(3)]
    state = (await ingest.http.get("/health/ready")).json()["parts"]["database"]
    # The sessions that are open stay as they are: those of a replica do, after a failover.
    await run(database_url, "SET default_transaction_read_only = off", READ_ONLY.format("off"))
    last = await ingest.http.post(PATH, **webhook(shopify_order()))

    assert {answer.status_code for answer in answers} == {503}
    assert "read-only" in state
    again = await ingest.http.post(PATH, **webhook(shopify_order()))
    assert 200 in {last.status_code, again.status_code}
    assert len(await ingest.says()) == 1


def place_for_postgres(disk: Path) -> Path:
    """Make a folder that the database may write to; it runs as another user than root."""
    place = disk / "tables"
    place.mkdir()
    shutil.chown(place, "nobody")
    disk.parent.chmod(0o755)
    return place


@pytest.fixture
async def disk(database_url: str) -> AsyncIterator[Path]:
    """Have deliveries kept on a small disk of their own."""
    folder = Path(mkdtemp())
    with small_disk(folder / "disk", 2) as disk:
        place, name = place_for_postgres(disk), folder.name
        await run(
            database_url,
            f"CREATE TABLESPACE {name} LOCATION '{place}'",
            f"ALTER TABLE ingest.delivery SET TABLESPACE {name}",
        )
        yield disk
        await run(
            database_url,
            "ALTER TABLE ingest.delivery SET TABLESPACE pg_default",
            f"DROP TABLESPACE {name}",
        )
    shutil.rmtree(folder)


async def test_a_disk_of_the_database_that_is_full_is_told(ingest: Driver, disk: Path) -> None:
    fill(disk)
    orders = [webhook(shopify_order(number, note="x" * 20_000)) for number in range(20)]

    answers = [await ingest.http.post(PATH, **each) for each in orders]
    state = (await ingest.http.get("/health/ready")).json()["parts"]["database"]
    make_room(disk)
    again = [await ingest.http.post(PATH, **each) for each in orders]

    assert 503 in {answer.status_code for answer in answers}
    assert "No space left" in state
    assert {answer.status_code for answer in again} == {200}
    assert len(await ingest.says()) == len(orders)
