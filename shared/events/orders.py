"""The life of an order, in the order in which it usually happens."""

from typing import ClassVar

from shared.events.event import Event
from shared.events.values import (
    Address,
    ApprovedItem,
    ChargeKind,
    Cost,
    LineItem,
    Moment,
    Money,
    ShippedItem,
    Shopper,
)


class _OrderEvent(Event):
    """Something in the life of one order; `order_id` is ours, a UUID that is also its trace id."""

    topic: ClassVar[str] = "orders.v1"

    order_id: str

    @property
    def key(self) -> str:
        """The order, so that its events stay in their order."""
        return self.order_id


class OrderReceived(_OrderEvent):
    """A shopper ordered. `changed_at` is the store's own clock for this version of the order."""

    shop: str
    storefront_order_id: str
    order_number: str
    placed_at: Moment
    changed_at: Moment
    shopper: Shopper
    shipping_address: Address | None
    items: tuple[LineItem, ...]
    total: Money
    is_paid: bool
    is_test: bool = False
    """Whether the store says that nobody pays for it: a merchant tries the shop out."""
    is_refunded: bool = False
    """Whether the whole payment was given back or voided; then it is not paid, and will not be."""


class OrderChanged(OrderReceived):
    """The order is different in the store now; carries all of it, like OrderReceived."""


class AddressCorrected(_OrderEvent):
    """A person wants the order to go elsewhere than the store says, before it goes out.

    It holds until the store has another address than `corrects`, the fingerprint of the store's
    version that it replaces; empty where the store had none.
    """

    shipping_address: Address
    corrects: str
    corrected_by: str


class ReprintOrdered(OrderReceived):
    """A person wants an order made once more: a new order of ours that names the first one.

    The store knows nothing of it, so `storefront_order_id` is that of the first.
    """

    reprint_of: str


class OrderCancelled(_OrderEvent):
    """The order was cancelled in the store; may be the first that is ever heard of it."""

    shop: str
    storefront_order_id: str
    cancelled_at: Moment
    reason: str = ""


class OrderWithdrawn(OrderCancelled):
    """A person cancelled the order with us; carries all that OrderCancelled does."""

    cancelled_by: str


class OrderQuoted(_OrderEvent):
    """What the provider would charge for the order as it is now; an estimate, and no promise.

    `fingerprint` is of what was quoted (`quote_fingerprint`), and the same as long as nothing that
    costs is different: when the order has another one, this is not what it costs any more.
    """

    provider: str
    fingerprint: str
    costs: tuple[Cost, ...]
    total: Money


class QuoteRefused(_OrderEvent):
    """The provider does not say what the order would cost; it may be approved all the same.

    `reason` says why, and what to do where something can be done. `fingerprint` is empty where the
    order could not even be read.
    """

    provider: str
    fingerprint: str
    code: str
    reason: str


class OrderApproved(_OrderEvent):
    """A person approved exactly this: the address, the items and their files.

    `snapshot_hash` is the hash of what the person saw. Saying it again for an order that the
    provider refused is a new attempt.
    """

    approved_by: str
    snapshot_hash: str
    shop: str
    storefront_order_id: str
    order_number: str
    shopper: Shopper
    shipping_address: Address
    items: tuple[ApprovedItem, ...]


class ApprovalOverdue(_OrderEvent):
    """The order waits for a person for longer than the merchant wants; said once."""

    waiting_since: Moment


class FulfillmentDelayed(_OrderEvent):
    """The approved order waits before the provider has it, for this reason.

    It is tried again by itself: whatever becomes of the order ends the delay. It is said again when
    the reason is another one. `is_provider_away` tells that the reason is none of the order's: the
    provider cannot be reached, refuses us or is in trouble, and orders that it has already cannot
    be asked about either.
    """

    provider: str
    waiting_since: Moment
    reason: str
    is_provider_away: bool = False


class FulfillmentStarted(_OrderEvent):
    """The provider has accepted the order, and will make it."""

    provider: str
    provider_order_id: str


class ChargeRecorded(_OrderEvent):
    """One more line on the ledger of what the provider has charged; lines are never changed.

    What is given back is a line of its own, with a negative amount. `charge_id` names the line for
    ever: it is made of the provider's order, the kind, and a number from the second of its kind on.
    """

    provider: str
    charge_id: str
    kind: ChargeKind
    amount: Money
    charged_at: Moment


class FulfillmentRefused(_OrderEvent):
    """The provider will not make the order as it was approved; `reason` says what to do."""

    provider: str
    code: str
    reason: str


class FulfillmentCancelled(_OrderEvent):
    """The provider has cancelled the order after it had accepted it."""

    provider: str
    provider_order_id: str
    reason: str = ""


class Shipped(_OrderEvent):
    """One package has left the factory."""

    shop: str
    storefront_order_id: str
    shipment_id: str
    carrier: str
    tracking_number: str
    tracking_url: str = ""
    items: tuple[ShippedItem, ...]
    shipped_at: Moment


class TrackingCorrected(_OrderEvent):
    """The provider says another tracking of a package that had been told; this one holds now.

    `tracking_version` counts what was told of the package: Shipped is the first. `replaces` is the
    number before, the same where only the carrier or the link is another.
    """

    shop: str
    storefront_order_id: str
    shipment_id: str
    tracking_version: int
    carrier: str
    tracking_number: str
    tracking_url: str = ""
    replaces: str


class StorefrontUpdated(_OrderEvent):
    """The store knows of the package: its order is marked fulfilled with the tracking number."""

    shipment_id: str
    storefront_fulfillment_id: str
    tracking_number: str
    tracking_version: int = 1


class StorefrontRefused(_OrderEvent):
    """The store will not take the package's tracking number, or has not for long, and why.

    StorefrontUpdated of this version of the tracking, or a later one, takes it back.
    """

    shipment_id: str
    reason: str
    tracking_version: int = 1


class StorefrontUpdateRequested(_OrderEvent):
    """A person asked that the store be told of the package again."""

    shipment_id: str
    requested_by: str
