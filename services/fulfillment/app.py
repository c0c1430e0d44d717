"""Fulfillment, put together: each way in is one line."""

from functools import partial

import structlog
from fastapi import APIRouter, Depends

from services.fulfillment import handlers
from services.fulfillment.api import Api
from services.fulfillment.completeful import Completeful
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements, provider_orders
from services.fulfillment.webhooks import Webhooks
from services.fulfillment.worker import follow, place
from shared.api_key import require_key
from shared.breaker import Breaker
from shared.events import (
    ChargeRecorded,
    FulfillmentCancelled,
    FulfillmentRefused,
    FulfillmentStarted,
    OrderApproved,
    OrderCancelled,
    OrderWithdrawn,
    ProductChanged,
    ProductPublished,
    Shipped,
)
from shared.group_commit import GroupCommit
from shared.outside import Outside, new_client
from shared.service import Service
from shared.signed_urls import FileUrls

log = structlog.get_logger()


def build_app(settings: Settings) -> Service:
    """Put the service together and open nothing."""
    service = Service("fulfillment", settings)
    key = settings.completeful_key.get_secret_value()
    http = new_client(
        settings.completeful_url, {"Authorization": f"Bearer {key}"}, settings.timeout_seconds
    )
    breaker = Breaker("completeful", service.metrics)
    outside = Outside("Completeful", http, breaker, timeout_seconds=settings.timeout_seconds)
    completeful = Completeful(outside, settings.completeful_shop_id)
    urls = FileUrls(settings.files.url, settings.files.signing_key.get_secret_value())
    placed: place.Placements = GroupCommit(partial(place.record, service.database))
    found: follow.Findings = GroupCommit(partial(follow.record, service.database, settings))
    webhooks, api = Webhooks(settings), Api(settings, breaker)
    service.hears(OrderApproved, handlers.queue_placements)
    service.hears(OrderCancelled, handlers.cancel_orders)
    service.hears(OrderWithdrawn, handlers.cancel_orders)
    service.hears(ProductPublished, handlers.keep_products)
    service.hears(ProductChanged, handlers.keep_products)
    service.says(FulfillmentStarted, FulfillmentRefused, FulfillmentCancelled, Shipped)
    service.says(ChargeRecorded)
    service.works_at(
        "place",
        partial(place.take_placements, service.database, completeful, urls, settings),
        partial(place.place, service.database, completeful, placed, settings),
        signal=placements.SIGNAL,
        lanes=settings.place_lanes,
    )
    service.works_at(
        "follow",
        partial(follow.take_orders, service.database, completeful, settings),
        partial(follow.follow, service.database, completeful, found, settings),
        signal=provider_orders.SIGNAL,
        lanes=settings.follow_lanes,
    )
    service.opens(open_=partial(warn_of_test_mode, settings), close=http.aclose)
    service.http.add_api_route("/webhooks/completeful", webhooks.hear, methods=["POST"])
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route("/provider", api.show_provider, methods=["GET"])
    v1.add_api_route("/placements/{order_id}", api.show_placement, methods=["GET"])
    service.http.include_router(v1)
    return service


async def warn_of_test_mode(settings: Settings) -> None:
    """Say at each start that nothing will be made, for that is easily forgotten."""
    if settings.is_test_mode:
        log.warning("completeful_test_mode", meaning="orders are checked and never made")
