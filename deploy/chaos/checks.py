"""The judge of a run: a pure function from what is known of it to what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from deploy.chaos.history import History, Said

ORDERS = "orders.v1"
LETTERS = "-dlt"

ONCE_AN_ORDER = ("OrderReceived", "OrderCancelled", "FulfillmentStarted", "FulfillmentCancelled")
ONCE_A_THING = ("PrintFileReady", "ChargeRecorded", "Shipped", "StorefrontUpdated")
"""Kinds that are said once of each order, and once of each thing that they are about."""

CAUSES = {
    "PrintFileReady": ("OrderReceived",),
    "OrderApproved": ("OrderReceived", "PrintFileReady"),
    "FulfillmentStarted": ("OrderApproved",),
    "ChargeRecorded": ("FulfillmentStarted",),
    "Shipped": ("FulfillmentStarted",),
    "StorefrontUpdated": ("Shipped",),
}
"""What must stand on the stream before each kind."""

ENDS_WHEN_SHIPPED = {"fulfilled", "delivered"}
ENDS_WHEN_CANCELLED = {"cancelled", "partly_shipped", *ENDS_WHEN_SHIPPED}

Check = Callable[[History], Iterator[str]]


def find_problems(history: History) -> list[str]:
    """Give everything that is wrong, each in a sentence; nothing when the run was sound."""
    return [problem for check in CHECKS for problem in check(history)]


def nothing_is_lost(history: History) -> Iterator[str]:
    """Every promise is on its topic, every outbox is empty, and nothing is there unpromised."""
    said = {(each.topic, each.event_id) for each in history.said}
    promised = {(each.topic, each.event_id) for each in history.promises}
    for each in history.promises:
        if (each.topic, each.event_id) not in said:
            yield f"lost: {each.service} promised {each.kind} {each.event_id} of {each.key}"
    for record in history.said:
        if (record.topic, record.event_id) not in promised:
            yield f"said without a promise: {record.kind} {record.event_id} by {record.service}"
    for service, left in history.outboxes.items():
        if left:
            yield f"the outbox of {service} still holds {left}"


def everything_is_heard(history: History) -> Iterator[str]:
    """Every inbox holds all that its service hears, and nothing that nobody said."""
    aside = {(letter.service, letter.event_id) for letter in history.dead}
    on_stream = {each.event_id for each in history.said}
    for service, kinds in history.hears.items():
        inbox = history.inboxes.get(service, frozenset())
        for each in firsts(history.said):
            is_missing = each.event_id not in inbox and (service, each.event_id) not in aside
            if each.kind in kinds and is_missing and not each.topic.endswith(LETTERS):
                yield f"not heard: {service} has no {each.kind} {each.event_id} of {each.key}"
        for event_id in inbox - on_stream:
            yield f"heard what nobody said: {service} has {event_id}"


def nothing_is_set_aside(history: History) -> Iterator[str]:
    """There is no dead letter and no record that cannot be read."""
    for letter in history.dead:
        yield f"set aside by {letter.service}: {letter.kind} of {letter.key}: {letter.reason}"
    for what in history.unreadable:
        yield f"unreadable: {what}"


def order_is_kept(history: History) -> Iterator[str]:
    """Each service's events of one order are on the stream as they were promised, in one place."""
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    said: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    promised: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for record in firsts(history.said):
        if record.topic.endswith(LETTERS):
            continue
        places[record.topic, record.key].add(record.partition)
        said[record.service, record.topic, record.key].append(record.event_id)
    for promise in sorted(history.promises, key=lambda each: each.number):
        promised[promise.service, promise.topic, promise.key].append(promise.event_id)
    for life, ids in said.items():
        wanted = [event_id for event_id in promised[life] if event_id in ids]
        known = [event_id for event_id in ids if event_id in wanted]
        if known != wanted:
            yield f"reordered: {life[0]} promised {wanted} of {life[2]} and said {known}"
    for (_, key), partitions in places.items():
        if len(partitions) > 1:
            yield f"the events of {key} lie in several partitions: {sorted(partitions)}"


def causes_come_first(history: History) -> Iterator[str]:
    """In each order's life nothing stands before what caused it."""
    for order_id, life in lives(history.said).items():
        seen: set[tuple[str, str]] = set()
        for each in life:
            for cause in CAUSES.get(each.kind, ()):
                wanted = (cause, each.about if each.kind == "StorefrontUpdated" else "")
                if wanted not in seen:
                    yield f"{each.kind} of {order_id} stands before its {cause}"
            seen |= {(each.kind, ""), (each.kind, each.about)}


def nothing_is_said_twice(history: History) -> Iterator[str]:
    """No two events with ids of their own say the same of the same order."""
    for order_id, life in lives(history.said).items():
        counted = Counter(
            (each.kind, each.about if each.kind in ONCE_A_THING else "")
            for each in life
            if each.kind in ONCE_AN_ORDER or each.kind in ONCE_A_THING
        )
        approvals = sum(each.kind == "OrderApproved" for each in life)
        refusals = sum(each.kind == "FulfillmentRefused" for each in life)
        if approvals > 1 + refusals:
            yield f"doubled: {approvals} approvals of {order_id} and {refusals} refusals"
        for (kind, about), times in counted.items():
            if times > 1:
                yield f"doubled: {kind} {about} of {order_id}, {times} times"


def every_order_is_made_once(history: History) -> Iterator[str]:
    """Each approved order is with the factory exactly once, and no other order is."""
    made = Counter(each.order_id for each in history.factory)
    approved = {each.key for each in history.said if each.kind == "OrderApproved"}
    cancelled = {each.key for each in history.said if each.kind == "OrderCancelled"}
    for order_id in sorted(approved | set(made)):
        times = made[order_id]
        if times > 1:
            yield f"doubled: {order_id} is with the factory {times} times"
        if times and order_id not in approved:
            yield f"{order_id} is with the factory and nobody approved it"
        if not times and order_id not in cancelled:
            yield f"lost: {order_id} was approved and is not with the factory"


def every_package_is_told_once(history: History) -> Iterator[str]:
    """Each of the factory's packages has one fulfillment in the store, and there is no other."""
    order_ids = order_ids_of(history)
    packages: dict[str, list[str]] = defaultdict(list)
    for made in history.factory:
        packages[made.order_id] += made.packages
    for order in history.store:
        order_id = order_ids.get(order.store_id)
        if order_id is None:
            if order.was_heard:
                yield f"lost: the webhook of {order.name} was accepted and nobody said so"
            continue
        told, sent = Counter(order.told), Counter(packages[order_id])
        doubled, invented = told - sent, sent - told
        for number in doubled:
            yield f"doubled: the store of {order.name} was told of {number} {told[number]} times"
        if invented and not order.is_cancelled:
            yield f"lost: the store of {order.name} was not told of {sorted(invented)}"


def every_charge_is_on_the_ledger(history: History) -> Iterator[str]:
    """Each order's ledger adds up to what the factory charged for it."""
    charged: Counter[str] = Counter()
    for made in history.factory:
        charged[made.order_id] += made.charged
    listed: Counter[str] = Counter()
    for each in firsts(history.said):
        if each.kind == "ChargeRecorded" and each.topic == ORDERS:
            listed[each.key] += each.cents
    for order_id in sorted(charged.keys() | listed.keys()):
        if charged[order_id] != listed[order_id]:
            yield (
                f"{order_id} was charged {charged[order_id]} cents by the factory, "
                f"and {listed[order_id]} are on the ledger"
            )


def every_status_is_right(history: History) -> Iterator[str]:
    """Approval says of each order what became of it."""
    order_ids = order_ids_of(history)
    for order in history.store:
        order_id = order_ids.get(order.store_id, "")
        status = history.statuses.get(order_id, "unknown")
        if status not in (ENDS_WHEN_CANCELLED if order.is_cancelled else ENDS_WHEN_SHIPPED):
            yield f"{order.name} ({order_id}) is {status} for approval"


CHECKS: Sequence[Check] = (
    nothing_is_lost,
    everything_is_heard,
    nothing_is_set_aside,
    order_is_kept,
    causes_come_first,
    nothing_is_said_twice,
    every_order_is_made_once,
    every_package_is_told_once,
    every_charge_is_on_the_ledger,
    every_status_is_right,
)


def firsts(said: Iterable[Said]) -> list[Said]:
    """Give each event where it stands first; what was published again is known to each inbox."""
    found: dict[tuple[str, str], Said] = {}
    for each in sorted(said, key=lambda each: (each.topic, each.partition, each.offset)):
        found.setdefault((each.topic, each.event_id), each)
    return list(found.values())


def lives(said: Iterable[Said]) -> dict[str, list[Said]]:
    """Give each order's events as they stand on the stream."""
    found: dict[str, list[Said]] = defaultdict(list)
    for each in firsts(said):
        if each.topic == ORDERS:
            found[each.key].append(each)
    return found


def order_ids_of(history: History) -> dict[str, str]:
    """Give our id of each of the store's orders, as ingest said it."""
    return {each.about: each.key for each in history.said if each.kind == "OrderReceived"}
