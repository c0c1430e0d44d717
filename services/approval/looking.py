"""What a person looks at on the orders page, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.approval.domain.query import NEWEST, OLDEST, Query
from services.approval.domain.search import query_of
from services.approval.domain.standing import Status
from services.approval.domain.words import VIEWS, View
from services.approval.inputs import Text
from services.approval.reader import moment_on
from shared.http import Problem

HOURS = (1, 4, 24, 72)


class Looking(BaseModel):
    """The tab, the filters and the place; every field may stand in the address."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    view: Text = "all"
    search: Text = ""
    shop: Text = ""
    product: Text = ""
    status: Text = ""
    """Only this status of the tab's; one that the tab does not have narrows nothing."""
    since: date | Literal[""] = ""
    until: date | Literal[""] = ""
    hours: Annotated[int, Field(ge=0, le=8760)] | Literal[""] = ""
    """Only orders that are older than so many hours."""
    trouble: Literal["", "yes"] = ""
    """Only orders that look well and still need a person."""
    sort: Literal["newest", "oldest"] = "newest"
    after: Text = ""
    order: Text = ""
    """The only order, when the page is that of one."""
    failures: Literal["", "yes"] = ""
    """No order, when the page is that of failures."""

    @classmethod
    def at(cls, address: str) -> "Looking":
        """Read what somebody looked at when sending a form; everything when it makes no sense."""
        try:
            return cls.model_validate(dict(parse_qsl(address.rpartition("?")[2])))
        except ValidationError:
            return cls()

    @classmethod
    def in_earnest(cls, address: str) -> "Looking":
        """Read what somebody looked at who now decides on all of it; raises Problem if in doubt."""
        try:
            looking = cls.model_validate(dict(parse_qsl(address.rpartition("?")[2])))
        except ValidationError as error:
            raise unclear() from error
        if (looking.search or looking.product) and looking.query(datetime.now(UTC)).words is None:
            raise unclear()
        return looking

    @property
    def tab(self) -> View:
        """Give the tab; an unknown one is the first."""
        return VIEWS.get(self.view) or VIEWS["all"]

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Give the statuses that the tab has, or the one among them that is asked for."""
        return tuple(each for each in self.choices if each == self.status) or self.tab.statuses

    @property
    def choices(self) -> tuple[Status, ...]:
        """Give what the tab can be narrowed to."""
        return self.tab.statuses or tuple(Status)

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything but the tab narrows the list."""
        narrowed = (self.search, self.shop, self.product, self.since, self.until, self.hours)
        return any((*narrowed, self.trouble)) or self.status in self.choices

    @property
    def takes_new(self) -> bool:
        """Tell whether a new order has a known place on this page."""
        is_searched = self.search or self.product or self.until or self.hours or self.trouble
        return not (is_searched or self.after or self.sort == "oldest")

    def query(self, now: datetime) -> Query:
        """Give the query that finds these orders; its days are those of the zone of `now`."""
        until = moment_on(self.until, time.max, now) if self.until else NEWEST[0]
        if self.hours:
            until = min(until, now - timedelta(hours=self.hours))
        return Query(
            statuses=self.statuses,
            words=query_of(f"{self.search} {self.product}"),
            shop=self.shop,
            since=moment_on(self.since, time.min, now) if self.since else OLDEST[0],
            until=until,
            is_oldest_first=self.sort == "oldest",
            is_troubled=bool(self.trouble),
            order_id=self.order,
            is_of_failures=bool(self.failures),
        )

    def address(self, **changes: object) -> str:
        """Write the address of this page with some of it changed; a change begins at the top."""
        fields = self.model_dump(exclude_defaults=True) | {"after": ""} | changes
        given = {name: value for name, value in fields.items() if value not in {"", None}}
        return "/?" + urlencode(given) if given else "/"

    def live(self, place: str, alerts: str = "") -> str:
        """Write the address that sends what changes on this page from a moment on."""
        fields = self.model_dump(exclude_defaults=True, mode="json")
        fields |= {"since_place": place, "alerts": alerts}
        return "/live?" + urlencode(fields)


def unclear() -> Problem:
    """Answer that it is not clear which orders are meant."""
    detail = "It is not clear which orders are meant, and none was touched. Search again."
    return Problem(422, "Unclear filters", detail)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab as the page draws it."""

    view: View
    count: int
    address: str
    is_current: bool


def tabs_of(looking: Looking, counts: Mapping[Status, int]) -> list[Tab]:
    """Give the tabs, each keeping the filters."""
    return [
        Tab(
            view=view,
            count=view.count(counts),
            address=looking.address(view=name, status="", trouble=""),
            is_current=view is looking.tab,
        )
        for name, view in VIEWS.items()
    ]


async def looking_of(request: Request) -> Looking:
    """Read from the address what a person looks at."""
    return Looking.at(request.url.query)


FromAddress = Annotated[Looking, Depends(looking_of)]
