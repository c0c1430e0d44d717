"""What the storefront is asked by command: its products, and orders of its shoppers."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Asked(BaseModel):
    """Anything asked by command; a misspelt field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Variant(Asked):
    """A variant of a product as the store sells it."""

    id: int
    title: str = "Default Title"
    sku: str | None = None
    price: Decimal


class Question(Asked):
    """What a shopper is asked about a personalized product."""

    name: str
    kind: Literal["text", "photo", "choice"] = "text"
    choices: tuple[str, ...] = ()
    max_length: int = 60


class Product(Asked):
    """A product as the store sells it."""

    product_id: int
    title: str
    variants: tuple[Variant, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = ()
    vendor: str = "Platen"
    requires_shipping: bool = True
    fulfilled_by_others: bool = False


class Property(Asked):
    """One answer of the shopper; `photo:<name>` stands for the address of one of our photos."""

    name: str
    value: str


class Line(Asked):
    """What goes into the cart; what the store does not sell needs a title and a price."""

    variant_id: int | None = None
    quantity: int = Field(default=1, ge=1)
    properties: tuple[Property, ...] = ()
    sku: str | None = None
    title: str | None = None
    price: Decimal | None = None


class Purchase(Asked):
    """An order of a shopper."""

    line_items: tuple[Line, ...] = Field(min_length=1)
    shipping_address: dict[str, Any] | None = Field(default_factory=dict)
    """Empty: one is made up; null: the order has none."""
    email: str | None = None
    note: str | None = None
    paid: bool = True
    test: bool = False
    """The merchant tries the shop out with Shopify's test payments: nobody pays."""
    seed: int | None = None


class Rush(Asked):
    """So many random orders of what the store sells; the same seed gives the same orders."""

    count: int = Field(ge=1)
    seed: int = 1


class Edit(Asked):
    """What the merchant changes in an order."""

    note: str | None = None
    email: str | None = None
    shipping_address: dict[str, Any] | None = None


PRODUCTS: TypeAdapter[tuple[Product, ...]] = TypeAdapter(tuple[Product, ...])
ORDER: TypeAdapter[Purchase | Rush] = TypeAdapter(Purchase | Rush)
