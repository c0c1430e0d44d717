"""The values that events are made of."""

from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import to_json

# ISO 4217: the currencies whose smallest unit is not a hundredth.
DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Value(BaseModel):
    """A part of an event: compared by content and never changed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Money(Value):
    """An amount in the currency's smallest unit, such as cents."""

    minor: int
    """In the currency's smallest unit: 1250 is 12.50 USD, 1250 is 1250 JPY."""
    currency: str = Field(min_length=3, max_length=3)
    """ISO 4217, such as `USD`."""

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """Write a decimal amount in the currency's smallest unit, half a unit to the even one."""
        return cls(minor=minor_of(amount, currency), currency=currency)


def minor_of(amount: Decimal, currency: str) -> int:
    """Count the amount in the currency's smallest unit, half a unit to the even one."""
    minor = amount.scaleb(DECIMALS.get(currency, 2)).to_integral_value(ROUND_HALF_EVEN)
    return int(minor)


class Property(Value):
    """One answer of the shopper's, as the storefront keeps it on the line item."""

    name: str
    """The question, as the store names it."""
    value: str
    """The answer, as the shopper gave it."""


class Shopper(Value):
    """Who ordered; every field may be hidden from us by the store."""

    name: str = ""
    """Empty when hidden."""
    email: str = ""
    """Empty when hidden."""
    phone: str = ""
    """Empty when hidden."""


class Address(Value):
    """Where the order goes; `country` is ISO 3166-1 alpha-2."""

    name: str
    """Who receives it."""
    line1: str
    """Street and number."""
    line2: str = ""
    """What does not fit on the first line."""
    company: str = ""
    """Empty for a private address."""
    city: str
    """The town."""
    region: str = ""
    """State or province, as the store writes it."""
    postal_code: str = ""
    """Empty where there are none."""
    country: str = Field(min_length=2, max_length=2)
    """ISO 3166-1 alpha-2, such as `US`."""
    phone: str = ""
    """For the carrier; may be empty."""

    @property
    def fingerprint(self) -> str:
        """Name this version of the address."""
        return sha256(self.model_dump_json().encode()).hexdigest()


class LineItem(Value):
    """One line of the storefront's order; storefront ids are text."""

    line_item_id: str
    storefront_product_id: str | None = None
    storefront_variant_id: str | None = None
    sku: str | None = None
    title: str
    variant_title: str = ""
    quantity: int = Field(ge=0)
    requires_shipping: bool = True
    price: Money
    properties: tuple[Property, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Name what decides this line's print: the variant ordered and the shopper's answers."""
        answers = [(answer.name, answer.value) for answer in self.properties]
        return sha256(to_json((self.storefront_variant_id, self.sku, answers))).hexdigest()


class PrintFile(Value):
    """A finished print file; `key` names it in the object store, `sha256` is its content's."""

    print_location: str
    key: str
    sha256: str
    media_type: str = "image/png"
    size_bytes: int
    width_px: int
    height_px: int
    dpi: int


class Preview(Value):
    """A small picture of the finished item for people to look at."""

    key: str
    width_px: int
    height_px: int
    media_type: str = "image/webp"


class Finding(Value):
    """What preflight noticed; a blocking one keeps the item from being approved."""

    code: str
    """For programs; more may be added."""
    severity: Literal["warning", "blocking"]
    """A blocking one must be settled, a warning only seen."""
    message: str
    """For people."""


class Variant(Value):
    """One sellable variant and what the provider calls it."""

    variant_id: str
    storefront_variant_id: str | None = None
    sku: str
    title: str
    provider_variant_id: str


class PrintLocation(Value):
    """A place on the base product that is printed, with what the provider wants there."""

    print_location: str
    provider_location_id: str
    width_px: int
    height_px: int
    dpi: int


class ApprovedItem(Value):
    """One line as the person approved it: what, how many, and which files exactly."""

    line_item_id: str
    product_id: str
    variant_id: str
    title: str
    quantity: int = Field(ge=1)
    files: tuple[PrintFile, ...]


class ShippedItem(Value):
    """How many of a line item are in a package."""

    line_item_id: str
    """The store's id of the line."""
    quantity: int = Field(ge=1)
    """How many pieces of it."""


Moment = AwareDatetime
"""A point in time with its zone."""


ChargeKind = Literal["product", "shipping", "tax", "discount", "fee", "refund", "adjustment"]
"""What an amount is for; discounts and refunds are negative, adjustments may be either."""


class Cost(Value):
    """A part of what an order costs the merchant."""

    kind: ChargeKind
    """What the amount is for."""
    amount: Money
    """Negative for discounts and refunds."""
