"""What was made before, and the orders that need it."""

from collections.abc import Sequence

from pydantic import TypeAdapter

from services.printfile.domain.making import Done, Made
from shared.database import Transaction

MADE = TypeAdapter(Made)


async def find_made(transaction: Transaction, design: str) -> Made | None:
    """Give what was made of this design; None when nothing was, or it was deleted."""
    content = await transaction.fetchval("SELECT content FROM made WHERE design = $1", design)
    return None if content is None else MADE.validate_python(content)


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
