"""The SQL of what stands on top of the orders page: how much needs a person, and of what kind."""

from dataclasses import dataclass
from datetime import datetime

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Alerts:
    """How much needs a person; `version` is another one whenever any of it is different."""

    troubles: int
    """Orders that look well."""
    waiting: int
    """Approved orders that wait for the factory, and need nobody."""
    waiting_since: datetime | None
    """Since when the first of them waits."""
    waiting_for: str
    """Why the one that came last waits."""
    away_since: datetime | None
    """Since when the factory cannot be asked; None while it can."""
    away_for: str
    """Why it cannot."""
    lost: int
    """Orders and products of which approval itself could not take something in."""
    deliveries: int
    """Webhooks that could not be read."""
    letters: int
    """Products, and what is nobody's, of which another service could not take something in."""
    held: int
    """Orders, products and topics of which a service cannot publish something."""
    unread: int
    """Places of the stream where a service cannot read on."""
    kept: int
    """Deletions of files that keep failing."""
    deaf: str
    """Why news do not arrive here or go out, and what to do; empty while they do."""
    version: str

    @property
    def kinds(self) -> list[int]:
        """Count what is no order's, and approval's own: each kind of which there is any."""
        counts = (self.deliveries, self.letters, self.lost, self.held, self.kept, self.unread)
        return [count for count in counts if count]

    @property
    def failures(self) -> int:
        """Count them together."""
        return sum(self.kinds)


ALERTS = """
    SELECT troubles, waiting, waiting_since, waiting_for, away_since, away_for, lost, deliveries,
        letters, held, kept, unread, $1::text AS deaf,
        md5(
            concat_ws(
                ' ', troubles, waiting, waiting_since, waiting_for, lost, own, failures,
                changed_at, $1::text
            )
        ) AS version
    FROM
        (
            SELECT
                count(*) FILTER (WHERE waits_for = '') AS troubles,
                count(*) FILTER (WHERE waits_for <> '') AS waiting,
                min(since) FILTER (WHERE waits_for <> '') AS waiting_since,
                coalesce(
                    (
                        array_agg(waits_for ORDER BY since DESC, order_id)
                            FILTER (WHERE waits_for <> '')
                    )[1],
                    ''
                ) AS waiting_for
            FROM trouble
        ) AS trouble,
        (
            SELECT
                count(DISTINCT key) FILTER (WHERE replay_requested_at IS NULL) AS lost,
                concat_ws(' ', count(*), max(set_aside_at), sum(attempts)) AS own
            FROM dead_letter
        ) AS dead_letter,
        (
            SELECT
                count(*) FILTER (WHERE kind = 'delivery' AND asked_at IS NULL) AS deliveries,
                count(*) FILTER (
                    WHERE kind NOT IN ('delivery', 'held_promise', 'deletion', 'provider', 'unread')
                        AND asked_at IS NULL
                ) AS letters,
                count(*) FILTER (WHERE kind = 'held_promise' AND asked_at IS NULL) AS held,
                count(*) FILTER (WHERE kind = 'deletion' AND asked_at IS NULL) AS kept,
                count(*) FILTER (WHERE kind = 'unread' AND asked_at IS NULL) AS unread,
                min(since) FILTER (WHERE kind = 'provider') AS away_since,
                coalesce(max(reason) FILTER (WHERE kind = 'provider'), '') AS away_for,
                count(*) AS failures, max(changed_at) AS changed_at
            FROM failure
        ) AS failure
"""


async def find_alerts(transaction: Transaction, deaf: str) -> Alerts:
    """Count it, and add why news do not arrive; each of it is rare."""
    row = await transaction.fetchrow(ALERTS, deaf)
    if row is None:
        raise AssertionError("counts are always there")
    return Alerts(**row)
