"""Asks everybody who took part in a run what they know of it."""

import asyncio
from collections.abc import Iterable
from typing import Any

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from deploy.chaos.history import DeadLetter, FactoryOrder, History, Promise, Said, StoreOrder
from deploy.chaos.schedule import MEMBERS
from deploy.chaos.site import Site
from deploy.contracts.apps import build_all
from deploy.stream import readable
from deploy.topics import all_topics
from shared.events import (
    ChargeRecorded,
    Event,
    OrderReceived,
    PrintFileReady,
    Shipped,
    StorefrontUpdated,
)

PAGE = 200

REMEMBER = """
CREATE SCHEMA chaos;
CREATE TABLE chaos.promise (
    service text, number bigint, topic text, key text, event_id text, kind text
);
CREATE FUNCTION chaos.remember() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO chaos.promise
    SELECT TG_TABLE_SCHEMA, id, topic, key,
        (SELECT header->>1 FROM json_array_elements(headers) header WHERE header->>0 = 'ce_id'),
        (SELECT header->>1 FROM json_array_elements(headers) header WHERE header->>0 = 'ce_type')
    FROM fresh;
    RETURN NULL;
END $$;
"""
WATCH = """
CREATE TRIGGER chaos_remembers AFTER INSERT ON {service}.outbox
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION chaos.remember();
"""


async def remember_promises(site: Site) -> None:
    """Have the database keep a copy of every promise, which an outbox forgets when it is kept."""
    connection = await asyncpg.connect(site.postgres.url)
    try:
        await connection.execute(REMEMBER)
        for service in MEMBERS:
            await connection.execute(WATCH.format(service=service))
    finally:
        await connection.close()


async def collect(site: Site) -> History:
    """Put all accounts together; raises when somebody cannot be asked now."""
    database, outside = await asyncio.gather(ask_database(site), ask_outside(site))
    records = await read_stream(site.kafka.servers)
    read = [(record, readable(record)) for record in records]
    return History(
        said=tuple(as_said(record, event) for record, event in read if event is not None),
        unreadable=tuple(
            f"{record.topic}, partition {record.partition}, offset {record.offset}"
            for record, event in read
            if event is None
        ),
        hears={app.name: frozenset(app.handlers) for app in build_all()},
        **database,
        **outside,
    )


async def ask_database(site: Site) -> dict[str, Any]:
    """Read what the services keep of what they hear and say."""
    connection = await asyncpg.connect(site.postgres.url, timeout=5, command_timeout=10)
    try:
        promises = await connection.fetch("SELECT * FROM chaos.promise")
        inboxes, outboxes, dead = {}, {}, []
        for service in MEMBERS:
            # Each service's tables have the same names, in a schema of its own.
            await connection.execute("SELECT set_config('search_path', $1, false)", service)
            heard = await connection.fetch("SELECT event_id::text FROM inbox")
            inboxes[service] = frozenset(row["event_id"] for row in heard)
            outboxes[service] = await connection.fetchval(
                "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM held_promise)"
            )
            letters = await connection.fetch("SELECT event_id, type, key, reason FROM dead_letter")
            dead += [DeadLetter(service, *row.values()) for row in letters]
    finally:
        await connection.close()
    return {
        "promises": tuple(Promise(*row.values()) for row in promises),
        "inboxes": inboxes,
        "outboxes": outboxes,
        "dead": tuple(dead),
    }


async def ask_outside(site: Site) -> dict[str, Any]:
    """Ask the store, the factory and the merchant's own list."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        placed = await get(http, f"{site.store.url}/sandbox/orders")
        made = await get(http, f"{site.factory.url}/sandbox/orders")
        statuses = await read_statuses(http, site)
    return {
        "store": tuple(as_store_order(order) for order in placed["orders"]),
        "factory": tuple(as_factory_order(order) for order in made["orders"]),
        "statuses": statuses,
    }


async def read_statuses(http: httpx.AsyncClient, site: Site) -> dict[str, str]:
    """Read the merchant's list to its end."""
    url = f"{site.members_of('approval')[0].url}/v1/orders"
    http.headers["Authorization"] = f"Bearer {site.keys['approval_api']}"
    statuses: dict[str, str] = {}
    after: dict[str, str] = {}
    while True:
        page = await get(http, url, limit=str(PAGE), **after)
        statuses |= {order["order_id"]: order["status"] for order in page["orders"]}
        if not page["next"]:
            return statuses
        after = {"after": page["next"]}


async def get(http: httpx.AsyncClient, url: str, **query: str) -> dict[str, Any]:
    """Ask for a JSON object."""
    answer: dict[str, Any] = (await http.get(url, params=query)).raise_for_status().json()
    return answer


async def read_stream(servers: str) -> list[ConsumerRecord]:
    """Read every topic from its start to where it ends now."""
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [
            TopicPartition(topic.name, number)
            for topic in all_topics(6, 1)
            for number in range(topic.num_partitions)
        ]
        ends = {place: end for place, end in (await consumer.end_offsets(places)).items() if end}
        consumer.assign(list(ends))
        if ends:
            await consumer.seek_to_beginning()
        found: list[ConsumerRecord] = []
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += records
        return found
    finally:
        await consumer.stop()


def as_said(record: ConsumerRecord, event: Event) -> Said:
    """Write a record for the judge."""
    headers = {name: (value or b"").decode() for name, value in record.headers}
    return Said(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        at=record.timestamp / 1000,
        event_id=headers["ce_id"],
        kind=headers["ce_type"],
        service=headers["ce_source"].rpartition("/")[2],
        key=event.key,
        about=about(event),
        cents=event.amount.minor if isinstance(event, ChargeRecorded) else 0,
    )


def about(event: Event) -> str:
    """Name what an event speaks of beside its order; for a new order, the store's id of it."""
    match event:
        case OrderReceived():
            return event.storefront_order_id
        case PrintFileReady():
            return f"{event.line_item_id} {event.item_fingerprint}"
        case ChargeRecorded():
            return event.charge_id
        case Shipped() | StorefrontUpdated():
            return event.shipment_id
    return ""


def as_store_order(order: dict[str, Any]) -> StoreOrder:
    """Write the store's account of an order for the judge."""
    return StoreOrder(
        store_id=order["id"],
        name=order["name"],
        is_cancelled=order["cancelled_at"] is not None,
        was_heard=any(each["status"] == "delivered" for each in order["webhooks"]),
        told=tuple(numbers(order["fulfillments"])),
    )


def numbers(fulfillments: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Give the tracking numbers of fulfillments; one without any is named so."""
    for each in fulfillments:
        tracking = [track["number"] for track in each["tracking"]]
        yield from tracking or [f"fulfillment {each['id']} without a number"]


def as_factory_order(order: dict[str, Any]) -> FactoryOrder:
    """Write the factory's account of an order for the judge."""
    return FactoryOrder(
        factory_id=order["id"],
        order_id=order["external_order_id"],
        is_cancelled=order["status"] == "Cancelled",
        packages=tuple(package["number"] for package in order["shipments"]),
        charged=sum(round(charge["amount"] * 100) for charge in order["charges"]),
    )
