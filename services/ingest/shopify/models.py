"""Shopify's order JSON, as far as it is read. Ids are int64, money is a decimal string."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field


def as_text(value: Any) -> str:
    """Read what may be null, a number or a text as text; no database keeps a NUL in one."""
    return "" if value is None else str(value).replace("\0", "")


def as_properties(value: Any) -> Any:
    """Read properties, which some apps send as an object instead of a list."""
    if isinstance(value, Mapping):
        return [{"name": name, "value": text} for name, text in value.items()]
    return value or []


Text = Annotated[str, BeforeValidator(as_text)]


class ShopifyProperty(BaseModel):
    """One answer; some apps send numbers or null."""

    name: Text = ""
    value: Text = ""


class ShopifyLineItem(BaseModel):
    """One line; `current_quantity` counts what was not removed or refunded since."""

    id: int
    product_id: int | None = None
    variant_id: int | None = None
    sku: str | None = None
    title: Text = ""
    variant_title: Text = ""
    quantity: int
    current_quantity: int | None = None
    requires_shipping: bool = True
    price: Decimal = Decimal(0)
    properties: Annotated[list[ShopifyProperty], BeforeValidator(as_properties)] = Field(
        default_factory=list
    )


class ShopifyPerson(BaseModel):
    """The customer, as far as the app may see."""

    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    phone: Text = ""


class ShopifyAddress(BaseModel):
    """Where it goes; any field may be null."""

    name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    company: Text = ""
    address1: Text = ""
    address2: Text = ""
    city: Text = ""
    province: Text = ""
    province_code: Text = ""
    zip: Text = ""
    country_code: Text = ""
    phone: Text = ""


class ShopifyOrder(BaseModel):
    """What we read of an order; unknown fields are ignored."""

    id: int
    name: Text = ""
    email: Text = ""
    phone: Text = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime
    cancelled_at: AwareDatetime | None = None
    cancel_reason: Text = ""
    financial_status: Text = ""
    fulfillment_status: Text = ""
    currency: str = "USD"
    total_price: Decimal = Decimal(0)
    customer: ShopifyPerson | None = None
    shipping_address: ShopifyAddress | None = None
    line_items: list[ShopifyLineItem] = Field(default_factory=list)
