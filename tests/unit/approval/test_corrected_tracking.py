"""What is shown of a package whose tracking was corrected."""

from typing import Any

from services.approval.domain import Facts, learn
from services.approval.domain.search import words_of
from services.approval.domain.standing import standing_of
from services.approval.domain.timeline import happening_of
from services.approval.domain.views import package_views
from tests.support.events import (
    order_received,
    shipped,
    storefront_refused,
    storefront_updated,
    tracking_corrected,
)

FIRST = (order_received(), shipped(), storefront_updated())


def known(*events: Any) -> Facts:
    facts = Facts()
    for event in events:
        facts = learn(facts, event, is_approved=True)
    return facts


def test_the_page_shows_the_tracking_that_holds_now() -> None:
    [package] = package_views(known(*FIRST, tracking_corrected()))

    assert (package.carrier, package.tracking_number) == ("UPS", "1Z999AA11001")
    assert package.tracking_url.endswith("1Z999AA11001")
    assert package.shipped_at == shipped().shipped_at


def test_the_store_knows_once_it_was_told_of_the_correction() -> None:
    told = storefront_updated(tracking_version=2)

    before = package_views(known(*FIRST, tracking_corrected()))
    after = package_views(known(*FIRST, tracking_corrected(), told))

    assert (before[0].is_in_store, after[0].is_in_store) == (False, True)


def test_a_refused_correction_needs_a_person_until_the_store_knows() -> None:
    refused = storefront_refused(tracking_version=2)
    told = storefront_updated(tracking_version=2)
    facts = known(*FIRST, tracking_corrected(), refused)

    standing = standing_of(facts, is_approved=True)
    mended = standing_of(learn(facts, told, is_approved=True), is_approved=True)

    assert (standing.is_troubled, standing.can_retry) == (True, True)
    assert (mended.is_troubled, mended.concerns) == (False, ())


def test_both_numbers_find_the_order() -> None:
    words = words_of(known(*FIRST, tracking_corrected()))

    assert {"1z999aa11001", "940010000000001001"} <= set(words)


def test_the_timeline_names_both_numbers() -> None:
    event = tracking_corrected()

    happening = happening_of(event, Facts(), Facts())

    assert happening.who == "factory"
    assert happening.text == ("Tracking corrected: UPS, 1Z999AA11001 instead of 940010000000001001")
