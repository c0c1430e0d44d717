"""The ledger of charges: lines are added to it, and nothing else is ever done to them."""

from collections.abc import Sequence

from services.fulfillment.domain.billing import Charge
from shared.database import Transaction
from shared.events import Money


async def find_charges(
    transaction: Transaction, order_ids: Sequence[str]
) -> dict[str, list[Charge]]:
    """Give the lines of each order, oldest first."""
    rows = await transaction.fetch(
        """
        SELECT charge_id, order_id, kind, minor, currency, charged_at
        FROM charge
        WHERE order_id = ANY($1::text[])
        ORDER BY id
        """,
        order_ids,
    )
    found: dict[str, list[Charge]] = {order_id: [] for order_id in order_ids}
    for row in rows:
        amount = Money(minor=row["minor"], currency=row["currency"])
        charge = Charge(row["charge_id"], row["order_id"], row["kind"], amount, row["charged_at"])
        found[charge.order_id].append(charge)
    return found
