"""What approval does when it hears an event: it learns, whatever the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.approval import store
from services.approval.domain import Review, hear_all
from services.approval.domain.judging import judge
from services.approval.rulebook import RuleBook
from services.approval.store import failures, learning, ruling
from services.approval.store.recent import Recent
from services.approval.store.saving import News
from services.approval.store.troubles import may_be_troubled
from shared import unread_news
from shared.database import Transaction
from shared.effect import Effect
from shared.events import Event, FailureEnded, FailureFound, OrderReceived, ProductPublished
from shared.letter_news import KIND


@dataclass(frozen=True, eq=False)
class Learning:
    """Adds the news to what is known of each order, and writes them on its timeline.

    One handler serves every event, because where an order stands is worked out from all that is
    known of it and never from the event that came last. So all the news of a batch are taken in
    together, several of one order included.
    """

    book: RuleBook
    recent: Recent

    def effect_of(self, events: Sequence[Event]) -> Effect | None:
        """Work out from memory what the news change, and approve what the rules let through.

        None where an order is not remembered, hears nothing new or is in trouble: who takes the
        long way looks at what is there.
        """
        reviews = self._remembered(events)
        if reviews is None:
            return None
        changed, happenings = hear_all(reviews, events)
        if len(changed) < len(reviews) or any(map(may_be_troubled, changed)):
            return None
        judged, approvals = judge(changed, self.book.rules, datetime.now(UTC))
        news = News(judged, happenings, approvals)
        return learning.effect_of(news, self.recent, self.book.held.version)

    def _remembered(self, events: Sequence[Event]) -> dict[str, Review] | None:
        """Give the orders as they were here last; one that is received is taken to be new."""
        reviews: dict[str, Review] = {}
        for event in events:
            order_id = event.key
            if order_id in reviews:
                continue
            review = self.recent.guess(order_id)
            if review is None and not isinstance(event, OrderReceived):
                return None
            reviews[order_id] = review or Review(order_id)
        return reviews

    async def __call__(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Read what is known of the orders, and keep it with the news; rules look at it later."""
        order_ids = list(dict.fromkeys(event.key for event in events))
        reviews = await store.lock_reviews(transaction, order_ids, self.recent)
        changed, happenings = hear_all(reviews, events)
        await store.save_reviews(transaction, changed, happenings, self.recent)


async def keep_products(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Keep the names of products, so that a merchant can name them in a rule."""
    await ruling.keep_products(transaction, products)


async def keep_failures(transaction: Transaction, found: Sequence[FailureFound]) -> None:
    """Keep what failed in services; of its own failures approval knows before the stream tells."""
    await failures.keep(transaction, [each for each in found if is_of_others(transaction, each)])


async def end_failures(transaction: Transaction, ended: Sequence[FailureEnded]) -> None:
    """Forget what nobody need act on any more."""
    await failures.end(transaction, [each for each in ended if is_of_others(transaction, each)])


def is_of_others(transaction: Transaction, event: FailureFound | FailureEnded) -> bool:
    """Tell whether this is to be heard: of approval's own dead letters their table tells."""
    return event.service != transaction.service or event.kind not in {KIND, unread_news.KIND}


async def learn_own_failures(transaction: Transaction, events: Sequence[Event]) -> None:
    """Keep, and forget, what approval itself cannot read."""
    await failures.keep(transaction, [each for each in events if isinstance(each, FailureFound)])
    await failures.end(transaction, [each for each in events if isinstance(each, FailureEnded)])
