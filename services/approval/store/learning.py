"""The SQL of learning from memory: news are claimed, worked in and kept by one statement."""

from services.approval.store.recent import Recent
from services.approval.store.saving import SAVED_ALL, SAVING, News
from shared.effect import Claim, Effect

AS_REMEMBERED = f"""
    (SELECT count(*) FROM claimed) = cardinality($1::uuid[])
    AND {SAVED_ALL}
    AND ($25::integer IS NULL OR $25 = (SELECT max(version) FROM rule_version))
"""  # noqa: S608 - values are parameters
"""Every event is ours, no order has changed since, and the rules that approved still hold."""


def effect_of(news: News, recent: Recent, rules_version: int) -> Effect:
    """Give the statement that keeps the news if everything is as this process remembers it."""

    def remember(claim: Claim) -> None:
        recent.keep([review.as_saved() for review in news.reviews], claim.transaction_id)

    said = news.messages
    version = rules_version if news.approvals else None
    return Effect(
        sql=SAVING,
        values=(*news.values_with(said), version),
        signals=news.signals,
        requires=AS_REMEMBERED,
        after_commit=remember,
        said=said,
    )
