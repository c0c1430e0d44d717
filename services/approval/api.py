"""The JSON API: orders, and a person's decisions on them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.approval import decisions, store
from services.approval.decisions import OrderIds, Outcome
from services.approval.domain import Status
from services.approval.domain.search import query_of
from services.approval.domain.views import OrderDetail, OrderView, detail_of, view_of
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls

WHO = "API key"
LIMIT_MAX = 200


def files_of(request: Request) -> FileUrls:
    """Give the maker of URLs that this service was built with."""
    files: FileUrls = request.app.state.files
    return files


OwnFiles = Annotated[FileUrls, Depends(files_of)]


class OrderPage(BaseModel):
    """Some orders, newest first; `next` goes on where this page ends."""

    orders: list[OrderView]
    next: str | None


class SeenSnapshot(BaseModel):
    """What the person saw; left out, the order is approved as it is."""

    snapshot_hash: str | None = None


class Filter(BaseModel):
    """Which orders are meant; only such as wait for an approval can be."""

    model_config = ConfigDict(extra="forbid")

    status: Literal[Status.NEEDS_APPROVAL] = Status.NEEDS_APPROVAL
    search: str = Field(default="", max_length=200)


class Approvals(BaseModel):
    """Orders to approve: by their ids, or everything that a filter finds."""

    model_config = ConfigDict(extra="forbid")

    order_ids: OrderIds | None = None
    filter: Filter | None = None

    @model_validator(mode="after")
    def name_one(self) -> "Approvals":
        """Refuse both and neither: nobody approves everything by leaving something out."""
        if (self.order_ids is None) == (self.filter is None):
            raise ValueError("give either order_ids or filter")
        return self


class Asked(BaseModel):
    """What was asked for again."""

    events: list[str]


async def list_orders(
    database: OwnDatabase,
    files: OwnFiles,
    status: Annotated[list[Status] | None, Query()] = None,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 50,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> OrderPage:
    """List orders, newest first, a page at a time."""
    place = as_place(after) if after else None
    async with database.transaction() as transaction:
        found = await store.list_reviews(
            transaction, status or [], query_of(search), place, limit + 1
        )
    now = datetime.now(UTC)
    orders = [view_of(review, lambda key: files.url_of(key, now)) for review in found[:limit]]
    return OrderPage(orders=orders, next=as_cursor(orders[-1]) if len(found) > limit else None)


async def read_order(
    order_id: str, response: Response, database: OwnDatabase, files: OwnFiles
) -> OrderDetail:
    """Read an order; its ETag is the hash of what an approval would approve."""
    key = decisions.as_order_id(order_id)
    async with database.transaction() as transaction:
        review = await store.find_review(transaction, key) if key else None
        if review is None:
            raise decisions.unknown(order_id)
        timeline = await store.find_timeline(transaction, review.order_id)
    now = datetime.now(UTC)
    order = detail_of(review, timeline, lambda key: files.url_of(key, now))
    response.headers["ETag"] = f'"{order.snapshot_hash or order.revision}"'
    return order


async def approve_order(
    order_id: str,
    database: OwnDatabase,
    seen: SeenSnapshot | None = None,
    if_match: Annotated[str | None, Header()] = None,
) -> Outcome:
    """Approve one order, if it is still as it was seen."""
    snapshot_hash = (seen and seen.snapshot_hash) or (if_match and if_match.strip('" ')) or None
    outcome = await decisions.approve_these(database, [order_id], WHO, [snapshot_hash])
    for refusal in outcome.refused:
        more = refusal.model_dump(include={"order_id", "code", "changes"})
        raise Problem(refusal.status, "Not approved", refusal.detail, **more)
    return outcome


async def approve_orders(wanted: Approvals, database: OwnDatabase) -> Outcome:
    """Approve many orders; those that cannot be approved are named and keep nobody waiting."""
    if wanted.order_ids is not None:
        return await decisions.approve_these(database, wanted.order_ids, WHO)
    search = wanted.filter.search if wanted.filter else ""
    return await decisions.approve_waiting(database, query_of(search), WHO)


async def retry_order(order_id: str, database: OwnDatabase) -> Asked:
    """Try again what failed: the print files, the factory, or the news to the store."""
    return Asked(events=await decisions.retry_order(database, order_id, WHO))


def as_cursor(order: OrderView) -> str:
    """Write the place after this order."""
    return urlsafe_b64encode(f"{order.placed_at}|{order.order_id}".encode()).decode()


def as_place(cursor: str) -> tuple[datetime, str]:
    """Read a place in the list; raises Problem when this is none of ours."""
    try:
        placed_at, _, order_id = urlsafe_b64decode(cursor).decode().partition("|")
        place = datetime.fromisoformat(placed_at), decisions.as_order_id(order_id)
    except ValueError as error:
        raise Problem(422, "Invalid cursor", "Take `after` from the page before.") from error
    if place[1] is None or place[0].tzinfo is None:
        raise Problem(422, "Invalid cursor", "Take `after` from the page before.")
    return place[0], place[1]
