"""Orders for the benchmarks of approval: as its domain keeps them, multiplied by Postgres."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg

from deploy.bench.samples import order, ready
from deploy.embedded import embedded_stack
from deploy.preparing import prepare_database
from deploy.roles import SERVICES, url_for
from services.approval.domain import Facts, Review
from services.approval.domain.search import words_of

ZERO = str(UUID(int=0))
COPIES = """
    WITH copy AS (
        SELECT number, md5('order' || number)::uuid AS order_id
        FROM generate_series($1::bigint, $2::bigint) AS number
    ), reviews AS (
        INSERT INTO review (order_id, revision, status, placed_at, snapshot_hash, shop)
        SELECT order_id, 2,
            CASE WHEN number % 100 < $3 THEN 'needs_approval' ELSE $4::text END,
            now() - number * interval '7 seconds', md5(order_id::text), 'bench.myshopify.com'
        FROM copy
    ), facts AS (
        INSERT INTO review_facts (order_id, facts, snapshot)
        SELECT order_id,
            replace(replace($5, $7, order_id::text), '#0', '#' || number),
            replace(replace($6, $7, order_id::text), '#0', '#' || number)
        FROM copy
    )
    INSERT INTO review_words (order_id, words)
    SELECT order_id,
        array_to_tsvector($8::text[] || ARRAY['#' || number, 'shopper' || number % 50000])
    FROM copy
"""


@dataclass(frozen=True, slots=True)
class Field:
    """A database with orders, and how approval reaches it."""

    url: str

    def settings(self) -> dict[str, Any]:
        """Give what approval must be told."""
        return {
            "database_url": self.url,
            "kafka_servers": "127.0.0.1:1",
            "api_key": "bench",
            "session_key": "bench",
            "payload_key": "bench",
            "files": {"url": "http://127.0.0.1:1", "signing_key": "bench"},
        }


@asynccontextmanager
async def field_of(orders: int, *, waiting_percent: int) -> AsyncIterator[Field]:
    """Fill a fresh database, with durable commits, and give it."""
    with TemporaryDirectory() as folder:
        async with embedded_stack(Path(folder)) as stack:
            await prepare_database(stack.database_url, dict.fromkeys(SERVICES, "bench"))
            url = url_for(stack.database_url, "approval", "bench")
            await fill(url, orders, waiting_percent)
            yield Field(url)


async def fill(url: str, orders: int, waiting_percent: int) -> None:
    """Copy one order many times."""
    review = Review(ZERO)
    for event in (order(ZERO), ready(ZERO)):
        review, _ = review.hear(event)
    if review.snapshot is None:
        raise RuntimeError("the sample order is not ready for an approval")
    facts: Facts = review.facts
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP INDEX review_words_words")
        step = 50_000
        for first in range(0, orders, step):
            await connection.execute(
                COPIES,
                first,
                min(first + step, orders) - 1,
                waiting_percent,
                "fulfilled",
                facts.model_dump_json(exclude_defaults=True),
                review.snapshot.body,
                ZERO,
                words_of(facts),
            )
        await connection.execute(
            "CREATE INDEX review_words_words ON review_words USING gin (words)"
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
