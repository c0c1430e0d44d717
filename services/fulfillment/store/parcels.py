"""The packages that we have told of."""

from collections.abc import Sequence

from services.fulfillment.domain.following import Parcel
from shared.database import Transaction
from shared.events import Shipped, ShippedItem


async def find_parcels(
    transaction: Transaction, order_ids: Sequence[str]
) -> dict[str, list[Parcel]]:
    """Give the packages that have been said of each order."""
    rows = await transaction.fetch(
        """
        SELECT order_id, shipment_id, tracking_number, items
        FROM shipment
        WHERE order_id = ANY($1::text[])
        """,
        order_ids,
    )
    found: dict[str, list[Parcel]] = {order_id: [] for order_id in order_ids}
    for row in rows:
        items = tuple(ShippedItem.model_validate(item) for item in row["items"])
        found[row["order_id"]].append(Parcel(row["shipment_id"], row["tracking_number"], items))
    return found


async def add_parcels(transaction: Transaction, events: Sequence[Shipped]) -> None:
    """Remember packages as said."""
    await transaction.executemany(
        """
        INSERT INTO shipment (order_id, shipment_id, tracking_number, items)
        VALUES ($1, $2, $3, $4)
        """,
        [
            (
                event.order_id,
                event.shipment_id,
                event.tracking_number,
                [item.model_dump() for item in event.items],
            )
            for event in events
        ],
    )
