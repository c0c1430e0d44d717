"""What is to be made: a line of an order, the product it is, and how it may end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.events import LineItem, OrderReceived
from shared.templates.template import VARIANT

FailureCode = Literal[
    "unknown_product",
    "missing_personalization",
    "invalid_personalization",
    "photo_unavailable",
    "photo_unusable",
    "render_failed",
]


class Failed(Exception):
    """The line has no print file, and trying again alone will not change that."""

    def __init__(self, code: FailureCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


HaltCode = Literal["no_room", "no_room_to_keep", "store_away"]


class Halted(Exception):
    """No files can be made, of whatever line: it waits until that is mended, however long."""

    def __init__(self, code: HaltCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


Version = tuple[str, int]
"""A product and the version of its template, which never changes."""


Ware = tuple[str, str | None, str | None, str]
"""What was ordered, as the store says it: its shop, variant, SKU and the variant's title."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What a line is, and the version of the template that it is printed from for good."""

    product_id: str
    variant_id: str
    template_version: int

    @property
    def version(self) -> Version:
        """Name the template."""
        return self.product_id, self.template_version


@dataclass(frozen=True, slots=True)
class Claim:
    """A line that an attempt has taken, and how often it failed before, whatever it says."""

    order_id: str
    line_item_id: str
    fingerprint: str
    attempts: int
    failures: int
    unexpected: int
    """How many of the failures nobody expected."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order; `attempts` is the claim of whoever makes it now.

    `place` counts the lines of its order. A line without a `pin` is no product that we know;
    `is_personalized` tells of the product as it is now.
    """

    order_id: str
    shop: str
    line: LineItem
    place: int = 0
    attempts: int = 0
    failures: int = 0
    unexpected: int = 0
    queued_at: datetime | None = None
    pin: Pin | None = None
    is_personalized: bool = False

    @property
    def ware(self) -> Ware:
        """Name what was ordered, without the shopper's answers."""
        line = self.line
        return self.shop, line.storefront_variant_id, line.sku, line.variant_title

    @property
    def claim(self) -> Claim:
        """Give by what the attempt knows the line."""
        return Claim(
            order_id=self.order_id,
            line_item_id=self.line.line_item_id,
            fingerprint=self.line.fingerprint,
            attempts=self.attempts,
            failures=self.failures,
            unexpected=self.unexpected,
        )

    @property
    def properties(self) -> dict[str, str]:
        """Give the shopper's answers by name; the variant's title answers like one."""
        answers = {answer.name: answer.value for answer in self.line.properties}
        return answers | {VARIANT: self.line.variant_title}


@dataclass(frozen=True, slots=True)
class Product:
    """What a line is, with the template that it is pinned to, as JSON."""

    pin: Pin
    is_personalized: bool
    template: str


@dataclass(frozen=True, slots=True)
class Photo:
    """Our own copy of a shopper's picture."""

    sha256: str
    key: str
    media_type: str
    width_px: int
    height_px: int
    converted_from: str = ""


def items_of(order: OrderReceived) -> list[Item]:
    """Give the lines of an order that are printed: what is shipped, and was not removed since."""
    printed = [line for line in order.items if line.requires_shipping and line.quantity > 0]
    return [Item(order.order_id, order.shop, line, place) for place, line in enumerate(printed)]
