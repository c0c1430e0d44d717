"""One order on a screen: how it stands and why, what is in it, and what happened."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deploy.cli.tables import moment

Json = dict[str, Any]


def print_order(console: Console, order: Json) -> None:
    """Print it for a person at work, without who ordered it and where it goes."""
    console.print(Text(f"{order['order_number']}  {order['status_label']}", style="bold"))
    for why in (*order["reasons"], *order["concerns"]):
        console.print(Padding(Text(told(why), style="red"), (0, 0, 0, 2)))
    console.print(Text("  ".join(facts_of(order)), style="dim"))
    for rows in (items_of(order), packages_of(order), timeline_of(order)):
        grid = Table.grid(padding=(0, 2, 0, 0))
        for row in rows:
            grid.add_row(*map(Text, row))
        if grid.row_count:
            console.print()
            console.print(grid)


def told(why: Json) -> str:
    """Say why the order waits, and since when if that is known."""
    since = why["since"] and moment(datetime.fromisoformat(why["since"]))
    return f"{why['text']} (since {since})" if since else str(why["text"])


def facts_of(order: Json) -> Iterator[str]:
    """Give by what others know the order."""
    yield order["order_id"]
    yield f"{order['storefront_order_id']} at {order['shop']}"
    if order["provider_order_id"]:
        yield f"{order['provider_order_id']} at the factory"


def items_of(order: Json) -> Iterator[tuple[str, ...]]:
    """Give a row for each line, with how far its print files are."""
    for item in order["items"]:
        title = " · ".join(filter(None, (item["title"], item["variant_title"])))
        yield f"{item['quantity']} ×", title, item["sku"] or "", files_of(item)


def files_of(item: Json) -> str:
    """Say how far the line's print files are, and what is to be known of them."""
    if not item["is_made"]:
        return "not made by us"
    if item["failure"]:
        return str(item["failure"]["text"])
    if item["are_files_deleted"]:
        return "files deleted"
    count = len(item["files"])
    ready = f"{count} print file{'s' * (count != 1)}" if count else "no print file yet"
    return "; ".join([ready, *[finding["message"] for finding in item["findings"]]])


def packages_of(order: Json) -> Iterator[tuple[str, ...]]:
    """Give a row for each package."""
    for package in order["packages"]:
        told = "in the store" if package["is_in_store"] else "not in the store yet"
        yield package["carrier"], package["tracking_number"], told


def timeline_of(order: Json) -> Iterator[tuple[str, ...]]:
    """Give a row for all that happened."""
    for entry in order["timeline"]:
        when = moment(datetime.fromisoformat(entry["happened_at"]))
        yield when, entry["who"], entry["text"]
