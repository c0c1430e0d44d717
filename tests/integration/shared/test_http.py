"""What every service answers to operators, and how it answers what it cannot do."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from structlog.testing import capture_logs

from shared.database import Database
from shared.error_words import words_of
from shared.http import OwnDatabase, Problem
from tests.support.events import order_received
from tests.support.probe import ProbeDriver

DEGRADED = (200, "degraded")
"""Who sends requests to it goes on doing so; who looks after it is told."""


async def ask_database(database: OwnDatabase) -> int:
    async with database.transaction() as transaction:
        answer: int = await transaction.fetchval("SELECT 1")
        return answer


async def refuse() -> None:
    raise Problem(409, "Taken", "choose another", owner="adventure-tee")


async def break_down() -> None:
    raise KeyError("secret")


async def count(number: int) -> int:
    return number


@pytest.fixture
async def http(service: ProbeDriver) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that sees failures as a stranger would."""
    routes: dict[str, Callable[..., Any]] = {
        "/ask": ask_database,
        "/refuse": refuse,
        "/break": break_down,
        "/count": count,
    }
    for path, route in routes.items():
        service.service.http.add_api_route(path, route)
    transport = httpx.ASGITransport(service.service.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        yield client


@pytest.fixture
def database(service: ProbeDriver) -> Database:
    return service.service.database


async def test_a_live_process_says_so(http: httpx.AsyncClient) -> None:
    answer = await http.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_a_service_without_the_stream_is_not_ready(http: httpx.AsyncClient) -> None:
    answer = await http.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "database": "ok",
        "outbox": "ok",
        "stream": "no partition is assigned yet",
    }


@pytest.mark.parametrize(
    ("is_vital", "state", "told"),
    [(True, "ok", (200, "ready")), (True, "full", (503, "not ready")), (False, "full", DEGRADED)],
)
async def test_without_a_part_that_is_not_vital_it_is_degraded(
    http: httpx.AsyncClient, service: ProbeDriver, *, is_vital: bool, state: str, told: object
) -> None:
    async def state_of_disk() -> str:
        return state

    service.service.waits_for_stream = False
    service.service.checks("disk", state_of_disk, is_vital=is_vital)

    answer = await http.get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == told
    assert answer.json()["parts"]["disk"] == state


async def test_a_database_that_is_away_is_told(http: httpx.AsyncClient, database: Database) -> None:
    await database.close()

    answer = await http.get("/health/ready")

    assert answer.json()["parts"]["database"].startswith("does not answer")


async def test_what_was_heard_is_counted(service: ProbeDriver, http: httpx.AsyncClient) -> None:
    event = order_received()
    await service.hears(event)
    await service.hears(event)

    counted = (await http.get("/metrics")).text

    assert 'platen_events_heard_total{type="OrderReceived"} 1.0' in counted
    assert "platen_events_duplicate_total 1.0" in counted


PROBLEMS = {
    "a refusal": ("/refuse", 409, "choose another"),
    "an invalid parameter": ("/count?number=x", 422, "query.number"),
    "an unknown path": ("/nowhere", 404, "check the path"),
    "a failure nobody foresaw": ("/break", 500, "log"),
}


@pytest.mark.parametrize(("path", "status", "told"), PROBLEMS.values(), ids=PROBLEMS)
async def test_every_failure_is_a_problem(
    http: httpx.AsyncClient, path: str, status: int, told: str
) -> None:
    answer = await http.get(path)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    assert "secret" not in answer.text


async def test_the_log_names_a_failure_and_quotes_nothing(http: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await http.get("/break")

    [line] = [line for line in logs if line["event"] == "request_broken"]
    assert line["error"].startswith("KeyError")
    assert "secret" not in line["error"]


async def test_the_log_quotes_no_value_that_the_database_refuses(database: Database) -> None:
    async with database.transaction() as transaction:
        with pytest.raises(asyncpg.DataError) as here:
            await transaction.fetchval("SELECT $1::integer", "Lovelace")
    async with database.transaction() as transaction:
        with pytest.raises(asyncpg.DataError) as there:
            await transaction.fetchval("SELECT $1::text::integer", "Lovelace")

    for error in (here.value, there.value):
        assert "Lovelace" in str(error)
        assert "Lovelace" not in words_of(error)


async def test_a_refusal_carries_what_the_caller_needs(http: httpx.AsyncClient) -> None:
    assert (await http.get("/refuse")).json()["owner"] == "adventure-tee"


async def test_while_the_database_is_away_the_caller_is_asked_to_wait(
    http: httpx.AsyncClient, database: Database
) -> None:
    await database.close()

    answer = await http.get("/ask")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"
