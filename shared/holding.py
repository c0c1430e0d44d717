"""Promises that the broker does not take for now: they are held, and hold up nobody else.

A topic that is not there, or may not be written to, holds all that is said on it; a promise that is
refused for itself holds the later ones of its key, and none besides. What is held waits in a table
of its own in the order of its promising, is tried again, and is published from there. Only then is
its line released, so what is promised meanwhile comes behind it.
"""

from collections.abc import ItemsView, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

import structlog
from aiokafka.errors import TopicAuthorizationFailedError

from shared import promised
from shared.handing import Promise
from shared.pooling import Connection
from shared.producing import NoTopic, Producer, Refused
from shared.publishing import publish

log = structlog.get_logger()

MISSING_SECONDS = 1.0
REFUSED_SECONDS = 60.0
"""How long until it is tried again: a refusal costs a producer, which all others wait for."""
RECORD_BATCH_BYTES_MAX = 1 << 20
HELD_MAX = 50
"""So many held promises are published at once; what is refused is as large as promises are."""


class Line(NamedTuple):
    """Promises that wait for one another: all of a topic, or those of one of its keys."""

    topic: str
    key: str | None


@dataclass(slots=True)
class Trouble:
    """Why a line is held, and when it is tried again, in seconds of the monotonic clock."""

    reason: str
    try_at: float
    cause: str
    """The same for everybody, and alike for all events of the topic that are refused alike."""
    kind: str = ""
    """The type of the event that was refused; empty where it is the topic."""
    size_bytes: int = 0


class Holding:
    """The lines that are held, as the leader knows them; the table has the promises."""

    def __init__(self) -> None:
        self.batch_bytes_max = RECORD_BATCH_BYTES_MAX
        """How large record batches may be; less, once the broker refused some of several events."""
        self.told: dict[str, str] = {}
        """What everybody was told last of lines that are held: the causes, by the lines' names."""
        self._lines: dict[Line, Trouble] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def state(self) -> str:
        """Give "ok", or in some words what is not published, why, and what to do."""
        topics = [each.reason for line, each in self._lines.items() if line.key is None]
        refused = [each.reason for line, each in self._lines.items() if line.key is not None]
        if len(refused) > 1:
            refused[1:] = [f"and {len(refused) - 1} more are refused"]
        return "; ".join(topics + refused) or "ok"

    def holds(self, promise: Promise) -> bool:
        """Tell whether the promise has to wait."""
        topic, key = promise.topic, promise.key
        return (topic, None) in self._lines or (topic, key) in self._lines

    def learn(self, error: NoTopic | Refused) -> None:
        """Hold what the broker has just not taken, or send it less at once."""
        if isinstance(error, NoTopic):
            self.miss(error.topic)
        elif isinstance(error.error, TopicAuthorizationFailedError):
            reason = (
                f"{error.topic} may not be written to, and what is said on it waits:"
                " give the service the right to write it"
            )
            self.hold_topic(error.topic, reason, seconds=REFUSED_SECONDS)
        elif len(error.promises) == 1:
            self.hold_key(error.promises[0], error.error)
        else:
            self.batch_bytes_max = min(self.batch_bytes_max, error.size_bytes) // 2

    def miss(self, topic: str) -> None:
        """Hold what is said on a topic that is not there."""
        reason = f"there is no topic {topic}, and what is said on it waits: run `platen migrate`"
        self.hold_topic(topic, reason)

    def hold_topic(self, topic: str, reason: str, *, seconds: float = MISSING_SECONDS) -> None:
        """Hold all that is said on the topic, and try it again after so long."""
        line = Line(topic, None)
        if line not in self._lines:
            log.error("topic_held", topic=topic, reason=reason)
        self._lines[line] = Trouble(reason, monotonic() + seconds, reason)

    def hold_key(self, promise: Promise, error: Exception) -> None:
        """Hold the promise, which was refused for itself, and the later ones of its key.

        Those of the topic that are no smaller would be refused as well, and are not tried soon.
        """
        line, size = Line(promise.topic, promise.key), len(promise.value)
        kind = dict(promise.headers).get("ce_type", "an event")
        remedy = f"({type(error).__name__}): raise max.message.bytes of the topic"
        reason = f"{promise.topic} does not take {kind} of {size} bytes of {promise.key} {remedy}"
        cause = f"{promise.topic} does not take events of this size {remedy}"
        if line not in self._lines:
            log.error("promise_held", topic=promise.topic, key=promise.key, reason=reason)
        try_at = monotonic() + REFUSED_SECONDS
        self._lines[line] = Trouble(reason, try_at, cause, kind, size)
        for other, trouble in self._lines.items():
            if other.topic == promise.topic and trouble.size_bytes >= size:
                trouble.try_at = try_at

    def due(self) -> list[Line]:
        """Give the lines that are to be tried again, in each topic the smallest first.

        A key waits while its whole topic does.
        """
        now = monotonic()
        return sorted(
            (
                line
                for line, trouble in self._lines.items()
                if trouble.try_at <= now
                and (line.key is None or (line.topic, None) not in self._lines)
            ),
            key=lambda line: self._lines[line].size_bytes,
        )

    def lines(self) -> list[Line]:
        """Give all that are held."""
        return list(self._lines)

    def troubles(self) -> ItemsView[Line, Trouble]:
        """Give why each of them is."""
        return self._lines.items()

    def try_now(self, line: Line) -> None:
        """Try the line again without waiting."""
        self._lines[line].try_at = monotonic()

    def keys_of(self, topic: str) -> list[str]:
        """Give the keys of the topic that are held for themselves."""
        return [line.key for line in self._lines if line.topic == topic and line.key is not None]

    def release(self, line: Line) -> None:
        """Hold the line no longer: nothing of it is left."""
        del self._lines[line]
        log.info("line_released", topic=line.topic, key=line.key)


async def find_lines(connection: Connection, holding: Holding) -> None:
    """Hold what another process left held: all of its topics, until they are tried again."""
    for topic in await promised.find_held_topics(connection, holding.lines()):
        holding.hold_topic(topic, f"what was held of {topic} is being published", seconds=0)


async def hold(
    connection: Connection, producer: Producer, holding: Holding, promises: Sequence[Promise]
) -> Sequence[Promise]:
    """Give the promises that can be published; all others are held."""
    for topic in {promise.topic for promise in promises}:
        if not await producer.has_topic(topic):
            holding.miss(topic)
    if not holding:
        return promises
    held = [promise.id for promise in promises if holding.holds(promise)]
    if held:
        await promised.hold(connection, held)
    return [promise for promise in promises if not holding.holds(promise)]


async def try_again(connection: Connection, producer: Producer, holding: Holding) -> int:
    """Publish some of what is held where the broker takes it now; give how many."""
    count = 0
    for line in holding.due():
        if not await producer.has_topic(line.topic):
            holding.miss(line.topic)
            continue
        others = holding.keys_of(line.topic) if line.key is None else ()
        promises = await promised.find_held(connection, line, others, HELD_MAX)
        await promised.drop_held(connection, await publish(promises, producer))
        count += len(promises)
        if len(promises) < HELD_MAX:
            holding.release(line)
    return count
