"""What the others hear of a service's held promises, so that a person sees them on the dashboard.

Each line that is held is a failure, from its first refused try until nothing of it is left. Nothing
is said of the topic that failures are said on: it would wait there itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared import outbox
from shared.database import Database, Transaction
from shared.events import Event, FailureEnded, FailureFound
from shared.holding import Holding, Line, Trouble
from shared.mending import Mending
from shared.pooling import Connection

KIND = "held_promise"


def name_of(line: Line) -> str:
    """Name the line among failures; no topic has a slash in its name."""
    return line.topic if line.key is None else f"{line.topic}/{line.key}"


async def find_told(connection: Connection) -> dict[str, str]:
    """Give the reasons that were told last, by the names of the lines."""
    rows = await connection.fetch("SELECT name, reason FROM held_line")
    return {row["name"]: row["reason"] for row in rows}


async def find_asked(connection: Connection, holding: Holding) -> None:
    """Try at once what a person wants tried again, and tell what comes of it."""
    rows = await connection.fetch("SELECT name FROM held_line WHERE reason = ''")
    asked = {row["name"] for row in rows}
    for line in holding.lines():
        if (name := name_of(line)) in asked and holding.told.get(name):
            holding.told[name] = ""
            holding.try_now(line)


async def tell(database: Database, holding: Holding, *, can_retry: bool) -> None:
    """Say which lines are held that nobody was told of, and which no more.

    Only once every line has been tried that is due, so that no passing state is told.
    """
    if not holding and not holding.told:
        return
    known = {
        name_of(line): (line, trouble)
        for line, trouble in holding.troubles()
        if line.topic != FailureFound.topic
    }
    reasons = {name: trouble.cause for name, (_, trouble) in known.items()}
    if reasons == holding.told or holding.due():
        return
    new = {name: known[name] for name in known if holding.told.get(name) != reasons[name]}
    ended = sorted(holding.told.keys() - known.keys())
    async with database.transaction() as transaction:
        since = await keep_told(transaction, {name: reasons[name] for name in new}, ended)
        service = transaction.service
        found: list[Event] = [
            found_of(service, line, trouble, since[name], can_retry=can_retry)
            for name, (line, trouble) in new.items()
        ]
        over = [FailureEnded(service=service, kind=KIND, name=name) for name in ended]
        await outbox.add(transaction, [*found, *over])
    holding.told = reasons


def found_of(
    service: str, line: Line, trouble: Trouble, since: datetime, *, can_retry: bool
) -> FailureFound:
    """Say of a line why it is held, without a word of what is."""
    return FailureFound(
        service=service,
        kind=KIND,
        name=name_of(line),
        subject=trouble.kind or line.topic,
        reason=trouble.cause,
        since=since,
        size_bytes=trouble.size_bytes,
        can_retry=can_retry,
    )


async def keep_told(
    transaction: Transaction, reasons: Mapping[str, str], ended: Sequence[str]
) -> dict[str, datetime]:
    """Keep what is told, and give since when each line is held."""
    rows = await transaction.fetch(
        """
        WITH over AS (
            DELETE FROM held_line
            WHERE name = ANY($3::text[])
        )
        INSERT INTO held_line AS held (name, reason)
        SELECT name, reason
        FROM unnest($1::text[], $2::text[]) AS told (name, reason)
        ORDER BY name
        ON CONFLICT (name) DO UPDATE
        SET reason = excluded.reason
        RETURNING name, since
        """,
        list(reasons),
        list(reasons.values()),
        ended,
    )
    return {row["name"]: row["since"] for row in rows}


async def retry_by_name(transaction: Transaction, names: Sequence[str], _who: str) -> None:
    """Have lines tried again at once, as a person asked; what is held no more has ended."""
    rows = await transaction.fetch(
        """
        UPDATE held_line
        SET reason = ''
        WHERE name IN (SELECT name FROM held_line WHERE name = ANY($1) ORDER BY name FOR UPDATE)
        RETURNING name
        """,
        names,
    )
    ended = sorted(set(names) - {row["name"] for row in rows})
    service = transaction.service
    await outbox.add(
        transaction, [FailureEnded(service=service, kind=KIND, name=name) for name in ended]
    )
    transaction.wake(outbox.SIGNAL)


MENDING = Mending(retry_by_name, retry_by_name)
"""Nothing is wrong with an event that the broker does not take: it is not given up."""
