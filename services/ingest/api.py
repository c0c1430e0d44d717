"""What a person asks ingest: which deliveries could not be understood."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from services.ingest import store
from shared.http import OwnDatabase


class UnreadableDelivery(BaseModel):
    """A delivery that is kept but says nothing yet; the body itself stays in the database."""

    delivery_id: int
    shop: str
    topic: str
    webhook_id: str
    received_at: datetime
    problem: str
    body_bytes: int


async def list_unreadable(
    database: OwnDatabase, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[UnreadableDelivery]:
    """List the newest deliveries with a problem, without personal data."""
    async with database.transaction() as transaction:
        found = await store.find_unreadable(transaction, limit)
    return [
        UnreadableDelivery(
            delivery_id=item.delivery_id,
            shop=item.shop,
            topic=item.topic,
            webhook_id=item.webhook_id,
            received_at=item.received_at,
            problem=item.problem,
            body_bytes=len(item.body),
        )
        for item in found
    ]
