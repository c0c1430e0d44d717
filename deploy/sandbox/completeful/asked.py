"""What Completeful is asked, in the shapes that it publishes; unknown fields are let pass."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Asked(BaseModel):
    """Any part of a request."""

    model_config = ConfigDict(frozen=True)


class Address(Asked):
    """Where a parcel goes, or a bill."""

    line1: str = Field(min_length=1)
    city: str = Field(min_length=1)
    postal_code: str = Field(min_length=1)
    country: str = Field(min_length=2, max_length=2)
    line2: str | None = None
    region: str | None = None
    name: str | None = None
    company: str | None = None
    phone: str | None = None
    email: str | None = None


class PrintFile(Asked):
    """The artwork of one print location."""

    print_location_id: UUID
    url: str


class LineItem(Asked):
    """A line of a catalog product; lines of listings and of inline designs are not spoken here."""

    quantity: int = Field(ge=1, strict=True)
    catalog_product_id: UUID
    variant_id: UUID
    print_files: tuple[PrintFile, ...] = Field(min_length=1)


class OrderCreateRequest(Asked):
    """An order to be printed and sent, or to be quoted."""

    shipping_address: Address
    line_items: tuple[LineItem, ...] = Field(min_length=1)
    external_order_id: str | None = None
    billing_address: Address | None = None
    email: str | None = None
    currency: Literal["USD"] = "USD"
    notes: str | None = None
    shipping_method: Literal["standard"] | None = None


class WebhookRequest(Asked):
    """A subscription to one topic."""

    url: str
    topic: str
    secret: str | None = None


class WebhookChange(Asked):
    """What may be changed in a subscription."""

    url: str | None = None
    status: Literal["active", "paused", "disabled"] | None = None


class FileCheck(Asked):
    """A print file to be checked, against a print location where one is named."""

    art_url: str
    print_location_id: str | None = None
    catalog_product_id: str | None = None
