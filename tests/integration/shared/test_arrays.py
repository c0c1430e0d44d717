"""Arrays on their way to Postgres."""

import sys
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from shared.database import Database
from tests.support.probe import NAME

TEXTS = [f"text {number}" for number in range(1_000)]


@pytest.fixture
async def database(own: Callable[[str], dict[str, Any]]) -> Database:
    return Database(own(NAME)["database_url"], NAME)


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
async def test_whatever_holds_texts_is_an_array(database: Database, kind: type) -> None:
    await database.open()
    async with database.statement() as transaction:
        got = await transaction.fetchval("SELECT $1::text[]", kind(TEXTS))
    await database.close()

    assert sorted(got) == sorted(TEXTS)


async def test_a_text_is_no_array(database: Database) -> None:
    await database.open()
    with pytest.raises(asyncpg.DataError, match="sized iterable container expected"):
        async with database.statement() as transaction:
            await transaction.fetchval("SELECT $1::text[]", TEXTS[0])
    await database.close()


async def test_no_element_of_an_array_is_asked_what_it_is(database: Database) -> None:
    await database.open()
    calls = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    async with database.statement() as transaction:
        sys.setprofile(count)
        await transaction.fetchval("SELECT cardinality($1::text[])", TEXTS)
        sys.setprofile(None)
    await database.close()

    assert calls < len(TEXTS)
