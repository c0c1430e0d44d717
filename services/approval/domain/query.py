"""Which orders a person or a program asks for."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.approval.domain.standing import Status

Place = tuple[datetime, str]
"""Where in a list an order stands: its moment, and its id among those of one moment."""

NEWEST: Place = (datetime.max.replace(tzinfo=UTC), "ffffffff-ffff-ffff-ffff-ffffffffffff")
OLDEST: Place = (datetime.min.replace(tzinfo=UTC), "00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True, slots=True)
class Query:
    """Orders of these statuses (of every one when there are none) that all filters let through."""

    statuses: tuple[Status, ...] = ()
    words: str | None = None
    shop: str = ""
    since: datetime = OLDEST[0]
    until: datetime = NEWEST[0]
    is_oldest_first: bool = False
    is_troubled: bool = False
    """Only orders that look well and still need a person."""
    order_id: str = ""
    """The only order that a page shows; lists leave it empty."""
    is_of_failures: bool = False
    """For the page of what has no order: it shows none."""

    @property
    def wanted(self) -> list[str]:
        """Name the statuses."""
        return [status.value for status in self.statuses or Status]

    @property
    def start(self) -> Place:
        """Give the place where the list begins."""
        return OLDEST if self.is_oldest_first else NEWEST
