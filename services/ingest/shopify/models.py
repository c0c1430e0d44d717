"""Shopify's order JSON, as far as it is read. Ids are int64, money is a decimal string.

These are msgspec's and not pydantic's, because every webhook goes through them: it reads an order
in a sixth of the time. What is not read here is skipped without being built.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.json import Decoder

Text = Any
"""What should be a text and may be null, or a number from some apps; `text` reads it."""

Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]

Quantity = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""Shopify's `Int`."""

Moment = Annotated[datetime, Meta(tz=True)]

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", max_length=3)]
"""ISO 4217."""


class ShopifyProperty(Struct):
    """One answer; some apps send numbers or null."""

    name: Text = None
    value: Text = None


class ShopifyLineItem(Struct):
    """One line; `current_quantity` counts what was not removed or refunded since."""

    id: Id
    quantity: Quantity
    product_id: Id | None = None
    variant_id: Id | None = None
    sku: Text = None
    title: Text = None
    variant_title: Text = None
    current_quantity: Quantity | None = None
    requires_shipping: bool = True
    price: Decimal = Decimal(0)
    properties: list[ShopifyProperty] | dict[str, Text] | None = None
    """Some apps send an object instead of a list."""


class ShopifyPerson(Struct):
    """The customer, as far as the app may see."""

    first_name: Text = None
    last_name: Text = None
    email: Text = None
    phone: Text = None


class ShopifyAddress(Struct):
    """Where it goes; any field may be null."""

    name: Text = None
    first_name: Text = None
    last_name: Text = None
    company: Text = None
    address1: Text = None
    address2: Text = None
    city: Text = None
    province: Text = None
    province_code: Text = None
    zip: Text = None
    country_code: Text = None
    phone: Text = None


class ShopifyOrder(Struct):
    """What we read of an order; unknown fields are ignored."""

    id: Id
    created_at: Moment
    updated_at: Moment
    name: Text = None
    email: Text = None
    phone: Text = None
    cancelled_at: Moment | None = None
    cancel_reason: Text = None
    financial_status: Text = None
    fulfillment_status: Text = None
    currency: Currency = "USD"
    total_price: Decimal = Decimal(0)
    """As it was ordered."""
    current_total_price: Decimal | None = None
    """As it is after edits, refunds and returns."""
    test: bool | None = None
    customer: ShopifyPerson | None = None
    shipping_address: ShopifyAddress | None = None
    line_items: Sequence[ShopifyLineItem] = ()


decode_order = Decoder(ShopifyOrder, strict=False).decode
"""Reads an order; raises ValueError or, when it is nested too deep, RecursionError."""


def text(value: Text) -> str:
    """Read what may be null, a number or a text as text; no database keeps a NUL in one."""
    return "" if value is None else str(value).replace("\0", "")
