"""From a fetched batch to committed effects: claim, apply, and set aside what cannot be applied."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from time import perf_counter
from typing import NamedTuple

import structlog

from shared import dead_letters, inbox
from shared.cloudevents import decode
from shared.database import Database, Transaction
from shared.database_errors import PASSING, UNPREPARED
from shared.dead_letters import KeptLetter, Letter
from shared.effect import Effect, Handler, HasEffect, OtherwiseThanExpected
from shared.error_words import words_of
from shared.events import Event
from shared.hearing import UNKNOWN, Heard
from shared.letter_news import in_public, say_replayed
from shared.logs import about
from shared.metrics import Metrics
from shared.patience import insist
from shared.runs import Run, cut
from shared.unread_news import UnreadNews

log = structlog.get_logger()

LAST_WAIT_SECONDS = 2.0


class Way(NamedTuple):
    """Where events of a type go; events of any type go together where the kind is None."""

    kind: str | None
    handler: Handler
    effect_of: Callable[[Sequence[Event]], Effect | None] | None
    """Tells beforehand what events do; None where nothing does."""


class Consumer:
    """Applies what a service hears, each event once, in the order of each order's life."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        metrics: Metrics,
        mixed: Container[Handler] = frozenset(),
        leisure: Mapping[str, float] | None = None,
    ) -> None:
        """Take the handlers by type; those in `mixed` take several types, and events of a key.

        What a type does may wait for so many seconds as its `leisure` is; else somebody waits.
        """
        self._database = database
        self.unread = UnreadNews(database)
        self._handlers = handlers
        self._mixed = mixed
        self._way = cache(self._find_way)
        self._heard = cache(metrics.heard.labels)
        self._leisure = {} if leisure is None else leisure
        self._metrics = metrics
        self.trouble = ""
        """Why events cannot even be set aside, or empty: nothing is lost, and nothing goes on."""

    @property
    def types(self) -> frozenset[str]:
        """The types of events that the service hears."""
        return frozenset(self._handlers)

    def hears(self, item: Heard | Letter) -> bool:
        """Tell whether this concerns the service; a record of no type concerns everybody."""
        return item.type in self._handlers or item.type == UNKNOWN

    def leisure_of(self, item: Heard | Letter) -> float:
        """Give how many seconds this may be gathered with others before it is applied."""
        return self._leisure.get(item.type, 0.0)

    def way_of(self, item: Heard | Letter) -> Way | None:
        """Give where this goes; None for what nobody can apply."""
        return self._way(item.type) if item.type in self._handlers else None

    async def consume(self, items: Sequence[Heard | Letter]) -> None:
        """Apply a batch; returns only when every event is applied, known, or set aside.

        While the database is away it tries again with growing delay, and so it does when it
        cannot even set an event aside: a partition that waits can be mended, a lost event cannot.
        """
        started = perf_counter()
        await insist(
            lambda: self._try_to_apply(items),
            on=(Exception,),
            what=f"{self._database.service}: apply events",
            last=LAST_WAIT_SECONDS,
        )
        self._metrics.batches.observe(perf_counter() - started)

    async def _try_to_apply(self, items: Sequence[Heard | Letter]) -> None:
        try:
            await self._apply(items)
        except PASSING:
            raise
        except Exception as error:
            self.trouble = f"events cannot be applied: {type(error).__name__}"
            raise
        self.trouble = ""

    async def _apply(self, read: Sequence[Heard | Letter]) -> None:
        heard = [item for item in read if isinstance(item, Heard)]
        if len(heard) == len(read):
            try:
                if rest := await self._apply_at_once(heard):
                    await self._apply_together(rest)
            except (*PASSING, *UNPREPARED):
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, one event is at fault
                log.warning("batch_replayed_one_by_one", events=len(heard), error=words_of(error))
            else:
                return
        for item in read:
            await self._apply_alone(item)

    async def _apply_at_once(self, heard: Sequence[Heard]) -> Sequence[Heard]:
        """Claim and apply all by one statement where that can be; give what remains to be done."""
        came = {item.event.event_id: item for item in heard}
        runs = self._runs(came.values())
        knows = runs[0].kind.effect_of if len(runs) == 1 else None
        effect = knows(runs[0].items) if knows else None
        if effect is None:
            return heard
        try:
            async with self._database.statement() as transaction:
                claim = await inbox.claim_and_apply(transaction, lines(came), effect)
        except OtherwiseThanExpected:
            return heard
        rest = [item for item in heard if item.line in claim.parked]
        ours = [item for event_id, item in came.items() if event_id in claim.events]
        self._count(ours, duplicates=len(heard) - len(rest) - len(ours))
        return rest

    async def _apply_together(self, heard: Sequence[Heard]) -> None:
        """Apply all in one transaction, those behind a dead letter excepted."""
        came = {item.event.event_id: item for item in heard}
        async with self._database.transaction() as transaction:
            claim = await inbox.claim(transaction, lines(came))
            ours = [item for event_id, item in came.items() if event_id in claim.events]
            await self._handle(transaction, ours)
            behind = [item for item in heard if item.line in claim.parked]
            applied = await inbox.find_heard(transaction, [each.event.event_id for each in behind])
            for item in behind:
                if item.event.event_id not in applied:
                    await self._set_aside(transaction, item, "waits behind an earlier dead letter")
        self._count(ours, duplicates=len(heard) - len(behind) - len(ours) + len(applied))

    async def _handle(self, transaction: Transaction, ours: Iterable[Heard]) -> None:
        """Let the handlers apply events that were claimed, in the order of each key."""
        for run in self._runs(ours):
            await run.kind.handler(transaction, run.items)

    def _runs(self, heard: Iterable[Heard]) -> list[Run[Way, Event]]:
        """Cut what was heard into pieces for one handler each."""
        return cut(
            ((self._way(item.type), item.event.key, item.event) for item in heard),
            lambda way: way.kind is None,
        )

    def _count(self, ours: Iterable[Heard], *, duplicates: int) -> None:
        counts: dict[str, int] = {}
        for item in ours:
            counts[item.type] = counts.get(item.type, 0) + 1
        for kind, count in counts.items():
            self._heard(kind).inc(count)
        if duplicates:
            self._metrics.duplicates.inc(duplicates)

    def _find_way(self, kind: str) -> Way:
        handler = self._handlers[kind]
        effect_of = handler.effect_of if isinstance(handler, HasEffect) else None
        return Way(None if handler in self._mixed else kind, handler, effect_of)

    async def _apply_alone(self, item: Heard | Letter) -> None:
        """Apply one event, or set it aside with the reason."""
        if isinstance(item, Heard):
            try:
                await self._apply_together([item])
            except (*PASSING, *UNPREPARED):
                raise
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                log.exception("event_failed", event_id=item.event.event_id, type=item.type)
            else:
                return
        async with self._database.transaction() as transaction:
            await self._set_aside(transaction, item, reason if isinstance(item, Heard) else "")

    async def _set_aside(self, transaction: Transaction, item: Heard | Letter, reason: str) -> None:
        letter = (
            item
            if isinstance(item, Letter)
            else Letter(item.record, item.event.event_id, item.type, item.event.key, reason)
        )
        await dead_letters.set_aside(transaction, letter, attempts=1)
        self._metrics.set_aside.inc()
        with about(letter.key):
            log.error(
                "event_set_aside",
                type=letter.type,
                event_id=letter.event_id,
                reason=in_public(letter.reason),
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
                await say_replayed(transaction, letters[0].key, letters[0].type)
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


def lines(came: Mapping[str, Heard]) -> dict[str, str]:
    """Give the key behind whose dead letters each event waits."""
    return {event_id: item.line for event_id, item in came.items()}
