"""From a fetched batch to committed effects: claim, apply, and set aside what cannot be applied."""

from collections import Counter
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from aiokafka import ConsumerRecord

from shared import dead_letters, inbox
from shared.cloudevents import Unreadable, decode, type_of
from shared.database import PASSING, Database, Transaction
from shared.dead_letters import KeptLetter, Letter
from shared.events import Event, ReplayRequested
from shared.logs import about
from shared.metrics import Metrics
from shared.patience import insist
from shared.runs import cut

log = structlog.get_logger()

Handler = Callable[[Transaction, Sequence[Any]], Awaitable[None]]

LAST_WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """An event and the record that it came in."""

    event: Event
    record: ConsumerRecord

    @property
    def kind(self) -> str:
        """The event's type."""
        return type(self.event).__name__

    @property
    def line(self) -> str:
        """The key whose dead letters it waits behind; what has them replayed waits behind none."""
        return self.event.event_id if isinstance(self.event, ReplayRequested) else self.event.key


class Way(NamedTuple):
    """Where events of a type go; events of any type go together where the kind is None."""

    kind: str | None
    handler: Handler


class Consumer:
    """Applies what a service hears, each event once, in the order of each order's life."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        metrics: Metrics,
        mixed: Container[Handler] = frozenset(),
    ) -> None:
        """Take the handlers by type; those in `mixed` take several types, and events of a key."""
        self._database = database
        self._handlers = handlers
        self._mixed = mixed
        self._metrics = metrics

    async def consume(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply a batch; returns only when every record is applied, known, or set aside.

        While the database is away it tries again with growing delay, and so it does when it
        cannot even set an event aside: a partition that waits can be mended, a lost event cannot.
        """
        read = [found for record in records if (found := self._read(record)) is not None]
        if not read:
            return
        started = perf_counter()
        await insist(
            lambda: self._apply(read), on=(Exception,), what="batch", last=LAST_WAIT_SECONDS
        )
        self._metrics.batches.observe(perf_counter() - started)

    def _read(self, record: ConsumerRecord) -> Heard | Letter | None:
        """Read a record; None when this service does not hear its type."""
        kind = "unknown"
        try:
            kind = type_of(record.headers)
            return Heard(decode(kind, record.value), record) if kind in self._handlers else None
        except Unreadable as reason:
            key = (record.key or b"").decode(errors="backslashreplace")
            return Letter(record, "", kind, key, str(reason))

    async def _apply(self, read: Sequence[Heard | Letter]) -> None:
        heard = [item for item in read if isinstance(item, Heard)]
        if len(heard) == len(read):
            try:
                await self._apply_together(heard)
            except PASSING:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, one event is at fault
                log.warning("batch_replayed_one_by_one", events=len(heard), error=repr(error))
            else:
                return
        for item in read:
            await self._apply_alone(item)

    async def _apply_together(self, heard: Sequence[Heard]) -> None:
        """Apply all in one transaction, those behind a dead letter excepted."""
        came = {item.event.event_id: item for item in heard}
        async with self._database.transaction() as transaction:
            claim = await inbox.claim(
                transaction, {event_id: item.line for event_id, item in came.items()}
            )
            ours = [item for event_id, item in came.items() if event_id in claim.events]
            await self._handle(transaction, ours)
            behind = [item for item in heard if item.line in claim.parked]
            applied = await inbox.find_heard(transaction, [each.event.event_id for each in behind])
            for item in behind:
                if item.event.event_id not in applied:
                    await self._set_aside(transaction, item, "waits behind an earlier dead letter")
        for kind, count in Counter(item.kind for item in ours).items():
            self._metrics.heard.labels(kind).inc(count)
        self._metrics.duplicates.inc(len(heard) - len(behind) - len(ours) + len(applied))

    async def _handle(self, transaction: Transaction, ours: Sequence[Heard]) -> None:
        """Let the handlers apply events that were claimed, in the order of each key."""
        runs = cut(
            ((self._way(item.kind), item.event.key, item.event) for item in ours),
            lambda way: way.kind is None,
        )
        for run in runs:
            await run.kind.handler(transaction, run.items)

    def _way(self, kind: str) -> "Way":
        handler = self._handlers[kind]
        return Way(None if handler in self._mixed else kind, handler)

    async def _apply_alone(self, item: Heard | Letter) -> None:
        """Apply one event, or set it aside with the reason."""
        if isinstance(item, Heard):
            try:
                await self._apply_together([item])
            except PASSING:
                raise
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                log.exception("event_failed", event_id=item.event.event_id, type=item.kind)
            else:
                return
        async with self._database.transaction() as transaction:
            await self._set_aside(transaction, item, reason if isinstance(item, Heard) else "")

    async def _set_aside(self, transaction: Transaction, item: Heard | Letter, reason: str) -> None:
        letter = (
            item
            if isinstance(item, Letter)
            else Letter(item.record, item.event.event_id, item.kind, item.event.key, reason)
        )
        await dead_letters.set_aside(transaction, letter, attempts=1)
        self._metrics.set_aside.inc()
        with about(letter.key):
            log.error(
                "event_set_aside", type=letter.type, event_id=letter.event_id, reason=letter.reason
            )

    async def replay_next(self) -> bool:
        """Apply one order's dead letters again, oldest first; False when none was asked for."""
        async with self._database.transaction() as transaction:
            letters = await dead_letters.lock_next_requested(transaction)
            for letter in letters:
                failure = await self._replay(transaction, letter)
                if failure:
                    await dead_letters.keep_after_replay(transaction, letter, failure)
                    break
            if letters:
                await dead_letters.say_replayed(transaction, letters[0].key)
        return bool(letters)

    async def _replay(self, transaction: Transaction, letter: KeptLetter) -> str:
        """Apply one letter, and drop it; gives the reason when it fails again."""
        try:
            async with transaction.savepoint():
                event = decode(letter.type, letter.value)
                if await inbox.claim_parked(transaction, event.event_id):
                    await self._handlers[letter.type](transaction, [event])
                await dead_letters.drop(transaction, [letter.id])
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - the reason is kept for a person
            return f"{type(error).__name__}: {error}"
        return ""
