"""A sound history of one order, to be spoilt in one place by each test."""

from dataclasses import replace

from deploy.chaos.history import FactoryOrder, History, Promise, Said, StoreOrder

ORDER = "order-1"
NUMBER = "TRACK-1"
CENTS = 895
SAYERS = {
    "OrderReceived": "ingest",
    "PrintFileReady": "printfile",
    "OrderApproved": "approval",
    "FulfillmentStarted": "fulfillment",
    "ChargeRecorded": "fulfillment",
    "Shipped": "fulfillment",
    "StorefrontUpdated": "notifier",
}
ABOUT = {
    "OrderReceived": "store-1",
    "PrintFileReady": "line-1",
    "ChargeRecorded": "factory-1/product",
    "Shipped": "package-1",
    "StorefrontUpdated": "package-1",
}


def said(kind: str, offset: int, *, event_id: str = "", key: str = ORDER) -> Said:
    """Give a record as it stands on the stream; its id is its kind unless one is given."""
    return Said(
        topic="orders.v1",
        partition=0,
        offset=offset,
        at=float(offset),
        event_id=event_id or kind,
        kind=kind,
        service=SAYERS[kind],
        key=key,
        about=ABOUT.get(kind, ""),
        cents=CENTS if kind == "ChargeRecorded" else 0,
    )


def promise(record: Said, number: int) -> Promise:
    """Give the outbox row that a record came from."""
    return Promise(record.service, number, record.topic, record.key, record.event_id, record.kind)


STREAM = tuple(said(kind, offset) for offset, kind in enumerate(SAYERS))

SOUND = History(
    said=STREAM,
    unreadable=(),
    promises=tuple(promise(record, number) for number, record in enumerate(STREAM)),
    hears={"notifier": frozenset({"Shipped"}), "approval": frozenset(SAYERS)},
    inboxes={"notifier": frozenset({"Shipped"}), "approval": frozenset(SAYERS)},
    outboxes=dict.fromkeys(SAYERS.values(), 0),
    dead=(),
    store=(StoreOrder("store-1", "#1", is_cancelled=False, was_heard=True, told=(NUMBER,)),),
    factory=(
        FactoryOrder("factory-1", ORDER, is_cancelled=False, packages=(NUMBER,), charged=CENTS),
    ),
    statuses={ORDER: "fulfilled"},
)


def with_stream(*stream: Said) -> History:
    """Give the sound history with another stream, everything on it promised in that order."""
    promises = tuple(promise(record, number) for number, record in enumerate(stream))
    return replace(SOUND, said=stream, promises=promises)
