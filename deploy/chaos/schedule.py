"""What is to go wrong and when: a pure function of a seed."""

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

WEIGHTS = {"service": 8, "kafka": 4, "database": 4, "link": 7, "trick": 8}
SLOW_SECONDS = 0.1
GAP_SECONDS = (0.5, 3.0)
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
    """Draw up a round: most faults come one by one, some while another still lasts."""
    random = Random(seed)  # noqa: S311 - chance that can be had again
    faults: list[Fault] = []
    start = random.uniform(*GAP_SECONDS)
    while start < seconds:
        [what] = random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        fault = draw(random, what, start)
        if any(each.target == fault.target and each.end >= fault.start for each in faults):
            start += 1.0
            continue
        faults.append(fault)
        overlaps = what == "trick" or random.random() < 0.3  # noqa: PLR2004 - a share
        start += random.uniform(0.2, 1.0) if overlaps else fault.seconds
        start += 0.0 if overlaps else random.uniform(*GAP_SECONDS)
    return faults


def draw(random: Random, what: str, start: float) -> Fault:
    """Draw one fault of a sort."""
    if what == "trick":
        side, kind, match, most = random.choice(TRICKS)
        lasts = random.uniform(1.0, 6.0) if kind in LASTING else 0.0
        return Fault(start, lasts, kind, side, match, random.randint(1, most))
    if what == "link":
        kind, target = random.choice(("cut", "hold", "slow")), random.choice(LINKS)
    elif what == "service":
        kind = random.choices(("kill", "pause", "long pause"), (6, 3, 1))[0]
        service = random.choice(SERVICES)
        target = f"{service}-{random.randrange(MEMBERS[service]) + 1}"
    else:
        kind, target = random.choices(("kill", "pause"), (2, 1))[0], what
    return Fault(start, random.uniform(*SECONDS[kind]), kind, target)
