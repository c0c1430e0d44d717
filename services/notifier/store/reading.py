"""The SQL that shows how far the store knows."""

import asyncpg

from shared.database import Transaction


async def find_packages(transaction: Transaction, order_id: str) -> list[asyncpg.Record]:
    """Give an order's packages, oldest first, with what they wait for."""
    return await transaction.fetch(
        """
        SELECT package.shipment_id, package.tracking_number, package.status, package.reason,
            package.storefront_fulfillment_id, store_order.failures, store_order.due_at
        FROM package
        JOIN store_order USING (order_id)
        WHERE package.order_id = $1
        ORDER BY package.id
        """,
        order_id,
    )
