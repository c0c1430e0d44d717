"""What a person reads of a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console

from deploy.chaos.recovery import Recovery
from deploy.chaos.rounds import Outcome

PROBLEMS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of fault, with how soon the system is to work again after one."""

    name: str
    kinds: tuple[str, ...]
    targets: tuple[str, ...]
    aim_seconds: float | None

    def has(self, recovery: Recovery) -> bool:
        """Tell whether the recovery was from a fault of this sort."""
        fault = recovery.struck.fault
        is_target = any(fault.target.startswith(each) for each in self.targets)
        return fault.kind in self.kinds and is_target


MEMBERS = tuple(
    f"{service}-{number}"
    for service in ("ingest", "printfile", "approval", "fulfillment", "notifier")
    for number in "12"
)
SORTS = (
    Sort("broker killed", ("kill",), ("kafka",), 20.0),
    Sort("service killed", ("kill",), MEMBERS, 5.0),
    Sort("database killed", ("kill",), ("database",), None),
    Sort("broker held up", ("pause",), ("kafka",), None),
    Sort("service held up", ("pause", "long pause"), MEMBERS, None),
    Sort("database held up", ("pause",), ("database",), None),
    Sort("way cut", ("cut", "hold", "slow"), ("",), None),
)


def print_round(console: Console, outcome: Outcome) -> None:
    """Print a round: what was done, what came of it, and what is wrong."""
    console.rule(f"seed {outcome.seed}")
    for fault in outcome.faults:
        console.print(f"  {fault}", highlight=False)
    console.print(
        f"{outcome.orders} orders; {outcome.said_again} events on the stream twice, "
        f"{outcome.duplicates} duplicates caught by inboxes; "
        f"all well {outcome.quiet_seconds:.1f} s after the last fault"
    )
    print_recoveries(console, outcome.recoveries)
    for problem in outcome.problems[:PROBLEMS_SHOWN]:
        console.print(f"[red]{problem}[/red]", soft_wrap=True)
    if len(outcome.problems) > PROBLEMS_SHOWN:
        console.print(f"[red]… and {len(outcome.problems) - PROBLEMS_SHOWN} more[/red]")


def print_recoveries(console: Console, found: Iterable[Recovery]) -> None:
    """Print for each sort of fault how long it took to work again, undisturbed by another."""
    known = list(found)
    for sort in SORTS:
        of_sort = [each for each in known if sort.has(each)]
        clean = [each for each in of_sort if each.is_clean]
        if not of_sort:
            continue
        aim = f" (aim {sort.aim_seconds:.0f} s)" if sort.aim_seconds else ""
        console.print(
            f"  {sort.name}: {len(of_sort)} recoveries, {len(clean)} undisturbed; worked again "
            f"after {longest(clean)} at most{aim}, disturbed or not after {longest(of_sort)}",
            highlight=False,
        )


def longest(found: Sequence[Recovery]) -> str:
    """Write the longest time until a service worked again, and whose it was."""
    if not found:
        return "–"
    worst = max(found, key=lambda each: each.worked_again)
    return f"{worst.worked_again:.1f} s ({worst.service})"


def print_end(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print what all rounds came to."""
    console.rule("all rounds")
    print_recoveries(console, [each for outcome in outcomes for each in outcome.recoveries])
    failed = [outcome.seed for outcome in outcomes if outcome.problems]
    console.print(
        f"{len(outcomes)} seeds, {sum(each.orders for each in outcomes)} orders, "
        f"{sum(len(each.faults) for each in outcomes)} faults, "
        f"{sum(each.duplicates for each in outcomes)} duplicates caught; "
        + (f"[red]seeds that failed: {failed}[/red]" if failed else "nothing lost, nothing doubled")
    )
