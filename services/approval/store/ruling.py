"""The SQL of rules: every version that ever held, and the products that a rule can name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.approval.domain.rules import Rules
from shared.database import Transaction
from shared.events import ProductPublished


@dataclass(frozen=True, slots=True)
class Ruling:
    """A version of the rules, and who made it."""

    version: int
    rules: Rules
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product as a rule names it."""

    product_id: str
    title: str


async def find_versions(transaction: Transaction, limit: int) -> list[Ruling]:
    """Give the newest versions, the one that holds first."""
    rows = await transaction.fetch(
        """
        SELECT version, rules, changed_at, changed_by
        FROM rule_version
        ORDER BY version DESC
        LIMIT $1
        """,
        limit,
    )
    return [as_ruling(row) for row in rows]


async def find_ruling(transaction: Transaction) -> Ruling | None:
    """Give the rules that hold; None before the service has started for the first time."""
    versions = await find_versions(transaction, 1)
    return versions[0] if versions else None


async def find_rules(transaction: Transaction) -> tuple[Rules, datetime]:
    """Give the rules that hold, and this moment by the database's clock.

    Everything is off where there are no rules. How long an approval cools off is told by the
    clock that tells when it goes out, and not by that of whichever process takes it.
    """
    [row] = await transaction.fetch(
        """
        SELECT clock_timestamp() AS now,
            (SELECT rules FROM rule_version ORDER BY version DESC LIMIT 1) AS rules
        """
    )
    return Rules.model_validate(row["rules"] or {}), row["now"]


async def find_now(transaction: Transaction) -> datetime:
    """Give this moment by the database's clock."""
    now: datetime = await transaction.fetchval("SELECT clock_timestamp()")
    return now


async def add_version(transaction: Transaction, version: int, rules: Rules, who: str) -> bool:
    """Let these rules hold from now on; False when there is another version of this number."""
    added = await transaction.execute(
        """
        INSERT INTO rule_version (version, rules, changed_by)
        VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        """,
        version,
        rules.model_dump(mode="json"),
        who,
    )
    return added == 1


def as_ruling(row: asyncpg.Record) -> Ruling:
    """Read a version."""
    return Ruling(**dict(row) | {"rules": Rules.model_validate(row["rules"])})


async def keep_products(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Keep the names of products, each as its newest revision has it."""
    await transaction.executemany(
        """
        INSERT INTO product (product_id, title, revision)
        VALUES ($1, $2, $3)
        ON CONFLICT (product_id) DO UPDATE
        SET title = excluded.title, revision = excluded.revision
        WHERE product.revision < excluded.revision
        """,
        [(each.product_id, each.title, each.revision) for each in products],
    )


async def find_products(transaction: Transaction) -> list[Product]:
    """Give every product, by title."""
    rows = await transaction.fetch("SELECT product_id, title FROM product ORDER BY title, 1")
    return [Product(**row) for row in rows]
