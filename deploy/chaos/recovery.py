"""How long the system took to come back after each fault: worked out from the stream alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deploy.chaos.history import Said
from deploy.chaos.schedule import MEMBERS, SERVICES, Fault

ANSWERS = {
    "printfile": ("OrderReceived", "PrintFileReady"),
    "approval": ("PrintFileReady", "OrderApproved"),
    "fulfillment": ("OrderApproved", "FulfillmentStarted"),
    "notifier": ("Shipped", "StorefrontUpdated"),
}
"""What each service waits for and what it says then."""

BACKLOG_SECONDS = 5.0
"""So long after a fault a service may still be working off what had waited for it."""


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault as it really happened, in seconds of the wall clock."""

    fault: Fault
    start: float
    end: float

    @property
    def services(self) -> tuple[str, ...]:
        """The services that it kept from working."""
        named = tuple(name for name in SERVICES if self.fault.target.startswith(f"{name}-"))
        return SERVICES if self.fault.target in {"kafka", "database"} else named


@dataclass(frozen=True, slots=True)
class Recovery:
    """How long after a fault's end a service worked again, and had done what had waited for it."""

    struck: Struck
    service: str
    worked_again: float
    caught_up: float
    is_clean: bool
    """Whether no other fault fell into it or just before, tricks of the outside world excepted."""


def recoveries(struck: Sequence[Struck], said: Iterable[Said]) -> list[Recovery]:
    """Give what can be known of each fault that kept services from working."""
    records = sorted(said, key=lambda each: each.at)
    found = []
    for each in struck:
        for service in each.services:
            times = after(service, each, records)
            if times is not None:
                back = each.end + times[0]
                is_clean = not any(
                    other.start < back and other.end > each.start - BACKLOG_SECONDS
                    for other in struck
                    if other is not each and not other.fault.is_trick
                )
                found.append(Recovery(each, service, *times, is_clean))
    return found


def after(service: str, struck: Struck, records: Sequence[Said]) -> tuple[float, float] | None:
    """Give both times for a service; None when nothing waited for it."""
    if service not in ANSWERS:
        news = [each.at for each in records if each.kind == "OrderReceived"]
        later = [at - struck.end for at in news if at > struck.end]
        return (later[0], later[0]) if later else None
    asked, answered = ANSWERS[service]
    answers = {
        (each.key, each.about if service == "notifier" else ""): each.at
        for each in reversed(records)
        if each.kind == answered
    }
    waits: dict[int, list[float]] = defaultdict(list)
    for each in records:
        answer = answers.get((each.key, each.about if service == "notifier" else ""))
        is_waiting = each.kind == asked and each.at <= struck.end
        if is_waiting and answer is not None and answer > struck.end:
            waits[each.partition].append(answer - struck.end)
    if not waits:
        return None
    firsts = [min(times) for times in waits.values()]
    lasts = [max(times) for times in waits.values()]
    # Where members share the partitions, each partition must move; one member has them all.
    return (max if MEMBERS[service] > 1 else min)(firsts), max(lasts)
