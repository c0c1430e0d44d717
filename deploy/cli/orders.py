"""`platen orders`: what a person sees and does on the page, from a terminal."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.cli.approval_api import OrderNamed, call, id_of
from deploy.cli.order_sheet import print_order
from deploy.cli.reach import DEFAULT_FOLDER, OUT_OF_REACH, Folder, Url, fail
from deploy.cli.tables import moment, show_table, table_of, wide_console

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_orders(
    folder: Folder = DEFAULT_FOLDER,
    url: Url = None,
    *,
    status: Annotated[str | None, typer.Option(help="Such as needs_approval.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """List the newest orders."""
    asked = {"limit": limit} | ({"status": status} if status else {})
    found = call(folder, url, "GET", "/v1/orders", params=asked)
    table = table_of("order", "placed", "status", "items", whole="id")
    for order in found["orders"]:
        placed = order["placed_at"]
        table.add_row(
            order["order_number"],
            moment(datetime.fromisoformat(placed)) if placed else "",
            "; ".join([order["status_label"], *[why["text"] for why in order["reasons"]]]),
            str(len(order["items"])),
            order["order_id"],
        )
    show_table(table)
    if found["next"]:
        typer.secho("There are more: --limit and --status show others.", err=True, fg="yellow")


@app.command("show")
def show(
    order: OrderNamed,
    folder: Folder = DEFAULT_FOLDER,
    url: Url = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything that is known, for programs.")
    ] = False,
) -> None:
    """Print how one order stands and why, its files and packages, and what happened."""
    found = call(folder, url, "GET", f"/v1/orders/{id_of(folder, url, order)}")
    if as_json:
        Console().print_json(data=found)
    else:
        print_order(wide_console(), found)


@app.command("approve")
def approve(
    orders: Annotated[
        list[str] | None, typer.Argument(help="Numbers (#1001) or ids, as `list` shows.")
    ] = None,
    folder: Folder = DEFAULT_FOLDER,
    url: Url = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that needs approval.")
    ] = False,
) -> None:
    """Approve orders, and tell of each that could not be why."""
    if bool(orders) == everything:
        fail("Name orders, or --all.", OUT_OF_REACH)
    named = [id_of(folder, url, order) for order in orders or []]
    wanted: dict[str, Any] = (
        {"filter": {"status": "needs_approval"}} if everything else {"order_ids": named}
    )
    done = call(folder, url, "POST", "/v1/approvals", json=wanted)
    typer.echo(f"{len(done['approved'])} order(s) approved.")
    for refusal in done["refused"]:
        typer.secho(f"{refusal['order_id']}: {refusal['detail']}", err=True, fg="red")
    raise typer.Exit(1 if done["refused"] else 0)
