"""The JSON API: orders, and a person's decisions on them."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Header, Path, Request, Response
from fastapi import Query as FromQuery
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.approval import decisions, store
from services.approval.access import ApiApprover, ApiViewer
from services.approval.cursors import as_cursor, as_place
from services.approval.decisions import OrderIds, OwnRecent
from services.approval.domain import Status
from services.approval.domain.query import NEWEST, OLDEST, Query
from services.approval.domain.search import query_of
from services.approval.domain.shown import OrderDetail, OrderView
from services.approval.domain.views import detail_of, view_of
from services.approval.inputs import Instant, Search, Text
from services.approval.moments import Moment
from services.approval.outcomes import Outcome
from services.approval.store.changes import find_place
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls

LIMIT_MAX = 200


async def files_of(request: Request) -> FileUrls:
    """Give the maker of URLs that this service was built with."""
    files: FileUrls = request.app.state.files
    return files


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of what you have seen. When it has changed since, nothing is done: "
        "approve answers 409 and says what has changed, the others 412. An order may be named by "
        "its `snapshot_hash` or, but for approve, its `revision` too. Left out, an order is taken "
        "as it is; the rules cannot be changed without (428).",
    ),
]
OrderId = Annotated[str, Path(description="The order's `order_id`, a UUID.")]
OwnFiles = Annotated[FileUrls, Depends(files_of)]


class OrderPage(BaseModel):
    """Some orders, in the order asked for; `next` goes on where this page ends."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    orders: list[OrderView]
    """At most `limit` orders."""
    next: str | None
    """Give it as `after` for the next page; null when this is the last."""
    as_of: str
    """The moment of this page; a filter with that of the first approves nothing newer."""


class SeenSnapshot(BaseModel):
    """What the person saw; left out, the order is approved as it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    snapshot_hash: str | None = None
    """The order's `snapshot_hash` as it was shown; counts before If-Match."""


class Filter(BaseModel):
    """Which orders are meant; only such as wait for an approval can be.

    With the `as_of` of a list, what came or changed after it is refused and goes on waiting.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    status: Literal["needs_approval"] = "needs_approval"
    """No other status can be approved."""
    search: Search = ""
    """Beginnings of words, all of which must occur, whatever their case.

    They are looked for in the numbers and ids of the order, the shop, the shopper's name and
    e-mail address, titles and SKUs of its lines, and its tracking numbers.
    """
    shop: Text = ""
    """Only orders of this shop, such as `example.myshopify.com`; empty for every shop."""
    placed_since: Instant | None = None
    """Placed at this moment or later; RFC 3339 with a zone."""
    placed_until: Instant | None = None
    """Placed at this moment or earlier; RFC 3339 with a zone."""
    as_of: Moment = ""
    """The `as_of` of the first page that was shown; empty for no limit."""

    @property
    def query(self) -> Query:
        """Give the query that finds them."""
        return Query(
            statuses=(Status(self.status),),
            words=query_of(self.search),
            shop=self.shop,
            since=self.placed_since or OLDEST[0],
            until=self.placed_until or NEWEST[0],
        )


class Approvals(BaseModel):
    """Orders to approve: by their ids, or everything that a filter finds."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    order_ids: OrderIds | None = None
    """The orders' ids, as `order_id` gives them."""
    filter: Filter | None = None
    """Every waiting order that meets all of it; `{}` means every waiting order."""

    @model_validator(mode="after")
    def name_one(self) -> "Approvals":
        """Refuse both and neither: nobody approves everything by leaving something out."""
        if (self.order_ids is None) == (self.filter is None):
            raise ValueError("give either order_ids or filter")
        return self


class Listing(BaseModel):
    """Which orders to list, and where to go on."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    status: list[Status] = []
    """Only orders in one of these statuses; repeat it for several, leave it out for all."""
    search: Search = ""
    """Beginnings of words, all of which must occur, whatever their case.

    They are looked for in the numbers and ids of the order, the shop, the shopper's name and
    e-mail address, titles and SKUs of its lines, and its tracking numbers.
    """
    shop: Text = ""
    """Only orders of this shop, such as `example.myshopify.com`; empty for every shop."""
    placed_since: Instant | None = None
    """Placed at this moment or later; RFC 3339 with a zone."""
    placed_until: Instant | None = None
    """Placed at this moment or earlier; RFC 3339 with a zone."""
    sort: Literal["newest", "oldest"] = "newest"
    """By the moment at which they were placed."""
    limit: int = Field(default=50, ge=1, le=LIMIT_MAX)
    """How many orders a page has at most."""
    after: str | None = Field(default=None, max_length=200)
    """`next` of the page before, with the same other parameters."""

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
    """List orders, a page at a time; `next` of a page is `after` of the one that follows."""
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
    order_id: OrderId, response: Response, database: OwnDatabase, files: OwnFiles, _: ApiViewer
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
    order_id: OrderId,
    database: OwnDatabase,
    recent: OwnRecent,
    who: ApiApprover,
    seen: SeenSnapshot | None = None,
    if_match: IfMatch = None,
) -> Outcome:
    """Approve one order, if it is still as it was seen.

    OrderApproved is said, at once or when the approval has cooled off, and the order goes to the
    factory. An order that does not wait for an approval gets 409 with the reason.
    """
    snapshot_hash = (seen and seen.snapshot_hash) or as_seen(if_match)
    outcome = await decisions.approve_these(database, recent, [order_id], who.name, [snapshot_hash])
    for refusal in outcome.refused:
        more = refusal.model_dump(include={"order_id", "code", "changes"})
        raise Problem(refusal.status, "Not approved", refusal.detail, **more)
    return outcome


async def approve_orders(
    wanted: Approvals, database: OwnDatabase, recent: OwnRecent, who: ApiApprover
) -> Outcome:
    """Approve many orders, each as it is now, and give the result for each.

    Those that cannot be approved are named in `refused` with the reason, and keep nobody waiting.
    `{"filter": {}}` means every order that waits for an approval. Of each approved order
    OrderApproved is said, at once or when the approval has cooled off.
    """
    if wanted.order_ids is not None:
        return await decisions.approve_these(database, recent, wanted.order_ids, who.name)
    meant = wanted.filter or Filter()
    return await decisions.approve_waiting(database, recent, meant.query, who.name, meant.as_of)


def as_seen(if_match: str | None) -> str | None:
    """Read what the caller has seen; None when it does not say."""
    return if_match.removeprefix("W/").strip('" ') or None if if_match else None
