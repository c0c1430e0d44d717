"""Promises are handed to the relay of their own process, which need not look for them then.

At a low rate the look costs as much as what was promised. It can be spared only where nothing older
of the same key may be in the outbox that the relay does not know of. The statement that promises
finds that out, once it has its locks (`outbox.asked`): it is given the promises that are known
here, and where the outbox has others than these and its own, the relay has to look.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from shared.cloudevents import Attribute, Message

SIGNAL = "handed"
KNOWN_MAX = 64
"""So many promises may lie published in the outbox until the relay looks and drops them."""
HANDED_MAX = 16
"""More at once are a burst, in which looks cost little."""


class Promise(NamedTuple):
    """A message in the outbox."""

    id: int
    topic: str
    key: str
    headers: tuple[Attribute, ...]
    value: bytes


class Handing:
    """What the relay of this process knows to be in the outbox, and what it has been handed."""

    def __init__(self) -> None:
        self.due = asyncio.Event()
        """Set when there is something to publish."""
        self.must_look = True
        """Whether something may be promised that was not handed."""
        self._leads = False
        self._known: list[int] = []
        self._handed: list[Promise] = []

    def look(self) -> None:
        """Have the relay look, now."""
        self.must_look = True
        self.due.set()

    def known(self, messages: Sequence[Message]) -> list[int] | None:
        """Give what a statement that promises these asks with; None when it need not ask."""
        asks = self._leads and len(messages) <= HANDED_MAX and len(self._known) <= KNOWN_MAX
        return self._known[:] if asks and messages else None

    def hand(self, promises: Sequence[Promise]) -> bool:
        """Take promises that are committed; False when the relay has to look for them.

        A look that is due comes first, finds these too, and whatever they have to come after.
        """
        if self._leads:
            self._known += [promise.id for promise in promises]
            self._handed += promises
        return self._leads

    def take(self) -> list[Promise]:
        """Give what was handed since the last time, in the order of its promising."""
        handed, self._handed = self._handed, []
        return handed

    def begin(self) -> None:
        """Begin to lead, knowing nothing."""
        self.end()
        self._leads = True

    def end(self) -> None:
        """Lead no more: whatever was handed is in the outbox, for whoever leads next."""
        self._leads = False
        self.begin_look()
        self._known = []
        self.look()

    def begin_look(self) -> None:
        """Forget what was handed, because a look begins that finds it."""
        self.must_look = False
        self._handed = []

    def end_look(self, found: Sequence[Promise]) -> None:
        """Know what a look has found, and what was handed meanwhile; all else is dropped."""
        ids = {promise.id for promise in found}
        self._handed = [promise for promise in self._handed if promise.id not in ids]
        self._known = [*ids, *[promise.id for promise in self._handed]]
