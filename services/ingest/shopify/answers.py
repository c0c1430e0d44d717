"""Orders as the Admin API shows them, and how a webhook would have shown the same.

What a webhook calls differently is written in its words, so that there is one way to read orders.
"""

from datetime import datetime
from typing import Any

from shared.admin_answers import PageInfo, Part

Webhook = dict[str, Any]
"""A part of a webhook's body."""

FULFILLMENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}


class Money(Part):
    """An amount, as decimal text."""

    amount: str


class MoneyBag(Part):
    """An amount in the shop's currency."""

    shop_money: Money


class Answer(Part):
    """One answer of the shopper's."""

    key: str
    value: str | None = None


class Thing(Part):
    """Something of which only its number matters."""

    legacy_resource_id: int


class Line(Part):
    """One line."""

    id: str
    title: str
    variant_title: str | None = None
    sku: str | None = None
    quantity: int
    current_quantity: int
    requires_shipping: bool
    custom_attributes: tuple[Answer, ...]
    original_unit_price_set: MoneyBag
    product: Thing | None = None
    variant: Thing | None = None

    def as_webhook(self) -> Webhook:
        """Write it as a webhook does."""
        return {
            "id": int(self.id.rpartition("/")[2].partition("?")[0]),
            "product_id": self.product and self.product.legacy_resource_id,
            "variant_id": self.variant and self.variant.legacy_resource_id,
            "sku": self.sku,
            "title": self.title,
            "variant_title": self.variant_title,
            "quantity": self.quantity,
            "current_quantity": self.current_quantity,
            "requires_shipping": self.requires_shipping,
            "price": self.original_unit_price_set.shop_money.amount,
            "properties": [
                {"name": each.key, "value": each.value} for each in self.custom_attributes
            ],
        }


class Lines(Part):
    """A page of an order's lines."""

    nodes: tuple[Line, ...]
    page_info: PageInfo


class EmailAddress(Part):
    """How the customer is written to."""

    email_address: str


class PhoneNumber(Part):
    """How the customer is called."""

    phone_number: str


class Person(Part):
    """The customer."""

    first_name: str | None = None
    last_name: str | None = None
    default_email_address: EmailAddress | None = None
    default_phone_number: PhoneNumber | None = None

    def as_webhook(self) -> Webhook:
        """Write it as a webhook does."""
        email, phone = self.default_email_address, self.default_phone_number
        return {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": email and email.email_address,
            "phone": phone and phone.phone_number,
        }


class Address(Part):
    """Where it goes."""

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country_code_v2: str | None = None
    phone: str | None = None

    def as_webhook(self) -> Webhook:
        """Write it as a webhook does."""
        address = self.model_dump()
        return address | {"country_code": address.pop("country_code_v2")}


class Order(Part):
    """An order with the first of its lines."""

    legacy_resource_id: int
    name: str
    email: str | None = None
    phone: str | None = None
    test: bool
    created_at: str
    updated_at: datetime
    cancelled_at: str | None = None
    cancel_reason: str | None = None
    currency_code: str
    display_financial_status: str | None = None
    display_fulfillment_status: str
    total_price_set: MoneyBag
    current_total_price_set: MoneyBag
    customer: Person | None = None
    shipping_address: Address | None = None
    line_items: Lines

    def as_webhook(self) -> Webhook:
        """Write it as a webhook does, as far as webhooks are read."""
        return {
            "id": self.legacy_resource_id,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "test": self.test,
            "created_at": self.created_at,
            "updated_at": self.updated_at.isoformat(),
            "cancelled_at": self.cancelled_at,
            "cancel_reason": self.cancel_reason and self.cancel_reason.lower(),
            "currency": self.currency_code,
            "financial_status": (self.display_financial_status or "").lower(),
            "fulfillment_status": FULFILLMENT.get(self.display_fulfillment_status),
            "total_price": self.total_price_set.shop_money.amount,
            "current_total_price": self.current_total_price_set.shop_money.amount,
            "customer": self.customer and self.customer.as_webhook(),
            "shipping_address": self.shipping_address and self.shipping_address.as_webhook(),
            "line_items": [line.as_webhook() for line in self.line_items.nodes],
        }


class Orders(Part):
    """A page of orders."""

    nodes: tuple[Order, ...]
    page_info: PageInfo


class ReadChanged(Part):
    """The answer to READ_CHANGED."""

    orders: Orders


class OrderLines(Part):
    """An order with a page of its lines, and nothing else."""

    line_items: Lines


class ReadLines(Part):
    """The answer to READ_LINES; no order when it has been deleted meanwhile."""

    order: OrderLines | None
