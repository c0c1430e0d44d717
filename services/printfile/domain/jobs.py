"""What is to be made: a line of an order, the product it is, and how it may end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

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


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an order; `attempts` is the claim of whoever makes it now."""

    order_id: str
    shop: str
    line: LineItem
    attempts: int = 0
    failures: int = 0
    queued_at: datetime | None = None

    @property
    def properties(self) -> dict[str, str]:
        """Give the shopper's answers by name; the variant's title answers like one."""
        answers = {answer.name: answer.value for answer in self.line.properties}
        return answers | {VARIANT: self.line.variant_title}


@dataclass(frozen=True, slots=True)
class Product:
    """What a line is, as our copy of the catalog knows it."""

    product_id: str
    variant_id: str
    is_personalized: bool
    template: Mapping[str, Any] = field(hash=False)
    template_version: int


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
    return [
        Item(order.order_id, order.shop, line)
        for line in order.items
        if line.requires_shipping and line.quantity > 0
    ]
