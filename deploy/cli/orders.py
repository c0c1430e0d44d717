"""`platen orders`: what a person sees and does on the page, from a terminal."""

from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.reach import DEFAULT_FOLDER, Folder, Url, door_of, key_of

app = typer.Typer(no_args_is_help=True)


def call(folder: Folder, url: str | None, method: str, path: str, **more: Any) -> Any:
    """Ask the approval API; a problem is printed as it was told."""
    address = door_of(folder, url)
    headers = {"Authorization": f"Bearer {key_of(folder, 'approval_api')}"}
    try:
        response = httpx.request(method, address + path, headers=headers, timeout=60, **more)
    except httpx.TransportError as error:
        typer.secho(f"Nothing answers at {address}: {error}. Is it running?", err=True, fg="red")
        raise typer.Exit(2) from error
    if response.is_error:
        typer.secho(reason_of(response), err=True, fg="red")
        raise typer.Exit(1)
    return response.json()


def reason_of(response: httpx.Response) -> str:
    """Give why it failed, in the service's own words where it spoke."""
    if "problem+json" in response.headers.get("content-type", ""):
        return str(response.json()["detail"])
    return f"{response.url} answered {response.status_code}: {response.text[:200]}"


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
    table = Table("order", "placed", "status", "items", "id")
    for order in found["orders"]:
        table.add_row(
            order["order_number"],
            (order["placed_at"] or "")[:16].replace("T", " "),
            "; ".join([order["status_label"], *[why["text"] for why in order["reasons"]]]),
            str(len(order["items"])),
            order["order_id"],
        )
    Console().print(table)


@app.command("show")
def show(order_id: str, folder: Folder = DEFAULT_FOLDER, url: Url = None) -> None:
    """Print everything that is known of one order, as JSON."""
    Console().print_json(data=call(folder, url, "GET", f"/v1/orders/{order_id}"))


@app.command("approve")
def approve(
    order_ids: Annotated[list[str] | None, typer.Argument(help="Ids, as `list` shows.")] = None,
    folder: Folder = DEFAULT_FOLDER,
    url: Url = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything that needs approval.")
    ] = False,
) -> None:
    """Approve orders, and tell of each that could not be why."""
    if bool(order_ids) == everything:
        typer.secho("Name order ids, or --all.", err=True, fg="red")
        raise typer.Exit(2)
    wanted: dict[str, Any] = (
        {"filter": {"status": "needs_approval"}} if everything else {"order_ids": order_ids}
    )
    done = call(folder, url, "POST", "/v1/approvals", json=wanted)
    typer.echo(f"{len(done['approved'])} order(s) approved.")
    for refusal in done["refused"]:
        typer.secho(f"{refusal['order_id']}: {refusal['detail']}", err=True, fg="red")
    raise typer.Exit(1 if done["refused"] else 0)
