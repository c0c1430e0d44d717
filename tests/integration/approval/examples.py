"""The examples of the API's description: requests that are really sent, and their answers."""

from shared.events import Event
from tests.support.events import (
    event_set_aside,
    fulfillment_started,
    order_id,
    order_received,
    print_file_failed,
    print_file_ready,
    shipped,
)
from tests.support.examples import Example
from tests.support.failures import held, unreadable

APPROVABLE = ("1001", "1002", "1003", "1004", "1005", "1006", "1008")
HELD = f"orders.v1/{order_id('1005')}"
SENT = "1008"
"""The order that is approved before, and has left the factory."""


def story() -> list[Event]:
    """Give orders that stand where each example needs one."""
    events: list[Event] = []
    for number in APPROVABLE:
        events += [order_received(number), print_file_ready(number)]
    events += [unreadable("17"), held(HELD, service="approval", subject="OrderApproved")]
    return [*events, order_received("1007"), print_file_failed("1007")]


def sending() -> list[Event]:
    """Give what is heard of the order that was approved before."""
    return [fulfillment_started(SENT), shipped(SENT), event_set_aside(SENT, service="notifier")]


ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "14 Analytical Way",
    "line2": "Apt 3",
    "city": "Austin",
    "region": "TX",
    "postal_code": "78701",
    "country": "US",
}
RULES = {"cooling_off_minutes": 15, "auto_approve_under": {"minor": 2500, "currency": "USD"}}
ONE = "/v1/orders/{order_id}"


def reading() -> list[Example]:
    """Look at orders and rules."""
    waiting = {"status": "needs_approval", "sort": "oldest", "limit": "1"}
    return [
        Example("The order that waits longest", "GET", "/v1/orders", query=waiting),
        Example(
            "A status that there is not", "GET", "/v1/orders", query={"status": "new"}, status=422
        ),
        Example("An order that waits for an approval", "GET", ONE, "1001"),
        Example("No such order", "GET", ONE, "0", status=404),
        Example("Nobody has changed the rules yet", "GET", "/v1/rules"),
        Example("What these rules would do", "POST", "/v1/rules/trial", body=RULES),
        Example(
            "Have approvals cool off for a quarter of an hour",
            "PUT",
            "/v1/rules",
            headers={"If-Match": "{rules}"},
            body={"cooling_off_minutes": 15},
        ),
    ]


def failing() -> list[Example]:
    """Look at what failed and no order shows, and act on it."""
    webhook = {"service": "ingest", "kind": "delivery", "names": ["17"]}
    held_back = {"service": "approval", "kind": "held_promise", "names": [HELD]}
    return [
        Example("What waits for a person", "GET", "/v1/failures"),
        Example("The topic takes it now", "POST", "/v1/failures/retry", body=held_back),
        Example("It is not given up", "POST", "/v1/failures/give-up", body=held_back, status=409),
        Example("Nobody needs the webhook", "POST", "/v1/failures/give-up", body=webhook),
    ]


def deciding() -> list[Example]:
    """Approve, one by one and many at once, and take it back."""
    approve = f"{ONE}/approve"
    both = {"order_ids": [order_id("1002"), order_id("4711")]}
    everything = {"filter": {"search": "ada", "as_of": "{as_of}"}}
    return [
        Example(
            "As it was seen", "POST", approve, "1001", headers={"If-Match": "{order}"}, body={}
        ),
        Example("A second time", "POST", approve, "1001", body={}, status=409),
        Example("While it cools off", "POST", f"{ONE}/undo-approval", "1001"),
        Example("These orders, one of them unknown", "POST", "/v1/approvals", body=both),
        Example("Take them back", "POST", "/v1/approvals/undo", body=both),
        Example("Everything that was listed", "POST", "/v1/approvals", body=everything),
        Example("Neither orders nor a filter", "POST", "/v1/approvals", body={}, status=422),
    ]


def acting() -> list[Example]:
    """Do what else can be done with an order."""
    line = {"line_item_id": "7001", "template": "pinned"}
    return [
        Example(
            "Ask the shopper first",
            "POST",
            f"{ONE}/hold",
            "1003",
            body={"reason": "Is the name spelled right?"},
        ),
        Example("The shopper has answered", "POST", f"{ONE}/release", "1003"),
        Example(
            "Another address", "POST", f"{ONE}/correct", "1004", body={"shipping_address": ADDRESS}
        ),
        Example(
            "Another name on the tee",
            "POST",
            f"{ONE}/correct",
            "1003",
            body={"line_item_id": "7001", "answers": {"Name": "Augusta"}},
        ),
        Example("From the same template", "POST", f"{ONE}/make-again", "1005", body=line),
        Example("It is not made", "POST", f"{ONE}/reject", "1006", body={"reason": "Not ours"}),
        Example(
            "The shopper has changed her mind",
            "POST",
            f"{ONE}/cancel",
            "1006",
            body={"reason": "The shopper asked for it"},
        ),
        Example("It never will", "POST", f"{ONE}/give-up", "1008", body={"service": "notifier"}),
        Example("The print file failed", "POST", f"{ONE}/retry", "1007"),
        Example("Nothing has failed", "POST", f"{ONE}/retry", "1008", status=409),
        Example("It arrived damaged", "POST", f"{ONE}/reprint", "1008"),
    ]
