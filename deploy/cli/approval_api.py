"""The approval API as the command line asks it."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import httpx
import typer

from deploy.cli.reach import OUT_OF_REACH, Folder, Url, door_of, fail, key_of

TIMEOUT_SECONDS = 60

OrderNamed = Annotated[str, typer.Argument(help="The order's number (#1001) or id.")]


def call(folder: Folder, url: Url, method: str, path: str, **more: Any) -> Any:
    """Ask the approval API; a problem is printed as it was told."""
    address = door_of(folder, url)
    headers = {"Authorization": f"Bearer {key_of(folder, 'approval_api')}"}
    try:
        response = httpx.request(
            method, address + quote(path), headers=headers, timeout=TIMEOUT_SECONDS, **more
        )
    except (httpx.TransportError, httpx.InvalidURL) as error:
        fail(f"Nothing answers at {address}: {error}. Is it running?", OUT_OF_REACH)
    if response.is_error:
        fail(reason_of(response))
    try:
        return response.json()
    except ValueError:
        fail(f"What answers at {address} is not Platen: is that the right port?", OUT_OF_REACH)


def reason_of(response: httpx.Response) -> str:
    """Give why it failed, in the service's own words where it spoke."""
    if "problem+json" in response.headers.get("content-type", ""):
        return str(response.json()["detail"])
    return f"{response.url} answered {response.status_code}: {response.text[:200]}"


def id_of(folder: Folder, url: Url, order: str) -> str:
    """Give the id of an order that is named by its number (`#1001`, `1001`) or by its id."""
    if is_id(order):
        return order
    number = order.removeprefix("#")
    # Numbers that begin with this one were given later.
    asked = {"search": number, "sort": "oldest", "limit": 200}
    listed = call(folder, url, "GET", "/v1/orders", params=asked)["orders"]
    found = [
        each["order_id"] for each in listed if each["order_number"].removeprefix("#") == number
    ]
    if not found:
        fail(f"No order has the number {order}: `platen orders list` shows the newest.")
    if len(found) > 1:
        fail(f"Several shops have an order {order}; name one by its id: {', '.join(found)}.")
    return str(found[0])


def is_id(order: str) -> bool:
    """Tell whether it is written as our ids are."""
    try:
        UUID(order)
    except ValueError:
        return False
    return True
