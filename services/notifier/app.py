"""Notifier, put together: each way in is one line."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Depends

from services.notifier import api, handlers, store, worker
from services.notifier.settings import Settings
from services.notifier.shopify import Shopify
from shared.api_key import require_key
from shared.breaker import Breaker
from shared.connections import HttpConnections
from shared.described import fails
from shared.effect import Queueing
from shared.events import (
    ReprintOrdered,
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    StorefrontUpdateRequested,
    TrackingCorrected,
)
from shared.group_commit import GroupCommit
from shared.lanes import Lanes, Steps
from shared.outside import Outside
from shared.service import Service

DELAYS_SECONDS = 15.0
"""How often is looked for packages that wait for long."""

UNKNOWN = "No package of an order with this id is known."


def build_app(settings: Settings) -> Service:
    """Put the service together and open nothing."""
    service = Service("notifier", settings, plans_once=True)
    token = settings.shopify_token.get_secret_value()
    http = HttpConnections(
        settings.shopify_url, {"X-Shopify-Access-Token": token}, settings.timeout_seconds
    )
    breaker = Breaker("shopify", service.metrics)
    outside = Outside("Shopify", http, breaker)
    shopify = Shopify(outside, settings.shopify_api_version)

    service.hears(ReprintOrdered, handlers.keep_reprints)
    service.hears(StorefrontUpdateRequested, handlers.queue_again)
    service.hears(TrackingCorrected, handlers.correct_packages)
    service.says(StorefrontUpdated, StorefrontRefused)
    lanes = works_at_the_store(service, shopify, settings)
    lanes.heed(breaker)
    service.works(
        "delays",
        partial(worker.say_delays, service.database, settings),
        signal="delay",
        poll_seconds=DELAYS_SECONDS,
    )
    service.hears(Shipped, Queueing(partial(store.queue_packages, lease=settings.lease), lanes))
    service.opens(close=http.close)
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route(
        "/packages/{order_id}", api.show_packages, methods=["GET"], **fails({404: UNKNOWN})
    )
    service.http.include_router(v1)
    return service


def works_at_the_store(service: Service, shopify: Shopify, settings: Settings) -> Lanes[Any]:
    """Have packages told to the store, and what came of it kept many at a time."""
    told: worker.ToldPackages = GroupCommit(partial(worker.record, service.database))
    steps = Steps(
        take=partial(worker.take_packages, service.database, settings),
        do=partial(worker.update_store, service.database, shopify, told, settings),
        put_off=partial(worker.put_off, service.database, settings),
    )
    return service.works_at(
        "update_store", steps, signal=store.SIGNAL, due=store.DUE, lanes=settings.lanes
    )
