"""What a service keeps of places that it cannot read, and what the others hear of it.

Each is a failure until the partition is read on: because the broker gives it as it was written, or
because a person has it skipped. What was skipped is kept, and said on the topic of dead letters.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import asyncpg
import structlog
from aiokafka import TopicPartition

from shared import inbox, outbox
from shared.cloudevents import Message
from shared.database import Database, Transaction
from shared.dead_letters import explanation
from shared.events import Event, FailureEnded, FailureFound
from shared.mending import Mending
from shared.unread import Unread

log = structlog.get_logger()

KIND = "unread"
RETRY, SKIP = "retry", "skip"
MORE_TIMES, MORE = 2, 10
"""It is told again once so many times more wait behind it, and so many."""

Say = Callable[[Transaction, Sequence[Event]], Awaitable[None]]


class UnreadNews:
    """The places that a service tells of for all that read the stream with it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hear: Say | None = None
        self.mendings = {KIND: Mending(self._retry, self._skip)}

    def tells_itself(self, hear: Say) -> None:
        """Have the service's own pages told at once: what the stream says may not reach them.

        They ask it at once, too.
        """
        self._hear = hear

    @property
    def is_shown_at_once(self) -> bool:
        """Whether the service's own pages show it, and need no stream for that."""
        return self._hear is not None

    async def meet(self, unread: Unread, readers: Sequence[str]) -> int:
        """Tell of the place what nobody knows yet, and give where to read on.

        That is behind it where a person had it skipped, just as it is met; else where it is.
        """
        async with self._database.transaction() as transaction:
            known = await lock(transaction, unread)
            if known is None or known["head"] != unread.head:
                await self._tell(transaction, unread, readers)
            elif unread.last is not None and known["skipped_at"] is not None:
                return unread.last + 1
            elif unread.last is not None and known["asked"] == SKIP:
                await self._pass_over(transaction, unread, known["asked_by"])
                return unread.last + 1
            elif known["asked"] or unread.waiting >= MORE + MORE_TIMES * known["waiting"]:
                await self._tell(transaction, unread, readers)
        return unread.offset

    async def end(self, place: TopicPartition) -> None:
        """Tell that the partition is read on."""
        async with self._database.transaction() as transaction:
            await self._end(transaction, await forget_others(transaction, place, ""))

    async def find_open(self) -> dict[TopicPartition, int]:
        """Give the places that were told, and have neither ended nor been skipped."""
        async with self._database.statement() as statement:
            rows = await statement.fetch(
                "SELECT topic, partition, first_offset FROM unread WHERE skipped_at IS NULL"
            )
        return {TopicPartition(row["topic"], row["partition"]): row[2] for row in rows}

    async def forget(self, now: datetime) -> int:
        """Forget what was skipped when the stream has forgotten it, and give how much."""
        async with self._database.statement() as statement:
            return await statement.execute(
                "DELETE FROM unread WHERE skipped_at < $1", now - inbox.KEPT
            )

    async def _tell(self, transaction: Transaction, unread: Unread, readers: Sequence[str]) -> None:
        place = TopicPartition(unread.topic, unread.partition)
        await self._end(transaction, await forget_others(transaction, place, unread.name))
        found = FailureFound(
            service=transaction.service,
            kind=KIND,
            name=unread.name,
            subject=unread.topic,
            reason=reason_of(unread, transaction.service, readers),
            since=await keep(transaction, unread),
            size_bytes=len(unread.raw),
            can_retry=self.is_shown_at_once or unread.topic != FailureFound.topic,
            can_drop=unread.last is not None,
            waiting=unread.waiting,
        )
        await self._say(transaction, [found])

    async def _pass_over(self, transaction: Transaction, unread: Unread, who: str) -> None:
        """Keep what is skipped, and tell the stream's operators on the dead-letter topic."""
        await transaction.execute(
            "UPDATE unread SET skipped_at = now(), raw = $2, asked = '' WHERE name = $1",
            unread.name,
            unread.raw,
        )
        why = explanation(unread, transaction.service, f"skipped by {who}: {unread.reason}")
        topic = f"{unread.topic}-{transaction.service}-dlt"
        message = Message(topic, unread.name, why, unread.raw)
        if outbox.size_of(message) > outbox.MESSAGE_BYTES_MAX:
            message = Message(topic, unread.name, why, b"")
        await outbox.add_messages(transaction, [message])
        await self._end(transaction, [unread.name])
        log.warning("records_skipped", name=unread.name, size_bytes=len(unread.raw), asked_by=who)

    async def _end(self, transaction: Transaction, names: Sequence[str]) -> None:
        service = transaction.service
        ended = [FailureEnded(service=service, kind=KIND, name=name) for name in names]
        if ended:
            await self._say(transaction, ended)

    async def _say(self, transaction: Transaction, events: Sequence[Event]) -> None:
        await outbox.add(transaction, events)
        if self._hear is not None:
            await self._hear(transaction, events)

    async def _retry(self, transaction: Transaction, names: Sequence[str], who: str) -> None:
        """Tell what comes of the next attempt."""
        await self._end(transaction, await ask(transaction, names, RETRY, who))

    async def _skip(self, transaction: Transaction, names: Sequence[str], who: str) -> None:
        """Have it skipped as soon as it is met again."""
        await self._end(transaction, await ask(transaction, names, SKIP, who))


def reason_of(unread: Unread, service: str, readers: Sequence[str]) -> str:
    """Say why, and who stands still with the service."""
    others = [each for each in readers if each != service]
    return f"{unread.reason}; with it stand still: {', '.join(others)}" if others else unread.reason


async def lock(transaction: Transaction, unread: Unread) -> asyncpg.Record | None:
    """Give what is known of the place."""
    return await transaction.fetchrow(
        """
        SELECT head, waiting, asked, asked_by, skipped_at
        FROM unread
        WHERE name = $1
        FOR UPDATE
        """,
        unread.name,
    )


async def keep(transaction: Transaction, unread: Unread) -> datetime:
    """Keep what is told, and give since when; what was asked of another batch is no more."""
    since: datetime = await transaction.fetchval(
        """
        INSERT INTO unread AS known
            (name, topic, partition, first_offset, last_offset, head, reason, waiting)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (name) DO UPDATE
        SET head = excluded.head, reason = excluded.reason, waiting = excluded.waiting,
            asked = '', asked_by = '', skipped_at = NULL, raw = NULL,
            since = CASE WHEN known.head = excluded.head THEN known.since ELSE now() END
        RETURNING since
        """,
        unread.name,
        unread.topic,
        unread.partition,
        unread.offset,
        unread.last,
        unread.head,
        unread.reason,
        unread.waiting,
    )
    return since


async def forget_others(transaction: Transaction, place: TopicPartition, name: str) -> list[str]:
    """Forget what was told of the partition under other names; what was skipped stays."""
    rows = await transaction.fetch(
        """
        DELETE FROM unread
        WHERE topic = $1 AND partition = $2 AND skipped_at IS NULL AND name <> $3
        RETURNING name
        """,
        place.topic,
        place.partition,
        name,
    )
    return [row["name"] for row in rows]


async def ask(transaction: Transaction, names: Sequence[str], what: str, who: str) -> list[str]:
    """Note what a person wants; give the names of what is there no more."""
    rows = await transaction.fetch(
        """
        UPDATE unread
        SET asked = $2, asked_by = $3
        WHERE skipped_at IS NULL AND name IN (
            SELECT name FROM unread WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE
        )
        RETURNING name
        """,
        names,
        what,
        who,
    )
    return sorted(set(names) - {row["name"] for row in rows})
