"""The SQL of API keys and of the record of who was let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key as people see it; the key itself is not kept."""

    key_hash: str
    name: str
    role: str
    created_by: str
    created_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None


async def add_key(transaction: Transaction, key_hash: str, name: str, role: str, who: str) -> None:
    """Let a program in by the key of this hash."""
    await transaction.execute(
        "INSERT INTO api_key (key_hash, name, role, created_by) VALUES ($1, $2, $3, $4)",
        key_hash,
        name,
        role,
        who,
    )


async def revoke_key(transaction: Transaction, key_hash: str, who: str) -> bool:
    """Let nobody in by this key any more; False when there is none to revoke."""
    revoked = await transaction.execute(
        """
        UPDATE api_key
        SET revoked_at = now(), revoked_by = $2
        WHERE key_hash = $1 AND revoked_at IS NULL
        """,
        key_hash,
        who,
    )
    return revoked > 0


async def find_key(transaction: Transaction, key_hash: str) -> ApiKey | None:
    """Give the key of this hash, if it was not revoked."""
    row = await transaction.fetchrow(
        """
        SELECT key_hash, name, role, created_by, created_at, revoked_by, revoked_at
        FROM api_key
        WHERE key_hash = $1 AND revoked_at IS NULL
        """,
        key_hash,
    )
    return ApiKey(**row) if row else None


async def list_keys(transaction: Transaction) -> Sequence[ApiKey]:
    """Give every key there ever was, newest first."""
    rows = await transaction.fetch(
        """
        SELECT key_hash, name, role, created_by, created_at, revoked_by, revoked_at
        FROM api_key
        ORDER BY created_at DESC, key_hash
        """
    )
    return [ApiKey(**row) for row in rows]


async def record(transaction: Transaction, who: str, did: str, detail: str = "") -> None:
    """Write down for ever what somebody did about access."""
    await transaction.execute(
        "INSERT INTO audit (who, did, detail) VALUES ($1, $2, $3)", who, did, detail
    )
