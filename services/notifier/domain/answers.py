"""Shopify's answers as we read them: fields that we do not know are ignored."""

from services.notifier.domain.telling import Fulfillment, FulfillmentOrder, OpenLine, Track
from shared.admin_answers import PageInfo, Part
from shared.events import ShippedItem


class Named(Part):
    """Something of which only its id matters."""

    id: str

    @property
    def number(self) -> str:
        """The id without `gid://shopify/…/`, as webhooks write it."""
        return self.id.rpartition("/")[2].partition("?")[0]


class OpenLineNode(Part):
    """A line of a fulfillment order."""

    id: str
    remaining_quantity: int
    line_item: Named


class OpenLines(Part):
    """The lines of a fulfillment order."""

    nodes: tuple[OpenLineNode, ...]
    page_info: PageInfo


class Action(Part):
    """Something that may be done to a fulfillment order."""

    action: str


class Location(Part):
    """Where a fulfillment order is sent from."""

    name: str = ""


class FulfillmentOrderNode(Part):
    """A fulfillment order."""

    id: str
    status: str
    supported_actions: tuple[Action, ...]
    assigned_location: Location
    line_items: OpenLines

    def read(self) -> FulfillmentOrder:
        """Give it in our words."""
        return FulfillmentOrder(
            id=self.id,
            status=self.status,
            actions=frozenset(each.action for each in self.supported_actions),
            location=self.assigned_location.name,
            lines=tuple(
                OpenLine(line.id, line.line_item.number, line.remaining_quantity)
                for line in self.line_items.nodes
            ),
        )


class FulfillmentOrders(Part):
    """A page of fulfillment orders."""

    nodes: tuple[FulfillmentOrderNode, ...]
    page_info: PageInfo


class Tracking(Part):
    """A tracking number of a fulfillment."""

    number: str | None = None
    url: str | None = None
    company: str | None = None


class SentLine(Part):
    """A line of a fulfillment."""

    quantity: int | None = None
    line_item: Named


class SentLines(Part):
    """The lines of a fulfillment."""

    nodes: tuple[SentLine, ...]


class FulfillmentNode(Part):
    """A fulfillment."""

    id: str
    status: str
    tracking_info: tuple[Tracking, ...]
    fulfillment_line_items: SentLines

    def read(self) -> Fulfillment:
        """Give it in our words."""
        return Fulfillment(
            id=self.id,
            status=self.status,
            tracks=tuple(
                Track(each.number, each.url or "", each.company or "")
                for each in self.tracking_info
                if each.number
            ),
            items=tuple(
                ShippedItem(line_item_id=line.line_item.number, quantity=line.quantity)
                for line in self.fulfillment_line_items.nodes
                if line.quantity
            ),
        )


class OrderNode(Part):
    """An order with a page of its fulfillment orders."""

    fulfillment_orders: FulfillmentOrders
    fulfillments: tuple[FulfillmentNode, ...]

    @property
    def has_too_many_lines(self) -> bool:
        """Whether a fulfillment order has more lines than we ask for."""
        return any(
            each.line_items.page_info.has_next_page for each in self.fulfillment_orders.nodes
        )


class ReadOrder(Part):
    """The answer to READ_ORDER; no order when it does not exist or is not for us to see."""

    order: OrderNode | None


class UserError(Part):
    """A business refusal."""

    message: str
    field: tuple[str, ...] | None = None


class Created(Part):
    """The payload of what creates or changes a fulfillment."""

    fulfillment: Named | None
    user_errors: tuple[UserError, ...]


class CreateFulfillment(Part):
    """The answer to CREATE_FULFILLMENT."""

    fulfillment_create: Created | None


class UpdateTracking(Part):
    """The answer to UPDATE_TRACKING."""

    fulfillment_tracking_info_update: Created | None
