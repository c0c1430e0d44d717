"""Tables for a terminal, from which ids can be copied whole."""

from datetime import datetime

from rich.console import Console
from rich.table import Table

FILE_WIDTH = 150


def table_of(*headings: str, whole: str) -> Table:
    """Give a table whose last column is never cut nor folded, however narrow the terminal is."""
    table = Table(*headings, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(whole, no_wrap=True, overflow="ignore", min_width=36)
    return table


def show_table(table: Table) -> None:
    """Print it as wide as the terminal is."""
    wide_console().print(table)


def wide_console() -> Console:
    """Give a console that cuts nothing off when its output goes into a file."""
    console = Console()
    return console if console.is_terminal else Console(width=FILE_WIDTH)


def moment(when: datetime) -> str:
    """Write a moment as a clock of this machine shows it."""
    return f"{when.astimezone():%d %b %H:%M}"
