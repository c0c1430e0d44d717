"""Packages whose tracking the provider has corrected."""

from collections.abc import Sequence

from shared.database import Transaction
from shared.events import TrackingCorrected


async def keep_corrections(
    transaction: Transaction, corrections: Sequence[TrackingCorrected]
) -> None:
    """Keep what is said of packages now; whoever kept their orders' answers has locked them."""
    await transaction.execute(
        """
        UPDATE shipment
        SET tracking_number = new.tracking_number, carrier = new.carrier,
            tracking_url = new.tracking_url, tracking_version = new.tracking_version
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
            AS new (
                order_id, shipment_id, tracking_number, carrier, tracking_url, tracking_version
            )
        WHERE shipment.order_id = new.order_id AND shipment.shipment_id = new.shipment_id
        """,
        [event.order_id for event in corrections],
        [event.shipment_id for event in corrections],
        [event.tracking_number for event in corrections],
        [event.carrier for event in corrections],
        [event.tracking_url for event in corrections],
        [event.tracking_version for event in corrections],
    )
