"""Fulfillment, put together: each way in is one line."""

from functools import partial

import structlog
from fastapi import APIRouter, Depends

from services.fulfillment import handlers
from services.fulfillment.api import Api
from services.fulfillment.completeful import CAN_QUOTE, Completeful
from services.fulfillment.domain.following import Following
from services.fulfillment.settings import Settings
from services.fulfillment.store import placements, provider_orders, queueing, quotes
from services.fulfillment.webhooks import Webhooks
from services.fulfillment.worker import absences, delays, follow, place, quote, setbacks
from shared.api_key import require_key
from shared.breaker import Breaker
from shared.connections import HttpConnections
from shared.described import fails
from shared.effect import Queueing
from shared.events import (
    AddressCorrected,
    ChargeRecorded,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderQuoted,
    OrderReceived,
    OrderWithdrawn,
    PrintFileReady,
    PrintFilesDeleted,
    ProductChanged,
    ProductPublished,
    QuoteRefused,
    ReplayRequested,
    ReprintOrdered,
    Shipped,
    TrackingCorrected,
)
from shared.group_commit import GroupCommit
from shared.lanes import Lanes, Steps
from shared.outside import Outside
from shared.refusals import Refusals
from shared.service import Service
from shared.signed_urls import FileUrls

log = structlog.get_logger()

NO_JSON = "The body is not JSON."
UNSIGNED = "X-Capp-Signature is missing, older than five minutes, or made with another secret."
LARGE = "The body has more bytes than a webhook has."
UNKNOWN = "No approved or cancelled order has this id."


def build_app(settings: Settings) -> Service:
    """Put the service together and open nothing."""
    service = Service("fulfillment", settings, plans_once=True)
    key = settings.completeful_key.get_secret_value()
    http = HttpConnections(
        settings.completeful_url, {"Authorization": f"Bearer {key}"}, settings.timeout_seconds
    )
    completeful = reach(http, settings, Breaker("completeful", service.metrics))
    urls = FileUrls(settings.files.url, settings.files.signing_key.get_secret_value())
    service.hears(OrderCancelled, handlers.cancel_orders)
    service.hears(OrderWithdrawn, handlers.cancel_orders)
    service.hears(ProductPublished, handlers.keep_products)
    service.hears(ProductChanged, handlers.keep_products)
    service.hears(PrintFilesDeleted, handlers.forget_shoppers)
    service.says(FulfillmentStarted, FulfillmentRefused, FulfillmentCancelled, Shipped)
    service.says(FulfillmentDelayed, TrackingCorrected, ChargeRecorded, OrderQuoted, QuoteRefused)
    following = add_following(service, settings, completeful)
    say = partial(absences.say_absence, service.database, completeful.outside, settings)
    service.works("absences", say, signal="absences", poll_seconds=absences.LOOK_SECONDS)
    add_placing(service, settings, completeful, urls, following)
    if settings.quotes and CAN_QUOTE:
        quoting = reach(http, settings, Breaker("completeful_quotes", service.metrics))
        add_quoting(service, settings, quoting, urls, placing=completeful.breaker)
    service.opens(open_=partial(warn_of_test_mode, settings), close=http.close)
    add_http(service, settings, completeful.breaker)
    return service


def reach(http: HttpConnections, settings: Settings, breaker: Breaker) -> Completeful:
    """Give a way to Completeful that is left alone by itself when it fails."""
    outside = Outside("Completeful", http, breaker)
    return Completeful(outside, settings.completeful_shop_id)


def add_placing(
    service: Service,
    settings: Settings,
    completeful: Completeful,
    urls: FileUrls,
    following: Lanes[Following],
) -> None:
    """Place what is approved."""
    placed: place.Placements = GroupCommit(
        partial(place.record, service.database, settings, following)
    )
    lanes = service.works_at(
        "place",
        Steps(
            take=partial(place.take_placements, service.database, urls, settings),
            do=partial(place.place, service.database, completeful, placed, settings),
            put_off=partial(setbacks.put_off, service.database, settings),
        ),
        signal=placements.SIGNAL,
        due=placements.DUE,
        lanes=settings.place_lanes,
    )
    lanes.heed(completeful.breaker)
    say = partial(delays.say_delays, service.database, settings)
    service.works("delays", say, signal="delays", poll_seconds=delays.LOOK_SECONDS)
    prepare = partial(place.prepare, urls, settings)
    queue = partial(queueing.queue_placements, lease=settings.lease, prepare=prepare)
    service.hears(OrderApproved, Queueing(queue, lanes))


def add_following(
    service: Service, settings: Settings, completeful: Completeful
) -> Lanes[Following]:
    """Follow what is placed."""
    found: follow.Findings = GroupCommit(partial(follow.record, service.database, settings))
    lanes = service.works_at(
        "follow",
        Steps(
            take=partial(follow.take_orders, service.database, settings),
            do=partial(follow.follow, service.database, completeful, found, settings),
            put_off=partial(follow.put_off, service.database, settings),
        ),
        signal=provider_orders.SIGNAL,
        due=provider_orders.DUE,
        lanes=settings.follow_lanes,
    )
    lanes.heed(completeful.breaker)
    service.hears(ReplayRequested, handlers.ask_again)
    return lanes


def add_quoting(
    service: Service,
    settings: Settings,
    completeful: Completeful,
    urls: FileUrls,
    *,
    placing: Breaker,
) -> None:
    """Ask what orders would cost, in lanes of its own; its failures hold nothing else up.

    Nothing is asked while Completeful is to be left alone, if only by placing.
    """
    service.hears(OrderReceived, handlers.quote_orders)
    service.hears(OrderChanged, handlers.quote_orders)
    service.hears(ReprintOrdered, handlers.quote_orders)
    service.hears(AddressCorrected, handlers.quote_addresses)
    service.hears(PrintFileReady, handlers.quote_prints)
    answers: quote.Answers = GroupCommit(partial(quote.record, service.database))
    lanes = service.works_at(
        "quote",
        Steps(
            take=partial(quote.take_quotes, service.database, urls, settings),
            do=partial(quote.ask, service.database, completeful, answers, settings),
            put_off=partial(quote.put_off, service.database, answers, settings),
        ),
        signal=quotes.SIGNAL,
        due=quotes.DUE,
        lanes=settings.quote_lanes,
    )
    lanes.heed(completeful.breaker, placing)


def add_http(service: Service, settings: Settings, breaker: Breaker) -> None:
    """Add Completeful's door, and what programs look at."""
    webhooks, api = Webhooks(settings, Refusals(service.metrics)), Api(settings, breaker)
    service.http.add_api_route(
        "/webhooks/completeful",
        webhooks.hear,
        methods=["POST"],
        **fails({400: NO_JSON, 401: UNSIGNED, 413: LARGE}, needs_key=False),
    )
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route("/provider", api.show_provider, methods=["GET"], **fails({}))
    v1.add_api_route(
        "/placements/{order_id}", api.show_placement, methods=["GET"], **fails({404: UNKNOWN})
    )
    service.http.include_router(v1)


async def warn_of_test_mode(settings: Settings) -> None:
    """Say at each start that nothing will be made, for that is easily forgotten."""
    if settings.is_test_mode:
        log.warning("completeful_test_mode", meaning="orders are checked and never made")
