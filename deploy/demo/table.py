"""The demo's last word: a table of every order, and what is missing if anything is."""

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from deploy.demo.outcome import Outcome


def print_outcomes(console: Console, outcomes: Sequence[Outcome]) -> bool:
    """Print the table and tell whether every order ended well."""
    table = Table(title="Every order, from the store and back", header_style="bold")
    for heading in ("order", "files", "approved", "Completeful id", "tracking number", "store"):
        table.add_column(heading)
    table.add_column("webhook → file", justify="right")
    table.add_column("approve → store", justify="right")
    for outcome in outcomes:
        table.add_row(
            outcome.name,
            str(outcome.files),
            "yes" if outcome.is_approved else "no",
            "\n".join(outcome.provider_orders) or "–",
            "\n".join(outcome.tracking_numbers) or "–",
            outcome.store_status.lower().replace("_", " "),
            as_seconds(outcome.seconds_to_files),
            as_seconds(outcome.seconds_to_store),
        )
    console.print(table)
    unfinished = [outcome for outcome in outcomes if outcome.missing]
    for outcome in unfinished:
        console.print(f"[red]{outcome.name}: {', '.join(outcome.missing)}[/red]")
    print_medians(console, outcomes)
    console.print(f"{len(outcomes) - len(unfinished)} of {len(outcomes)} orders ended well.")
    return not unfinished and bool(outcomes)


def print_medians(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print the two times that a merchant feels, at the median."""
    files = [outcome.seconds_to_files for outcome in outcomes]
    stores = [outcome.seconds_to_store for outcome in outcomes]
    for what, times in (("webhook → file", files), ("approve → tracking in the store", stores)):
        known = [time for time in times if time is not None]
        if known:
            console.print(
                f"{what}: {median(known):.2f} s at the median, {max(known):.2f} s at most"
            )


def as_seconds(time: float | None) -> str:
    """Write a time for the table."""
    return "–" if time is None else f"{time:.2f} s"
