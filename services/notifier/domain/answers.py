"""Shopify's answers as we read them: fields that we do not know are ignored."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from services.notifier.domain.telling import Fulfillment, FulfillmentOrder, OpenLine, Track
from shared.events import ShippedItem


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class Named(_Answer):
    """Something of which only its id matters."""

    id: str

    @property
    def number(self) -> str:
        """The id without `gid://shopify/…/`, as webhooks write it."""
        return self.id.rpartition("/")[2].partition("?")[0]


class PageInfo(_Answer):
    """Whether there is more than was asked for."""

    has_next_page: bool
    end_cursor: str | None = None


class OpenLineNode(_Answer):
    """A line of a fulfillment order."""

    id: str
    remaining_quantity: int
    line_item: Named


class OpenLines(_Answer):
    """The lines of a fulfillment order."""

    nodes: tuple[OpenLineNode, ...]
    page_info: PageInfo


class Action(_Answer):
    """Something that may be done to a fulfillment order."""

    action: str


class Location(_Answer):
    """Where a fulfillment order is sent from."""

    name: str = ""


class FulfillmentOrderNode(_Answer):
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


class FulfillmentOrders(_Answer):
    """A page of fulfillment orders."""

    nodes: tuple[FulfillmentOrderNode, ...]
    page_info: PageInfo


class Tracking(_Answer):
    """A tracking number of a fulfillment."""

    number: str | None = None
    url: str | None = None
    company: str | None = None


class SentLine(_Answer):
    """A line of a fulfillment."""

    quantity: int | None = None
    line_item: Named


class SentLines(_Answer):
    """The lines of a fulfillment."""

    nodes: tuple[SentLine, ...]


class FulfillmentNode(_Answer):
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


class OrderNode(_Answer):
    """An order with a page of its fulfillment orders."""

    fulfillment_orders: FulfillmentOrders
    fulfillments: tuple[FulfillmentNode, ...]

    @property
    def has_too_many_lines(self) -> bool:
        """Whether a fulfillment order has more lines than we ask for."""
        return any(
            each.line_items.page_info.has_next_page for each in self.fulfillment_orders.nodes
        )


class ReadOrder(_Answer):
    """The answer to READ_ORDER; no order when it does not exist or is not for us to see."""

    order: OrderNode | None


class UserError(_Answer):
    """A business refusal."""

    message: str
    field: tuple[str, ...] | None = None


class Created(_Answer):
    """The payload of what creates or changes a fulfillment."""

    fulfillment: Named | None
    user_errors: tuple[UserError, ...]


class CreateFulfillment(_Answer):
    """The answer to CREATE_FULFILLMENT."""

    fulfillment_create: Created | None


class UpdateTracking(_Answer):
    """The answer to UPDATE_TRACKING."""

    fulfillment_tracking_info_update: Created | None


class GraphQLError(_Answer):
    """A top-level error: the request failed as a whole."""

    message: str = ""
    extensions: dict[str, object] = Field(default_factory=dict)

    @property
    def code(self) -> str:
        """Shopify's code for it."""
        return str(self.extensions.get("code", ""))


class ThrottleStatus(_Answer):
    """What is left of the budget, and how fast it comes back."""

    currently_available: float
    restore_rate: float = Field(gt=0)


class Cost(_Answer):
    """What a request cost."""

    requested_query_cost: float = 0
    throttle_status: ThrottleStatus | None = None

    @property
    def wait_seconds(self) -> float:
        """How long until a request as dear as this one can be paid for."""
        status = self.throttle_status
        if status is None:
            return 0.0
        return (
            max(0.0, self.requested_query_cost - status.currently_available) / status.restore_rate
        )


class Extensions(_Answer):
    """What comes beside the answer."""

    cost: Cost | None = None


class Envelope(_Answer):
    """A GraphQL answer before its data is looked at."""

    data: dict[str, object] | None = None
    errors: tuple[GraphQLError, ...] = ()
    extensions: Extensions = Extensions()
