"""The forms in which people and programs are shown an order."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.approval.domain.cost_views import ChargeView, CostView, QuoteView
from services.approval.domain.standing import Status
from shared.events import Address, Finding, Money, Property, ShippedItem, Shopper


class ReasonView(BaseModel):
    """Why an order does not go on, or what a person should know of it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    code: str
    """For programs, such as `waiting_for_payment`; more may be added.

    Of a package that the store was not told of it is the `shipment_id`.
    """
    text: str
    """For people: what is wrong, and what to do."""
    line_item_id: str = ""
    """The line that it is about; empty for the whole order."""
    service: str = ""
    """The service that could not take something in (`event_set_aside`); empty otherwise."""
    since: AwareDatetime | None = None
    """Since when the order waits (`fulfillment_delayed`); null otherwise."""


class FileView(BaseModel):
    """A print file that can be downloaded for a while."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    print_location: str
    """Where on the product it is printed, such as `front`."""
    url: str
    """A signed URL: needs no key, and expires; read the order again for a new one."""
    sha256: str
    """The content's SHA-256, in hexadecimal."""
    media_type: str
    """`image/png`, `application/pdf` or `image/svg+xml`."""
    size_bytes: int
    """How large the file is."""
    width_px: int
    """Pixels across."""
    height_px: int
    """Pixels down."""
    dpi: int
    """Pixels per inch; with the pixels it gives the printed size."""


class ItemView(BaseModel):
    """One line of the order with what was made for it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    line_item_id: str
    """The store's id of the line."""
    title: str
    """The product's name in the store."""
    variant_title: str
    """The variant's name, such as `M / Black`; empty where there is one only."""
    sku: str | None
    """Null when the store has none."""
    quantity: int
    """How many; 0 for a line that was removed."""
    price: Money
    """Of one piece, as the store sold it."""
    is_made: bool
    """False for what is not made and shipped, such as a gift card."""
    personalization: tuple[Property, ...]
    """The shopper's answers."""
    preview_url: str | None
    """A signed URL of a picture of the item; null until the files are ready."""
    files: list[FileView]
    """Empty until they are ready."""
    findings: tuple[Finding, ...]
    """What preflight noticed; a blocking one keeps the order on hold."""
    failure: ReasonView | None
    """Why the files could not be made; null when they could, or are awaited."""
    are_files_deleted: bool
    """True when there were files, and they were deleted after the order's end."""


class PackageView(BaseModel):
    """One package and whether the store knows of it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    shipment_id: str
    """The provider's id of the package."""
    carrier: str
    """Who carries it."""
    tracking_number: str
    """The carrier's number."""
    tracking_url: str
    """Where to follow it; may be empty."""
    shipped_at: AwareDatetime
    """When it left the factory."""
    items: tuple[ShippedItem, ...]
    """What is in it."""
    is_in_store: bool
    """Whether the store has been told of it, with the tracking that is given here."""


class HappeningView(BaseModel):
    """One entry of the timeline."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    happened_at: AwareDatetime
    """When it happened."""
    kind: str
    """The event's or action's name, such as `OrderReceived` or `OrderHeld`."""
    who: str
    """A person, an API key, a rule, or `store`, `print files`, `factory`, `platen`."""
    text: str
    """In words for people."""


class OrderView(BaseModel):
    """An order as the list shows it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    order_id: str
    """The id in Platen, a UUID: what every path and event names the order by."""
    order_number: str
    """The number that the shopper knows; empty while only a cancellation is known."""
    shop: str
    """The shop that sold it, such as `example.myshopify.com`."""
    storefront_order_id: str
    """The store's own id."""
    placed_at: AwareDatetime | None
    """When the shopper ordered; null while only a cancellation is known."""
    shopper: Shopper
    """Who ordered."""
    shipping_address: Address | None
    """Where it goes, as corrected; null when the store has none."""
    items: list[ItemView]
    """Its lines, as corrected."""
    total: Money | None
    """What the shopper paid or is to pay; null while only a cancellation is known."""
    is_paid: bool
    """Whether the store says that it is paid."""
    status: Status
    """Where the order stands."""
    status_label: str
    """The status as people read it."""
    reasons: list[ReasonView]
    """Why it does not go on; empty when nothing is in the way."""
    concerns: list[ReasonView]
    """What a person should know, though it goes on."""
    can_approve: bool
    """Whether it waits for an approval."""
    can_retry: bool
    """Whether something has failed that can be tried again."""
    snapshot_hash: str | None
    """Names what an approval approves, and is the ETag then; null while it cannot be."""
    approved_at: AwareDatetime | None
    """When it was approved; null when it is not."""
    approved_by: str | None
    """A person, an API key or a rule; null when it is not approved."""
    goes_out_at: AwareDatetime | None
    """Until when the approval can be taken back; None when it has gone out, or there is none."""
    provider_order_id: str | None
    """The factory's id; null until the factory has accepted it."""
    packages: list[PackageView]
    """In the order in which they left."""
    cost: CostView | None
    """Null while neither a charge nor a quote of the order as it is now is known."""
    quote: QuoteView | None
    """What the order as it is now would cost; null when that is not known."""
    quote_refusal: ReasonView | None
    """Why there is no quote; null when there is one, or it is awaited."""
    is_quote_awaited: bool
    """True while there is no answer since the address or the items have changed.

    It is asked for, unless quotes were switched off meanwhile.
    """
    charges: list[ChargeView]
    """Every charge, the oldest first."""
    revision: int
    """Counts the changes of the order."""


class OrderDetail(OrderView):
    """An order with everything that happened to it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    timeline: list[HappeningView]
    """Everything that happened to it."""
