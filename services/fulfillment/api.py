"""What fulfillment tells when it is asked."""

from datetime import datetime
from decimal import Decimal
from http import HTTPStatus

from pydantic import BaseModel

from services.fulfillment.completeful import PROVIDER
from services.fulfillment.settings import Settings
from services.fulfillment.store import charges, placements
from shared.breaker import Breaker
from shared.events import ChargeKind, Money
from shared.http import OwnDatabase, Problem


class ChargeState(BaseModel):
    """One line of the ledger of charges, in the currency's smallest unit."""

    charge_id: str
    kind: ChargeKind
    amount: Money
    charged_at: datetime


class PlacementState(BaseModel):
    """Where an order is between approval and the provider's last package, and why."""

    order_id: str
    status: str
    code: str
    reason: str
    approval: int
    attempts: int
    failures: int
    due_at: datetime
    is_unsure: bool
    is_cancelled: bool
    provider_order_id: str | None
    stage: str | None
    provider_status: str | None
    fulfillment_status: str | None
    billing_status: str | None
    billed: str | None
    total: Decimal | None
    is_over: bool | None
    cancel_answer: str | None
    following_reason: str | None
    charges: list[ChargeState]


class ProviderState(BaseModel):
    """Whether orders reach the provider at all: in test mode none is ever made."""

    provider: str
    mode: str
    is_held: bool


class Api:
    """Answers about placements and about the provider."""

    def __init__(self, settings: Settings, breaker: Breaker) -> None:
        self._settings = settings
        self._breaker = breaker

    async def show_provider(self) -> ProviderState:
        """Tell whether Completeful is in test mode, and whether it is being left alone."""
        mode = "test" if self._settings.is_test_mode else "live"
        return ProviderState(provider=PROVIDER, mode=mode, is_held=self._breaker.is_open)

    async def show_placement(self, order_id: str, database: OwnDatabase) -> PlacementState:
        """Tell how far the order is, and what it waits for."""
        async with database.transaction() as transaction:
            row = await placements.find_placement(transaction, order_id)
            ledger = await charges.find_charges(transaction, [order_id])
        if row is None:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "Unknown order",
                "no approved or cancelled order has this id",
            )
        lines = [
            ChargeState(
                charge_id=charge.charge_id,
                kind=charge.kind,
                amount=charge.amount,
                charged_at=charge.charged_at,
            )
            for charge in ledger[order_id]
        ]
        return PlacementState(**dict(row), charges=lines)
