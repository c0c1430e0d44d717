"""Completeful's Partner API, as far as fulfillment needs it."""

import json
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from services.fulfillment.domain.answers import ProviderOrder, Unreadable, read_order, text
from services.fulfillment.domain.quoting import Estimate, read_quote
from shared.connections import Answer
from shared.outside import DENIED_SECONDS, Away, Outside, Refused, Unavailable

PROVIDER = "completeful"
CAN_QUOTE = True
"""Whether this provider says before it is ordered what an order would cost."""

DRY_RUN = "dry_run"
REASON_MAX = 1000
NOT_HERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


class Completeful:
    """The client of one shop; it raises Unavailable (later) or Refused (never)."""

    def __init__(self, outside: Outside, shop_id: str) -> None:
        self.breaker = outside.breaker
        self.outside = outside
        self._orders = f"shops/{quote(shop_id, safe='')}/orders"

    async def create(self, body: bytes, idempotency_key: str) -> ProviderOrder:
        """Place an order, once however often it is asked with this key and body.

        A dry run is a refusal: Completeful took a look, and ordered nothing.
        """
        headers = {"Idempotency-Key": idempotency_key, "Content-Type": "application/json"}
        answer = await self.outside.ask("POST", self._orders, content=body, headers=headers)
        self._expect_place(answer)
        refuse_dry_run(answer)
        refuse(answer)
        return read(answer)

    async def look_up(self, order_id: str) -> ProviderOrder | None:
        """Find the order that was placed under our id; None when Completeful has none."""
        path = f"{self._orders}/lookup/{quote(order_id, safe='')}"
        answer = await self.outside.ask("GET", path, is_write=False)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        refuse(answer)
        return read(answer)

    async def read(self, provider_order_id: str) -> ProviderOrder:
        """Give the order as it stands."""
        path = f"{self._orders}/{quote(provider_order_id, safe='')}"
        answer = await self.outside.ask("GET", path, is_write=False)
        refuse(answer)
        return read(answer)

    async def quote(self, body: bytes) -> Estimate:
        """Give what an order would cost; nothing is ordered, so a dry run's answer is as good."""
        headers = {"Content-Type": "application/json"}
        path = f"{self._orders}/quote"
        answer = await self.outside.ask("POST", path, content=body, headers=headers, is_write=False)
        self._expect_place(answer)
        refuse(answer)
        try:
            return read_quote(decode(answer))
        except (Unreadable, ValueError) as error:
            raise Unavailable(f"Completeful's quote cannot be read: {error}") from error

    async def cancel(self, provider_order_id: str) -> None:
        """Cancel the order; refused once its production has begun."""
        path = f"{self._orders}/{quote(provider_order_id, safe='')}/cancel"
        answer = await self.outside.ask("POST", path)
        refuse_dry_run(answer)
        refuse(answer)

    def _expect_place(self, answer: Answer) -> None:
        """Raise Away when what we asked is not there at all: no order's fault."""
        if answer.status in NOT_HERE:
            self.breaker.hold(DENIED_SECONDS)
            self.outside.outcome = (
                f"Completeful knows no such place (HTTP {answer.status}): "
                "check its address and the shop's id"
            )
            raise Away(self.outside.outcome, retry_after=DENIED_SECONDS)


def refuse_dry_run(answer: Answer) -> None:
    """Raise Refused when the answer is to a test key, for then nothing was done."""
    is_dry = answer.header("X-Capp-Dry-Run").casefold() == "true"
    is_test = answer.header("X-Capp-Mode").casefold() == "test"
    if answer.is_success and (is_dry or is_test):
        raise Refused(
            DRY_RUN,
            "Completeful is in test mode: it checked the order and made nothing. "
            "Set a live key and approve the order again.",
        )


def refuse(answer: Answer) -> None:
    """Raise Refused with Completeful's own words for what a person can do."""
    if answer.is_success:
        return
    try:
        problem = decode(answer)
    except ValueError:
        problem = None
    known = problem if isinstance(problem, dict) else {}
    said = text(known, ("error", "message")) or f"HTTP {answer.status}"
    field, remedy = text(known, ("field",)), text(known, ("remediation",))
    where = f" ({field})" if field else ""
    what = f" – {remedy}" if remedy else ""
    code = text(known, ("code",)) or f"http_{answer.status}"
    raise Refused(
        code,
        f"Completeful: {said}{where}{what}"[:REASON_MAX],
        is_conflict=answer.status == HTTPStatus.CONFLICT,
    )


def read(answer: Answer) -> ProviderOrder:
    """Read the order in a success; what cannot be read may have happened all the same."""
    try:
        return read_order(decode(answer))
    except (Unreadable, ValueError) as error:
        reason = f"Completeful's answer cannot be read: {error}"
        raise Unavailable(reason, is_ambiguous=True) from error


def decode(answer: Answer) -> Any:
    """Read JSON with its amounts exact."""
    return json.loads(answer.content, parse_float=Decimal)
