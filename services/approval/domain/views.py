"""What people and programs are shown of an order."""

from collections.abc import Callable, Sequence

from services.approval.domain.cost_views import (
    charge_views,
    cost_view,
    quote_view,
)
from services.approval.domain.costing import is_quote_awaited, refusal_of
from services.approval.domain.facts import Facts
from services.approval.domain.holds import Reason
from services.approval.domain.review import Review
from services.approval.domain.shown import (
    FileView,
    HappeningView,
    ItemView,
    OrderDetail,
    OrderView,
    PackageView,
    ReasonView,
)
from services.approval.domain.standing import Status
from services.approval.domain.timeline import Happening
from shared.events import (
    LineItem,
    PrintFile,
    PrintFileFailed,
    PrintFileReady,
    Shopper,
)

UrlOf = Callable[[str], str]
"""Gives the signed URL of a stored file's key."""


def view_of(review: Review, url_of: UrlOf) -> OrderView:
    """Show the order; of one that is known only by its cancellation there is little to show."""
    facts, order, standing = review.facts, review.facts.wanted, review.standing
    known, refused = order or facts.cancelled, refusal_of(facts)
    return OrderView(
        order_id=review.order_id,
        order_number=order.order_number if order else "",
        shop=known.shop if known else "",
        storefront_order_id=known.storefront_order_id if known else "",
        placed_at=order.placed_at if order else None,
        shopper=order.shopper if order else Shopper(),
        shipping_address=order.shipping_address if order else None,
        items=[item_view(facts, line, url_of) for line in order.items] if order else [],
        total=order.total if order else None,
        is_paid=order.is_paid if order else False,
        status=standing.status,
        status_label=standing.status.label,
        reasons=reason_views(standing.reasons),
        concerns=reason_views(standing.concerns),
        can_approve=standing.status is Status.NEEDS_APPROVAL,
        can_retry=standing.can_retry,
        snapshot_hash=review.snapshot.hash if review.snapshot else None,
        approved_at=review.approval.approved_at if review.approval else None,
        approved_by=review.approval.approved_by if review.approval else None,
        goes_out_at=review.approval.goes_out_at if review.approval else None,
        provider_order_id=facts.started.provider_order_id if facts.started else None,
        packages=package_views(facts),
        cost=cost_view(facts),
        quote=quote_view(facts),
        quote_refusal=ReasonView(code=refused.code, text=refused.reason) if refused else None,
        is_quote_awaited=is_quote_awaited(facts),
        charges=charge_views(facts),
        revision=review.revision,
    )


def detail_of(review: Review, timeline: Sequence[Happening], url_of: UrlOf) -> OrderDetail:
    """Show the order with its timeline."""
    happened = [
        HappeningView(
            happened_at=entry.happened_at, kind=entry.kind, who=entry.who, text=entry.text
        )
        for entry in timeline
    ]
    return OrderDetail(**dict(view_of(review, url_of)), timeline=happened)


def item_view(facts: Facts, line: LineItem, url_of: UrlOf) -> ItemView:
    """Show a line; answers whose names begin with an underscore are the store's own notes."""
    is_made = line.requires_shipping and line.quantity > 0
    outcome = facts.print_of(line) if is_made else None
    ready = outcome if isinstance(outcome, PrintFileReady) and facts.has_files(outcome) else None
    failed = outcome if isinstance(outcome, PrintFileFailed) else None
    shown = [answer for answer in line.properties if not answer.name.startswith("_")]
    return ItemView(
        line_item_id=line.line_item_id,
        title=line.title,
        variant_title=line.variant_title,
        sku=line.sku,
        quantity=line.quantity,
        price=line.price,
        is_made=is_made,
        personalization=tuple(shown),
        preview_url=url_of(ready.preview.key) if ready else None,
        files=[file_view(file, url_of) for file in ready.files] if ready else [],
        findings=ready.findings if ready else (),
        failure=ReasonView(code=failed.code, text=failed.reason) if failed else None,
        are_files_deleted=isinstance(outcome, PrintFileReady) and ready is None,
    )


def file_view(file: PrintFile, url_of: UrlOf) -> FileView:
    """Show a print file by a URL that works for a while."""
    return FileView(**file.model_dump(exclude={"key"}), url=url_of(file.key))


def package_views(facts: Facts) -> list[PackageView]:
    """Show the packages in the order in which they left."""
    packages = sorted(facts.packages.values(), key=lambda package: package.shipped_at)
    views = []
    for package in packages:
        tracking = facts.tracking.get(package.shipment_id, package)
        views.append(
            PackageView(
                shipment_id=package.shipment_id,
                carrier=tracking.carrier,
                tracking_number=tracking.tracking_number,
                tracking_url=tracking.tracking_url,
                shipped_at=package.shipped_at,
                items=package.items,
                is_in_store=facts.is_in_store(package.shipment_id),
            )
        )
    return views


def reason_views(reasons: Sequence[Reason]) -> list[ReasonView]:
    """Show reasons in the words that say what to do."""
    return [
        ReasonView(
            code=reason.code,
            text=reason.text,
            line_item_id=reason.line_item_id,
            service=reason.service,
            since=reason.since,
        )
        for reason in reasons
    ]
