"""What is to go wrong and when: a pure function of a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SERVICES = ("ingest", "printfile", "approval", "fulfillment", "notifier")
"""The services that orders pass through."""

MEMBERS = {
    "ingest": 1,
    "catalog": 1,
    "printfile": 1,
    "approval": 2,
    "fulfillment": 2,
    "notifier": 2,
}
"""How many processes each service has."""

LINKS = (
    *(f"{service}-database" for service in SERVICES),
    *(f"{service}-kafka" for service in SERVICES),
    "store-webhooks",
    "factory-webhooks",
    "store-api",
    "factory-api",
    "files",
)

SECONDS = {
    "kill": (0.2, 2.5),
    "pause": (0.5, 5.0),
    "long pause": (11.0, 13.0),
    "cut": (0.5, 4.0),
    "hold": (0.5, 5.0),
    "slow": (2.0, 5.0),
}
"""How long each fault lasts; a long pause outlasts a member's session with the broker."""

ALL_KINDS = ("kill", "kill", "kill", "kill", "pause", "pause", "long pause")
"""What may befall a process, the likelier the oftener it stands here."""

WEIGHTS = {"service": 8, "kafka": 4, "database": 4, "link": 7, "trick": 8}
DEATHS = {"service": 3, "kafka": 2, "database": 1}
SLOW_SECONDS = 0.1
GAP_SECONDS = (0.5, 3.0)
SPACED_EVERY = 4
SPACED_SECONDS = (6.0, 8.0)
OVERLAPPING_SHARE = 0.3
TRICKS = (
    ("store", "duplicate_webhook", "orders/", 6),
    ("store", "reorder", "", 4),
    ("store", "bad_signature", "orders/", 2),
    ("store", "lost_answer", "fulfillmentCreate", 2),
    ("store", "error", "graphql", 3),
    ("store", "throttle", "", 3),
    ("store", "slow", "graphql", 3),
    ("store", "timeout", "fulfillmentCreate", 1),
    ("factory", "lost_answer", "POST /v1/shops", 2),
    ("factory", "error", "/v1/", 4),
    ("factory", "rate_limit", "POST /v1/shops", 2),
    ("factory", "slow", "POST /v1/shops", 3),
    ("factory", "timeout", "POST /v1/shops", 1),
    ("factory", "duplicate_webhook", "order:", 6),
)
"""What the outside world does wrong: side, fault, what it strikes at, how often at most."""
LASTING = {"slow", "timeout", "rate_limit"}
"""Those that take time, or ask for it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: at `target`, for so many seconds, `start` after the round's."""

    start: float
    seconds: float
    kind: str
    target: str
    match: str = ""
    count: int = 0

    @property
    def end(self) -> float:
        """When it is over."""
        return self.start + self.seconds

    @property
    def is_trick(self) -> bool:
        """Whether it is the outside world that goes wrong, a few times and by itself."""
        return self.count > 0

    def __str__(self) -> str:
        """Write it for the schedule that is printed."""
        how_long = f"{self.count}×" if self.count else f"{self.seconds:.1f} s"
        return f"{self.start:5.1f} s  {self.kind} {self.target} {self.match} {how_long}"


def plan(seed: int, seconds: float) -> list[Fault]:
    """Draw up a round, in which faults follow one another closely and some overlap.

    Every fourth seed gives deaths alone, so far apart that each recovery can be timed.
    """
    random = Random(seed)  # noqa: S311 - chance that can be had again
    is_spaced = seed % SPACED_EVERY == 0
    weights, gap = (DEATHS, SPACED_SECONDS) if is_spaced else (WEIGHTS, GAP_SECONDS)
    faults: list[Fault] = []
    start = random.uniform(*GAP_SECONDS)
    while start < seconds:
        [what] = random.choices(list(weights), list(weights.values()))
        fault = draw(random, what, start, kinds=("kill",) if is_spaced else ALL_KINDS)
        if any(each.target == fault.target and each.end >= start for each in faults):
            start += 1.0
            continue
        faults.append(fault)
        if fault.is_trick or (not is_spaced and random.random() < OVERLAPPING_SHARE):
            start += random.uniform(0.2, 1.0)
        else:
            start = fault.end + random.uniform(*gap)
    return faults


def draw(random: Random, what: str, start: float, *, kinds: Sequence[str]) -> Fault:
    """Draw one fault of a sort; `kinds` are those that may befall a process."""
    if what == "trick":
        side, kind, match, most = random.choice(TRICKS)
        lasts = random.uniform(1.0, 6.0) if kind in LASTING else 0.0
        return Fault(start, lasts, kind, side, match, random.randint(1, most))
    if what == "link":
        kind, target = random.choice(("cut", "hold", "slow")), random.choice(LINKS)
    elif what == "service":
        kind, service = random.choice(kinds), random.choice(SERVICES)
        target = f"{service}-{random.randrange(MEMBERS[service]) + 1}"
    else:
        kind, target = random.choice([each for each in kinds if each != "long pause"]), what
    return Fault(start, random.uniform(*SECONDS[kind]), kind, target)
