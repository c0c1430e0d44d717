"""Effects that are one statement: events are claimed and applied by one message there and back.

The short way is taken when all of a batch goes to one handler; whatever is not as that expects
takes the long way, in a transaction, so that what an event does never depends on which it was.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from shared.cloudevents import Message
from shared.database import Transaction
from shared.lanes import Lanes

Handler = Callable[[Transaction, Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Claim:
    """Which of some events are ours to apply, and which keys have a dead letter before them."""

    events: frozenset[str]
    parked: frozenset[str]
    transaction_id: str = ""
    """The transaction that claimed them, as `pg_current_xact_id()` names it; empty when none."""


@dataclass(frozen=True, slots=True)
class Leases:
    """Things that a statement leases as it queues them, because lanes are free for all of them."""

    gives: str
    """SQL for one jsonb value that tells what was leased."""
    read: Callable[[Any], Sequence[Any]]
    """Makes of that value what the lanes do; None is for what is done already."""
    count: int
    """How many they are, if all that is queued is new."""
    lanes: Lanes[Any]

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the lanes meanwhile; raises OtherwiseThanExpected when they are free no more."""
        with self.lanes.keep(self.count) as are_kept:
            if not are_kept:
                raise OtherwiseThanExpected
            yield

    def begin(self, given: Any) -> bool:
        """Begin what was leased; False when something may have been queued that was not."""
        things = self.read(given)
        self.lanes.begin([thing for thing in things if thing is not None])
        return len(things) == self.count


class OtherwiseThanExpected(Exception):
    """What an effect requires is not so: nothing was claimed and nothing has happened."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What events do, as common table expressions that stand behind the inbox's claim.

    `sql` is `name AS (…), …`, with parameters from $3 on, and acts for those events only that it
    finds in `claimed (event_id)`. All of it sees the database as it was when the statement began,
    but for rows that it locks or finds in conflict, which are the newest. Where `requires`, an
    expression that may look at all of them, is false, nothing happens, and the long way is taken.
    The signals are fired after the commit, unless everything queued was leased.
    """

    sql: str
    values: tuple[object, ...]
    signals: frozenset[str] = frozenset()
    requires: str = "true"
    after_commit: Callable[[Claim], None] | None = None
    leases: Leases | None = None
    said: Sequence[Message] | None = None
    """What the expression `said` promises; None where there is none of this name."""


@runtime_checkable
class HasEffect(Protocol):
    """A handler that knows its effect beforehand, often."""

    def effect_of(self, events: Sequence[Any]) -> Effect | None:
        """Give what the events do; None when only the long way tells."""

    async def __call__(self, transaction: Transaction, events: Sequence[Any]) -> None:
        """Apply events that are claimed already."""


class OneStatement:
    """A handler whose effect is one statement, whichever way it is taken."""

    def __init__(self, effect_of: Callable[[Sequence[Any]], Effect]) -> None:
        self._effect_of = effect_of

    def effect_of(self, events: Sequence[Any]) -> Effect:
        """Give what the events do."""
        return self._effect_of(events)

    async def __call__(self, transaction: Transaction, events: Sequence[Any]) -> None:
        """Apply events that are claimed already."""
        effect = self._effect_of(events)
        await transaction.execute(
            f"""
            WITH claimed AS (
                SELECT unnest($1::uuid[]) AS event_id
                WHERE $2::text[] IS NULL
            ), {effect.sql}
            SELECT 1
            """,
            [event.event_id for event in events],
            None,
            *effect.values,
        )
        for signal in effect.signals:
            transaction.wake(signal)


class Queueing(OneStatement):
    """A handler that queues things for lanes, and has them begun at once where all are free.

    Whatever takes the long way waits to be taken.
    """

    def __init__(
        self, effect_of: Callable[[Sequence[Any], Lanes[Any] | None], Effect], lanes: Lanes[Any]
    ) -> None:
        """Take `effect_of`, which is given the lanes that it may lease for."""
        super().__init__(lambda events: effect_of(events, None))
        self._leasing = effect_of
        self._lanes = lanes

    def effect_of(self, events: Sequence[Any]) -> Effect:
        """Give what the events do, with leases where lanes are free."""
        return self._leasing(events, self._lanes)
