"""News: all that one answer of the provider changes about an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.fulfillment.domain.answers import ProviderOrder
from services.fulfillment.domain.billing import Billed, Charge, is_settled, next_billed
from services.fulfillment.domain.charges import new_charges
from services.fulfillment.domain.following import Following, Found, Parcel, is_made, new_packages
from services.fulfillment.domain.stages import Stage, next_stage, unknown_words
from services.fulfillment.domain.tracking import corrected, corrections_of
from shared.events import Shipped, TrackingCorrected


@dataclass(frozen=True, slots=True)
class Words:
    """What the provider's words mean; a word that is in neither map is for a person to look at."""

    stages: Mapping[str, Stage | None]
    billing: Mapping[str, Billed | None]

    def unknown(self, order: ProviderOrder) -> list[str]:
        """Give the order's words that nobody has told us the meaning of."""
        return [
            *unknown_words(order.words, self.stages),
            *unknown_words([order.billing_status], self.billing),
        ]


@dataclass(frozen=True, slots=True)
class News:
    """What is to be said and kept, and whether anything more is to come."""

    following: Following
    order: ProviderOrder
    stage: Stage
    billed: Billed
    packages: tuple[Shipped, ...]
    corrections: tuple[TrackingCorrected, ...]
    charges: tuple[Charge, ...]
    is_over: bool
    seconds: float
    cancel_answer: str | None


def news_of(found: Found, words: Words, *, now: datetime, seconds: float) -> News:
    """Work out what is new against what was said before; `seconds` is until we ask again."""
    following, order = found.following, found.order
    stage = next_stage(following.stage, order.words, words.stages)
    word, amounts = order.billing_status, order.amounts
    billed = next_billed(following.billed, word, amounts, words.billing, since=following.changed_at)
    corrections = corrections_of(following, order)
    said = corrected(following.said, corrections)
    packages = new_packages(following, order, said, now=now)
    parcels = [*said, *(Parcel.of(package) for package in packages)]
    settled = is_settled(billed, word, words.billing, stage=stage, unchanged=following.unchanged)
    return News(
        following=following,
        order=order,
        stage=stage,
        billed=billed,
        packages=tuple(packages),
        corrections=tuple(corrections),
        charges=tuple(new_charges(following, billed, amounts, following.ledger, now=now)),
        is_over=settled and is_made(stage, following, parcels),
        seconds=seconds,
        cancel_answer=found.cancel_answer,
    )
