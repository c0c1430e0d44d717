"""What notifier tells when it is asked."""

from datetime import datetime
from http import HTTPStatus

from pydantic import BaseModel

from services.notifier import store
from shared.http import OwnDatabase, Problem


class PackageState(BaseModel):
    """Whether the store knows of a package, and what it waits for when not."""

    shipment_id: str
    tracking_number: str
    status: str
    reason: str
    storefront_fulfillment_id: str | None
    failures: int
    due_at: datetime | None


async def show_packages(order_id: str, database: OwnDatabase) -> list[PackageState]:
    """Tell how far the store knows of an order's packages, oldest first."""
    async with database.transaction() as transaction:
        rows = await store.find_packages(transaction, order_id)
    if not rows:
        raise Problem(
            HTTPStatus.NOT_FOUND, "Unknown order", "no package of an order with this id is known"
        )
    return [PackageState.model_validate(dict(row)) for row in rows]
