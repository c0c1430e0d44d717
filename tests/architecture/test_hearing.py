"""What every handler of every service promises, whatever it does: once, and in any company."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.contracts.apps import build, build_all
from shared.events import EVENTS, Event
from tests.support.service import Driver

SAMPLES = Path(__file__).parents[1] / "contract/events/schemas"

Own = Callable[[str], dict[str, Any]]


def read_story() -> list[Event]:
    """Read one event of each kind, in the order in which the samples say they happened."""
    events = [
        EVENTS[name].model_validate_json((SAMPLES / f"{name}.sample.json").read_bytes())
        for name in EVENTS
    ]
    return sorted(events, key=lambda event: event.occurred_at)


STORY = read_story()
LISTENERS = [app for app in build_all() if app.handlers]
HANDLERS = [(app.name, name) for app in LISTENERS for name in app.handlers]


@pytest.fixture
def services(service: str) -> tuple[str, ...]:
    return (service,)


@asynccontextmanager
async def listening(service: str, own: Own) -> AsyncIterator[Driver]:
    """Give a service with its database and nothing else: a handler needs no more."""
    app = build(service, **own(service))
    await app.database.open()
    try:
        async with httpx.AsyncClient() as http:
            yield Driver(app, http)
    finally:
        await app.database.close()


async def rows(driver: Driver) -> dict[str, list[str]]:
    """Read everything that the service knows."""
    async with driver.service.database.transaction() as transaction:
        names = await transaction.fetch(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            """
        )
        return {
            row["relname"]: [
                each["line"]
                for each in await transaction.fetch(
                    f"SELECT t::text AS line FROM {row['relname']} AS t ORDER BY 1"  # noqa: S608 - a name of our own
                )
            ]
            for row in names
        }


def content(events: list[Event]) -> list[str]:
    """Write what events say, without when and under which id."""
    return [
        type(event).__name__ + json.dumps(event.model_dump(mode="json"), sort_keys=True)
        for event in (
            each.model_copy(update={"event_id": "", "occurred_at": STORY[0].occurred_at})
            for each in events
        )
    ]


@pytest.mark.parametrize(("service", "name"), HANDLERS)
async def test_what_is_heard_twice_is_said_once(own: Own, service: str, name: str) -> None:
    [event] = [each for each in STORY if type(each).__name__ == name]
    async with listening(service, own) as driver:
        await driver.hears(*STORY[: STORY.index(event)])
        await driver.says()

        await asyncio.gather(driver.hears(event), driver.hears(event))
        said, known = await driver.says(), await rows(driver)
        await driver.hears(event)

        assert known["dead_letter"] == []
        assert len(set(content(said))) == len(said)
        assert await driver.says() == []
        assert await rows(driver) == known


@pytest.mark.parametrize("service", [app.name for app in LISTENERS])
async def test_no_order_of_arrival_is_too_much(own: Own, service: str) -> None:
    async with listening(service, own) as driver:
        for event in reversed(STORY):
            await driver.hears(event)

        assert (await rows(driver))["dead_letter"] == []
