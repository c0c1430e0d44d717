"""Completeful's webhooks: hints that there is something to ask about, believed only when signed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request

from services.fulfillment.domain.answers import text
from services.fulfillment.domain.signature import WINDOW_SECONDS, age_of_signature
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements, provider_orders
from shared.http import OwnDatabase, Problem
from shared.refusals import Refusals

log = structlog.get_logger()

BODY_BYTES_MAX = 1024 * 1024
NAMES_MAX = 4


class Webhooks:
    """The door that Completeful knocks on."""

    def __init__(self, settings: Settings, refusals: Refusals) -> None:
        self._refusals = refusals
        self._secrets = [key.get_secret_value() for key in settings.completeful_webhook_secrets]

    async def hear(self, request: Request, database: OwnDatabase) -> dict[str, int]:
        """Have the order asked about now, and answer how many orders of ours that concerns.

        News of an order we do not know is no error: it may be placed this very moment, and is
        asked about as soon as it is. One that we take for cancelled is looked up there.
        """
        body = await read_body(request)
        self._check(request.headers.get("X-Capp-Signature", ""), body)
        names = order_names(body)
        known = 0
        if names:
            async with database.transaction() as transaction:
                known = await provider_orders.hint(
                    transaction, names
                ) or await placements.doubt_cancellations(transaction, names)
        log.info("webhook_heard", topic=request.headers.get("X-Capp-Topic", ""), orders=known)
        return {"orders": known}

    def _check(self, header: str, body: bytes) -> None:
        """Refuse what none of our secrets has signed just now."""
        age = age_of_signature(header, body, self._secrets, datetime.now(UTC))
        reason = "X-Capp-Signature is missing, or made with another secret"
        if age is not None and abs(age) <= WINDOW_SECONDS:
            return
        if age is not None:
            when = "ago" if age > 0 else "from now"
            reason = (
                f"it was signed {abs(age):,.0f} seconds {when} by the clock here, and at most "
                f"{WINDOW_SECONDS} are believed: compare the clocks"
            )
        self._refusals.note(reason)
        raise Problem(HTTPStatus.UNAUTHORIZED, "Bad signature", reason)


async def read_body(request: Request) -> bytes:
    """Read the bytes as they came, and no more of them than a webhook has."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "Too large",
                f"a webhook has at most {BODY_BYTES_MAX} bytes",
            )
    return bytes(body)


def order_names(body: bytes) -> list[str]:
    """Find every id that may name the order: ours or Completeful's, wherever it is put."""
    try:
        envelope: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "Not JSON", "the body cannot be read") from error
    content = envelope.get("data") if isinstance(envelope, Mapping) else None
    if not isinstance(content, Mapping):
        return []
    order = content.get("order")
    places = [content, *([order] if isinstance(order, Mapping) else [])]
    names = [
        text(place, (field,))
        for place in places
        for field in ("order_id", "external_order_id", "id")
    ]
    return sorted({name for name in names if name})[:NAMES_MAX]
