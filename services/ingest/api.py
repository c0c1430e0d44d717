"""What a person or a program asks ingest: which deliveries could not be read, and to try again."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel

from services.ingest.store import unreadable
from shared.http import OwnDatabase, Problem
from shared.signed_urls import FileUrls

ID_MAX = 2**63 - 1

DeliveryId = Annotated[int, Path(ge=1, le=ID_MAX)]


class UnreadableDelivery(BaseModel):
    """A delivery that is kept but says nothing yet; the body itself stays in the database."""

    delivery_id: int
    shop: str
    topic: str
    webhook_id: str
    received_at: datetime
    problem: str
    body_bytes: int
    set_aside_at: datetime | None
    set_aside_by: str | None


class ReadAgain(BaseModel):
    """How many deliveries are read again now."""

    deliveries: int


async def list_unreadable(
    database: OwnDatabase,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    set_aside: Annotated[bool, Query()] = False,  # noqa: FBT002 - the framework reads it by name
) -> list[UnreadableDelivery]:
    """List the newest deliveries with a problem, without personal data.

    With `set_aside` those that a person has set aside, and the others without.
    """
    async with database.transaction() as transaction:
        found = await unreadable.find_unreadable(transaction, limit, is_set_aside=set_aside)
    return [UnreadableDelivery(**asdict(item)) for item in found]


async def read_again(delivery_id: DeliveryId, database: OwnDatabase) -> ReadAgain:
    """Read a delivery again that could not be read, also one that was set aside."""
    async with database.transaction() as transaction:
        asked = await unreadable.request_retry(transaction, [delivery_id])
    if not asked:
        raise Problem(404, "No such delivery", "no delivery of this id waits for being read")
    return ReadAgain(deliveries=len(asked))


async def give_payload(
    delivery_id: DeliveryId,
    request: Request,
    database: OwnDatabase,
    expires: Annotated[int, Query()],
    signature: Annotated[str, Query()],
) -> Response:
    """Give the body of a delivery that could not be read, as it came; 403 when the URL is not ours.

    It holds a shopper's personal data: `approval` hands the URL out, to those who may see it.
    """
    urls: FileUrls = request.app.state.payloads
    if not urls.is_good(str(delivery_id), expires, signature, datetime.now(UTC)):
        raise Problem(403, "Not allowed", "the URL is not ours or has expired: ask for a new one")
    async with database.transaction() as transaction:
        body = await unreadable.find_payload(transaction, delivery_id)
    if body is None:
        raise Problem(404, "No such delivery", "it has been read since, or was never kept")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="webhook-{delivery_id}.txt"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type="text/plain; charset=utf-8", headers=headers)
