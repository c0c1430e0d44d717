"""Promises are handed to the relay of their own process, which need not look for them then.

At a low rate the look costs as much as what was promised. It can be spared only where nothing older
of the same key may be in the outbox that the relay does not know of. The statement that promises
finds that out, once it has its locks (`outbox.asked`): it is given the promises that are known
here, and where the outbox has others than these and its own, the relay has to look. A look finds
ids, and reads only what this process has not promised itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.cloudevents import Attribute, Message

SIGNAL = "handed"
KNOWN_MAX = 64
"""So many promises may lie published in the outbox until the relay looks and drops them."""
HANDED_MAX = 16
"""More at once are a burst, in which looks cost little."""
OWN_MAX = 1_000
OWN_BYTES_MAX = 16_384
"""So many promises of this process, and none larger, are remembered until a look has found them."""


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
        self._own: dict[int, Promise] = {}

    @property
    def own(self) -> Mapping[int, Promise]:
        """Give promises of this process that a look need not read, by their ids."""
        return self._own

    def look(self) -> None:
        """Have the relay look, now."""
        self.must_look = True
        self.due.set()

    def known(self, messages: Sequence[Message]) -> list[int] | None:
        """Give what a statement that promises these asks with; None when it need not ask."""
        asks = self._leads and len(messages) <= HANDED_MAX and len(self._known) <= KNOWN_MAX
        return self._known[:] if asks and messages else None

    def hand(self, promises: Sequence[Promise], *, is_alone: bool) -> bool:
        """Take what a statement promised and committed; False when the relay has to look for it.

        It has to unless nothing else that it does not know of was promised. A look that is due
        comes first, finds these too, and whatever they have to come after.
        """
        if not self._leads:
            return False
        if is_alone:
            self._known += [promise.id for promise in promises]
            self._handed += promises
        else:
            self._remember(promises)
        return is_alone

    def _remember(self, promises: Sequence[Promise]) -> None:
        if len(self._own) < OWN_MAX:
            small = [each for each in promises if len(each.value) <= OWN_BYTES_MAX]
            self._own.update((promise.id, promise) for promise in small)

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
        self._own = {}
        self.look()

    def begin_look(self) -> None:
        """Hand out no more of what was handed, because a look begins that finds it."""
        self.must_look = False
        self._remember(self._handed)
        self._handed = []

    def end_look(self, found: Sequence[Promise]) -> None:
        """Know what a look has found, and what was handed meanwhile; all else is dropped.

        What is older than the last one found was found, or published before it could be remembered.
        """
        ids = {promise.id for promise in found}
        self._handed = [promise for promise in self._handed if promise.id not in ids]
        self._known = [*ids, *[promise.id for promise in self._handed]]
        last = found[-1].id if found else max(self._own, default=0)
        self._own = {id_: promise for id_, promise in self._own.items() if id_ > last}
