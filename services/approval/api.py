"""The JSON API: orders, and a person's decisions on them."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Header, Request, Response
from fastapi import Query as FromQuery
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.approval import decisions, store
from services.approval.access import ApiApprover, ApiViewer
from services.approval.cursors import as_cursor, as_place
from services.approval.decisions import OrderIds, Outcome
from services.approval.domain import Status
from services.approval.domain.query import NEWEST, OLDEST, Query
from services.approval.domain.search import query_of
from services.approval.domain.views import OrderDetail, OrderView, detail_of, view_of
from services.approval.inputs import Instant, Search, Text
from services.approval.moments import Moment
from services.approval.store.changes import find_place
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls

LIMIT_MAX = 200


def files_of(request: Request) -> FileUrls:
    """Give the maker of URLs that this service was built with."""
    files: FileUrls = request.app.state.files
    return files


IfMatch = Annotated[str | None, Header()]
OwnFiles = Annotated[FileUrls, Depends(files_of)]


class OrderPage(BaseModel):
    """Some orders, newest first; `next` goes on where this page ends."""

    orders: list[OrderView]
    next: str | None
    as_of: str
    """The moment of this page; a filter with that of the first approves nothing newer."""


class SeenSnapshot(BaseModel):
    """What the person saw; left out, the order is approved as it is."""

    snapshot_hash: str | None = None


class Filter(BaseModel):
    """Which orders are meant; only such as wait for an approval can be.

    With the `as_of` of a list, what came or changed after it is refused and goes on waiting.
    """

    model_config = ConfigDict(extra="forbid")

    status: Literal[Status.NEEDS_APPROVAL] = Status.NEEDS_APPROVAL
    search: Search = ""
    shop: Text = ""
    placed_since: Instant | None = None
    placed_until: Instant | None = None
    as_of: Moment = ""

    @property
    def query(self) -> Query:
        """Give the query that finds them."""
        return Query(
            statuses=(self.status,),
            words=query_of(self.search),
            shop=self.shop,
            since=self.placed_since or OLDEST[0],
            until=self.placed_until or NEWEST[0],
        )


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


class Listing(BaseModel):
    """Which orders to list, and where to go on."""

    model_config = ConfigDict(extra="forbid")

    status: list[Status] = []
    search: Search = ""
    shop: Text = ""
    placed_since: Instant | None = None
    placed_until: Instant | None = None
    sort: Literal["newest", "oldest"] = "newest"
    limit: int = Field(default=50, ge=1, le=LIMIT_MAX)
    after: str | None = Field(default=None, max_length=200)

    @property
    def query(self) -> Query:
        """Give the query that finds them."""
        return Query(
            statuses=tuple(self.status),
            words=query_of(self.search),
            shop=self.shop,
            since=self.placed_since or OLDEST[0],
            until=self.placed_until or NEWEST[0],
            is_oldest_first=self.sort == "oldest",
        )


async def list_orders(
    listing: Annotated[Listing, FromQuery()],
    database: OwnDatabase,
    files: OwnFiles,
    _: ApiViewer,
) -> OrderPage:
    """List orders, a page at a time."""
    place = as_place(listing.after) if listing.after else None
    limit = listing.limit
    async with database.transaction() as transaction:
        as_of = await find_place(transaction)
        found = await store.list_reviews(transaction, listing.query, place, limit + 1)
    now = datetime.now(UTC)
    orders = [view_of(review, lambda key: files.url_of(key, now)) for review in found[:limit]]
    following = as_cursor(orders[-1]) if len(found) > limit else None
    return OrderPage(orders=orders, next=following, as_of=as_of)


async def read_order(
    order_id: str, response: Response, database: OwnDatabase, files: OwnFiles, _: ApiViewer
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
    response.headers["ETag"] = f'"{decisions.etag_of(review)}"'
    return order


async def approve_order(
    order_id: str,
    database: OwnDatabase,
    who: ApiApprover,
    seen: SeenSnapshot | None = None,
    if_match: IfMatch = None,
) -> Outcome:
    """Approve one order, if it is still as it was seen."""
    snapshot_hash = (seen and seen.snapshot_hash) or as_seen(if_match)
    outcome = await decisions.approve_these(database, [order_id], who.name, [snapshot_hash])
    for refusal in outcome.refused:
        more = refusal.model_dump(include={"order_id", "code", "changes"})
        raise Problem(refusal.status, "Not approved", refusal.detail, **more)
    return outcome


async def approve_orders(wanted: Approvals, database: OwnDatabase, who: ApiApprover) -> Outcome:
    """Approve many orders; those that cannot be approved are named and keep nobody waiting."""
    if wanted.order_ids is not None:
        return await decisions.approve_these(database, wanted.order_ids, who.name)
    meant = wanted.filter or Filter()
    return await decisions.approve_waiting(database, meant.query, who.name, meant.as_of)


def as_seen(if_match: str | None) -> str | None:
    """Read what the caller has seen; None when it does not say."""
    return if_match.removeprefix("W/").strip('" ') or None if if_match else None
