"""Members come and go, fetch again what they had, and die in between: each life stays in order.

A model of the stream, of the inbox and of the outbox, with the real cutting into runs in between.
Hypothesis chooses who does what next; what a real Postgres and a real Kafka add is tried in
`tests/integration/shared` and `tests/broker`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.runs import cut

KEYS = ("a", "b", "c", "d")
PARTITIONS = (0, 1)
MEMBERS = (0, 1, 2)

members = st.sampled_from(MEMBERS)
sizes = st.integers(1, 7)


@dataclass(frozen=True, slots=True)
class Said:
    """The so-manieth event of its key, of one kind."""

    key: str
    number: int
    kind: str


@dataclass(slots=True)
class Member:
    """A process: which partitions it believes to have, and how far it has read in each."""

    positions: dict[int, int] = field(default_factory=dict)


class Stream(RuleBasedStateMachine):
    """One service in several processes, between the stream that it hears and the one it fills."""

    @initialize()
    def begin(self) -> None:
        self.log: dict[int, list[Said]] = {partition: [] for partition in PARTITIONS}
        self.said: defaultdict[str, int] = defaultdict(int)
        self.members = {name: Member() for name in MEMBERS}
        self.members[0].positions = dict.fromkeys(PARTITIONS, 0)
        self.committed = dict.fromkeys(PARTITIONS, 0)
        self.inbox: set[Said] = set()
        self.applied: defaultdict[str, list[int]] = defaultdict(list)
        self.ids = count()
        self.outbox: list[tuple[int, Said]] = []
        self.published: list[tuple[int, Said]] = []

    @rule(key=st.sampled_from(KEYS), kinds=st.text("AB", min_size=1, max_size=4))
    def say(self, key: str, kinds: str) -> None:
        for kind in kinds:
            event = Said(key, self.said[key], kind)
            self.said[key] += 1
            self.log[KEYS.index(key) % len(PARTITIONS)].append(event)

    @rule(owners=st.tuples(*[members for _ in PARTITIONS]), forgetful=st.sets(members))
    def share_anew(self, owners: tuple[int, ...], forgetful: set[int]) -> None:
        """Give the partitions to members; one that was held up goes on believing in its own."""
        for name, member in self.members.items():
            if name not in forgetful:
                member.positions.clear()
        for partition, owner in zip(PARTITIONS, owners, strict=True):
            self.members[owner].positions[partition] = self.committed[partition]

    @rule(name=members, size=sizes, mixed=st.booleans(), dies=st.booleans())
    def hear(self, name: int, size: int, *, mixed: bool, dies: bool) -> None:
        """Apply a batch in one transaction, or die before its commit and begin anew."""
        member = self.members[name]
        batch = [
            event
            for partition, at in member.positions.items()
            for event in self.log[partition][at : at + size]
        ]
        if dies:
            member.positions.clear()
            return
        new = [event for event in batch if event not in self.inbox]
        self.inbox.update(new)
        kinds = [("any" if mixed else event.kind, event.key, event) for event in new]
        for run in cut(kinds, lambda kind: kind == "any"):
            for event in run.items:
                self.applied[event.key].append(event.number)
                self.outbox.append((next(self.ids), event))
        for partition, at in member.positions.items():
            member.positions[partition] = min(at + size, len(self.log[partition]))

    @rule(name=members)
    def commit_offsets(self, name: int) -> None:
        """Commit how far one has come; a late commit may fall behind another's."""
        self.committed.update(self.members[name].positions)

    @rule(size=sizes, is_acknowledged=st.booleans())
    def relay(self, size: int, *, is_acknowledged: bool) -> None:
        """Publish the oldest promises; without an acknowledgement all of them are kept."""
        promises = self.outbox[:size]
        self.published += promises
        if is_acknowledged:
            del self.outbox[:size]

    @invariant()
    def each_life_is_applied_once_and_in_order(self) -> None:
        for key, numbers in self.applied.items():
            assert numbers == list(range(len(numbers))), key

    @invariant()
    def who_hears_of_it_next_hears_each_life_in_order(self) -> None:
        heard: dict[int, Said] = {}
        for promise, event in self.published:
            heard.setdefault(promise, event)
        lives: defaultdict[str, list[int]] = defaultdict(list)
        for event in heard.values():
            lives[event.key].append(event.number)
        for key, numbers in lives.items():
            assert numbers == list(range(len(numbers))), key

    def teardown(self) -> None:
        """Once all is calm, everything that was said has been applied and published."""
        for partition in PARTITIONS:
            self.members[0].positions = {partition: 0}
            self.hear(0, len(self.log[partition]) or 1, mixed=False, dies=False)
        self.relay(len(self.outbox), is_acknowledged=True)

        everything = {event for events in self.log.values() for event in events}
        assert self.inbox == everything == {event for _, event in self.published}
        self.each_life_is_applied_once_and_in_order()
        self.who_hears_of_it_next_hears_each_life_in_order()


TestStream = Stream.TestCase
TestStream.settings = settings(max_examples=150, stateful_step_count=40, derandomize=True)
