"""The reviews that this process wrote last: the next news of an order need not read them again."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.approval.domain import Approval, Review

REMEMBERED_MAX = 4_000


class Recent:
    """Remembers reviews with the transaction that wrote their facts.

    Who has locked a review asks with the transaction that its row names: when anybody else has
    written the facts since, here or in another process, that is another one, and nothing is found.
    The approval and the revision may be newer than what is remembered: the row has them. Who has
    locked nothing says which revision the review had, as each is written only once.
    """

    def __init__(self, most: int = REMEMBERED_MAX) -> None:
        self._most = most
        self._written: OrderedDict[str, tuple[str, Review]] = OrderedDict()

    def find(self, order_id: str, learned_in: str | None) -> Review | None:
        """Give the review as that transaction wrote it."""
        written = self._written.get(order_id)
        return written[1] if written and written[0] == learned_in else None

    def guess(self, order_id: str) -> Review | None:
        """Give the review as it was when this process heard of it last."""
        written = self._written.get(order_id)
        return written[1] if written else None

    def keep(self, reviews: Iterable[Review], learned_in: str) -> None:
        """Remember what a transaction wrote, once it has committed; forget what is oldest."""
        for review in reviews:
            self._written[review.order_id] = (learned_in, review)
            self._written.move_to_end(review.order_id)
        while len(self._written) > self._most:
            self._written.popitem(last=False)

    def approve(self, revisions: Mapping[str, int], approval: Approval) -> None:
        """Remember an approval, once it has committed, with the revision that it made."""
        for order_id, revision in revisions.items():
            learned_in, review = self._written.get(order_id, ("", None))
            if review and review.revision == revision - 1:
                approved = replace(review, approval=approval, revision=revision)
                self._written[order_id] = (learned_in, approved)
