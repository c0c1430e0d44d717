"""Notifier, put together: each way in is one line."""

from functools import partial

import httpx
from fastapi import APIRouter, Depends

from services.notifier import api, handlers, store
from services.notifier.settings import Settings
from services.notifier.shopify import Shopify
from services.notifier.worker import update_next
from shared.api_key import require_key
from shared.breaker import Breaker
from shared.events import (
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    StorefrontUpdateRequested,
)
from shared.outside import Outside
from shared.service import Service


def build_app(settings: Settings) -> Service:
    """Put the service together and open nothing."""
    service = Service("notifier", settings)
    http = httpx.AsyncClient(
        base_url=settings.shopify_url,
        headers={"X-Shopify-Access-Token": settings.shopify_token.get_secret_value()},
        timeout=settings.timeout_seconds,
    )
    breaker = Breaker("shopify", service.metrics)
    outside = Outside("Shopify", http, breaker, timeout_seconds=settings.timeout_seconds)
    shopify = Shopify(outside, settings.shopify_api_version)

    service.hears(Shipped, handlers.queue_packages)
    service.hears(StorefrontUpdateRequested, handlers.queue_again)
    service.says(StorefrontUpdated, StorefrontRefused)
    update = partial(update_next, service.database, shopify, settings)
    service.works("update_store", update, signal=store.SIGNAL, lanes=settings.lanes)
    service.opens(close=http.aclose)
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route("/packages/{order_id}", api.show_packages, methods=["GET"])
    service.http.include_router(v1)
    return service
