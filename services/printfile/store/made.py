"""What was made before, and the orders that need it."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from services.printfile.domain.jobs import Item
from services.printfile.domain.making import Done, Made
from shared import outbox
from shared.cloudevents import Message, encode
from shared.database import Transaction

MADE = TypeAdapter(Made)


async def find_made(transaction: Transaction, design: str) -> Made | None:
    """Give what was made of this design; None when nothing was, or it was deleted."""
    content = await transaction.fetchval("SELECT content FROM made WHERE design = $1", design)
    return None if content is None else MADE.validate_python(content)


def found(place: int) -> str:
    """Write the parts `kept` and `done`: what was found, where its files are kept for others still.

    They take what `found_values` gives, from this place on. What was made is locked, so it stays
    until the transaction ends; and a file that nothing dooms when the statement begins cannot begin
    to go, for its deletion spares what is made. So it must be a transaction of its own.
    """
    at = [f"${place + each}" for each in range(10)]
    return f"""
        kept AS MATERIALIZED (
            SELECT made.design
            FROM unnest({at[0]}::text[], {at[1]}::text[]) AS found (design, keys)
            JOIN made ON made.design = found.design
            WHERE array_to_string(made.keys, ' ') = found.keys
                AND NOT EXISTS (SELECT FROM doomed_file WHERE key = ANY(made.keys))
            ORDER BY made.design
            FOR KEY SHARE OF made
        ), done AS MATERIALIZED (
            SELECT done.*
            FROM unnest({at[2]}::text[], {at[3]}::text[], {at[4]}::integer[], {at[5]}::text[],
                {at[6]}::text[], {at[7]}::text[], {at[8]}::json[], {at[9]}::bytea[])
                WITH ORDINALITY AS done
                    (order_id, line_item_id, attempts, design, topic, key, headers, value, place)
            JOIN kept USING (design)
        )
    """  # noqa: S608 - values are parameters


def found_values(
    done: Sequence[tuple[Item, Done]], said: Sequence[Message]
) -> tuple[Sequence[object], ...]:
    """Give the values for `found`, with what is said of each line."""
    designs = {each.design: " ".join(each.made.keys) for _, each in done}
    return (
        list(designs),
        list(designs.values()),
        [item.order_id for item, _ in done],
        [item.line.line_item_id for item, _ in done],
        [item.attempts for item, _ in done],
        [each.design for _, each in done],
        *outbox.columns(said),
    )


SAID = """
    needed AS (
        INSERT INTO made_for (order_id, design)
        SELECT order_id, design
        FROM done
        JOIN ready USING (place)
        ON CONFLICT DO NOTHING
    ), said AS (
        INSERT INTO outbox (topic, key, headers, value)
        SELECT topic, key, headers, value
        FROM done
        JOIN ready USING (place)
        ORDER BY place
        RETURNING id
    )
"""
"""Keeps what is needed by, and says, those of `done` whose places are in `ready`."""

SAY_KEPT = f"""
    WITH {found(1)}, ready AS (
        UPDATE item
        SET status = 'ready', code = '', reason = ''
        FROM done
        WHERE item.order_id = done.order_id AND item.line_item_id = done.line_item_id
            AND item.attempts = done.attempts AND item.status = 'waiting'
        RETURNING done.place
    ), {SAID}
    SELECT done.place - 1 AS place, ready.place IS NOT NULL AS is_said, {outbox.asked(11)}
    FROM done
    LEFT JOIN ready USING (place)
"""  # noqa: S608 - values are parameters


async def say_kept(statement: Transaction, done: Sequence[tuple[Item, Done]]) -> dict[int, bool]:
    """Record lines whose files are kept for other orders already, and say them, by one statement.

    Gives the places in `done` that it was for, and whether the line was still ours to speak of. The
    others are to be kept first: nothing is made of their design, or a file of it may be going.
    """
    said = [encode(each.ready, statement.service) for _, each in done]
    known = statement.database.handing.known(said)
    rows = await statement.fetch(SAY_KEPT, *found_values(done, said), known)
    if rows:
        outbox.hand_over(statement, said, rows[0])
    return {row["place"]: row["is_said"] for row in rows}


async def keep_made(transaction: Transaction, done: Sequence[Done]) -> set[str]:
    """Remember what was made and which orders need it; give the keys that are lost.

    A file is lost when its deletion has begun: it was found a moment too late.
    """
    designs = {each.design: each.made for each in done}
    await transaction.execute(
        """
        INSERT INTO made (design, content, keys)
        SELECT design, content, ARRAY(SELECT jsonb_array_elements_text(content -> 'keys'))
        FROM unnest($1::text[], $2::jsonb[]) AS drawn (design, content)
        ORDER BY design
        ON CONFLICT (design) DO UPDATE
        SET content = excluded.content, keys = excluded.keys, made_at = now()
        WHERE made.keys <> excluded.keys
        """,
        list(designs),
        [MADE.dump_python(made, mode="json") for made in designs.values()],
    )
    await transaction.execute(
        """
        INSERT INTO made_for (order_id, design)
        SELECT * FROM unnest($1::text[], $2::text[])
        ON CONFLICT DO NOTHING
        """,
        [each.order_id for each in done],
        [each.design for each in done],
    )
    return await spare(transaction, [key for made in designs.values() for key in made.keys])


async def spare(transaction: Transaction, keys: Sequence[str]) -> set[str]:
    """Keep files that nobody needed until now; give those whose deletion has begun."""
    await transaction.execute(
        "DELETE FROM doomed_file WHERE key = ANY($1::text[]) AND NOT is_going", keys
    )
    rows = await transaction.fetch("SELECT key FROM doomed_file WHERE key = ANY($1::text[])", keys)
    return {row["key"] for row in rows}
