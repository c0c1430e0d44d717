"""Promises handed, looked for, held, and published elsewhere: each key's come out in their order.

A model of the outbox with its locks, in which Hypothesis chooses who does what next, around the
real bookkeeping. `tests/integration/shared/test_handing.py` shows that Postgres is as modelled.
"""

from dataclasses import dataclass
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.cloudevents import Message
from shared.handing import Handing, Promise
from shared.holding import Holding

KEYS = ("a", "b")
LOOKED_FOR = 2
HELD_AT_ONCE = 2
MESSAGE = Message("orders.v1", "", (), b"")

steps = st.integers(1, 4)


@dataclass(slots=True)
class Statement:
    """A statement of this process: begun, then with its lock, then committed."""

    key: str
    known: list[int] | None
    promise: Promise | None = None
    is_alone: bool = False
    is_committed: bool = False


class Outbox(RuleBasedStateMachine):
    """One service in two processes; this one leads most of the time."""

    @initialize()
    def begin(self) -> None:
        self.ids = count(1)
        self.committed: dict[int, Promise] = {}
        self.promised: list[Promise] = []
        self.published: list[Promise] = []
        self.statements: list[Statement] = []
        self.missing: set[str] = set()
        self.held: dict[int, Promise] = {}
        self.handing = Handing()
        self.lead_anew()

    def lead_anew(self) -> None:
        self.holding = Holding()
        for each in self.held.values():
            self.holding.hold_topic(each.topic, "left behind")
        self.handing.begin()
        self.to_drop: list[int] = []
        self.under_way: list[Promise] = []
        self.looks = False
        self.has_found = False

    def promise(self, key: str) -> Promise:
        made = Promise(next(self.ids), f"{key}.v1", key, (), b"")
        self.promised.append(made)
        return made

    @property
    def locked(self) -> set[str]:
        return {each.key for each in self.statements if each.promise and not each.is_committed}

    @rule(key=st.sampled_from(KEYS), times=steps)
    def a_statement_begins(self, key: str, times: int) -> None:
        statement = Statement(key, self.handing.known([MESSAGE]))
        self.statements.append(statement)
        self.go_on(statement, times - 1)

    @rule(place=st.integers(0, 3), times=steps)
    def a_statement_goes_on(self, place: int, times: int) -> None:
        if self.statements:
            self.go_on(self.statements[place % len(self.statements)], times)

    def go_on(self, statement: Statement, times: int) -> None:
        for _ in range(times):
            if statement.promise is None:
                if statement.key in self.locked:
                    return
                unknown = set(self.committed) - set(statement.known or ())
                statement.is_alone = statement.known is not None and not unknown
                statement.promise = self.promise(statement.key)
            elif not statement.is_committed:
                statement.is_committed = True
                self.committed[statement.promise.id] = statement.promise
            else:
                self.statements.remove(statement)
                if not self.handing.hand([statement.promise], is_alone=statement.is_alone):
                    self.handing.look()
                return

    @rule(key=st.sampled_from(KEYS))
    def another_process_promises(self, key: str) -> None:
        if key not in self.locked:
            made = self.promise(key)
            self.committed[made.id] = made

    @rule(times=steps)
    def the_relay_goes_on(self, times: int) -> None:
        for _ in range(times):
            if self.has_found:
                self.end_look()
            elif self.looks:
                self.find()
            elif self.under_way:
                self.acknowledge()
            else:
                self.try_again()
                self.take()

    def take(self) -> None:
        if self.handing.must_look:
            self.handing.begin_look()
            self.looks = True
        else:
            self.under_way = self.handing.take()

    def find(self) -> None:
        self.committed = {
            id_: each for id_, each in self.committed.items() if id_ not in self.to_drop
        }
        found = sorted(self.committed)[:LOOKED_FOR]
        self.under_way = [self.handing.own.get(id_) or self.committed[id_] for id_ in found]
        self.has_found = True

    def end_look(self) -> None:
        self.looks = self.has_found = False
        self.to_drop = []
        self.handing.end_look(self.under_way)
        if len(self.under_way) == LOOKED_FOR:
            self.handing.look()

    def acknowledge(self) -> None:
        for each in self.under_way:
            if each.topic in self.missing:
                self.holding.miss(each.topic)
            if self.holding.holds(each):
                self.hold(each)
            else:
                self.published.append(each)
                self.to_drop.append(each.id)
        self.under_way = []
        self.try_again()

    def hold(self, promise: Promise) -> None:
        if self.committed.pop(promise.id, None):
            self.held[promise.id] = promise

    def try_again(self) -> None:
        for line in self.holding.lines():
            waiting = [each for _, each in sorted(self.held.items()) if each.topic == line.topic]
            if line.topic not in self.missing:
                self.published += waiting[:HELD_AT_ONCE]
                for each in waiting[:HELD_AT_ONCE]:
                    del self.held[each.id]
                if len(waiting) < HELD_AT_ONCE:
                    self.holding.release(line)

    @rule(key=st.sampled_from(KEYS))
    def a_topic_goes(self, key: str) -> None:
        self.missing.add(f"{key}.v1")

    @rule()
    def every_topic_comes(self) -> None:
        self.missing.clear()

    @rule()
    def a_second_passes(self) -> None:
        self.handing.look()

    @rule(others=st.integers(0, 2), sent=st.integers(0, 2))
    def this_process_ceases_to_lead_for_a_while(self, others: int, sent: int) -> None:
        self.handing.end()
        self.published += [
            each
            for each in self.under_way[:sent]
            if each.topic not in self.missing and not self.holding.holds(each)
        ]
        for id_ in sorted(self.committed)[:others]:
            promise = self.committed[id_]
            if promise.topic in self.missing or any(
                each.topic == promise.topic for each in self.held.values()
            ):
                self.hold(promise)
            else:
                self.published.append(self.committed.pop(id_))
        self.lead_anew()

    @invariant()
    def what_is_remembered_is_what_was_promised(self) -> None:
        assert all(self.promised[id_ - 1] == each for id_, each in self.handing.own.items())

    @invariant()
    def each_key_comes_out_in_its_order(self) -> None:
        for key in KEYS:
            out = list(dict.fromkeys(each.id for each in self.published if each.key == key))
            made = [each.id for each in self.promised if each.key == key]
            assert out == made[: len(out)]

    def teardown(self) -> None:
        """Nothing that was committed stays behind."""
        for statement in list(self.statements):
            if statement.promise:
                self.go_on(statement, 2)
        self.missing.clear()
        for _ in range(2 * len(self.promised) + 2):
            self.a_second_passes()
            self.the_relay_goes_on(4)
        assert {each.id for each in self.published} == {each.id for each in self.promised}


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=300, stateful_step_count=30, derandomize=True)
