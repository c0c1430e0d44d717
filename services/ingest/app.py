"""Ingest, put together."""

from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Depends
from prometheus_client import Counter

from services.ingest import api, handlers, worker
from services.ingest.domain import UNREADABLE
from services.ingest.reconciling import Reconciler, state_of
from services.ingest.settings import Settings, StoreAccess
from services.ingest.shopify.admin import OrdersOfShop
from services.ingest.store import unreadable
from services.ingest.webhooks import ShopifyWebhooks
from shared.admin_api import AdminApi
from shared.api_key import require_key
from shared.breaker import Breaker
from shared.connections import HttpConnections
from shared.described import INVALID, fails
from shared.events import OrderCancelled, OrderChanged, OrderReceived
from shared.mending import Mending
from shared.outside import Outside
from shared.refusals import Refusals
from shared.service import Service
from shared.signed_urls import PAYLOADS, FileUrls

NOT_OURS = "The URL is not ours, or has expired: ask for a new one."
NO_DELIVERY = "No delivery of this id waits for being read."


def build_app(settings: Settings) -> Service:
    """Build the service; each way in is one line."""
    service = Service("ingest", settings)
    service.waits_for_stream = False
    service.says(OrderReceived, OrderChanged, OrderCancelled)
    door = ShopifyWebhooks(service.database, settings, Refusals(service.metrics))
    service.fronts("/webhooks/shopify", door)
    service.mends(UNREADABLE, Mending(handlers.read_again, handlers.set_aside))
    add_unreadable(service, timedelta(days=settings.news_days_max))
    if settings.stores:
        add_reconciler(service, settings, door)
    payload_key = settings.payload_key.get_secret_value()
    service.http.state.payloads = FileUrls("", payload_key, path=PAYLOADS)
    service.http.add_api_route(
        f"{PAYLOADS}{{delivery_id}}",
        api.give_payload,
        methods=["GET"],
        **fails({403: NOT_OURS, 404: NO_DELIVERY, 422: INVALID}, needs_key=False),
    )
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route(
        "/deliveries/unreadable", api.list_unreadable, methods=["GET"], **fails({422: INVALID})
    )
    v1.add_api_route(
        "/deliveries/{delivery_id}/read-again",
        api.read_again,
        methods=["POST"],
        **fails({404: NO_DELIVERY, 422: INVALID}),
    )
    service.http.include_router(v1)
    return service


def add_unreadable(service: Service, oldest_news: timedelta) -> None:
    """Add what is done about deliveries that could not be read."""
    tell = partial(worker.tell_next, service.database)
    read = partial(worker.read_next, service.database, oldest_news, service.metrics)
    for name, do in (("tell_unreadable", tell), ("read_again", read)):
        service.works(name, do, signal=unreadable.SIGNAL, poll_seconds=worker.POLL_SECONDS)


def add_reconciler(service: Service, settings: Settings, door: ShopifyWebhooks) -> None:
    """Have each shop be asked for what its webhooks may not have told."""
    missed = Counter(
        "platen_webhooks_missed",
        "News that no webhook had brought when the store was asked.",
        registry=service.metrics.registry,
    )
    for shop, access in settings.stores.items():
        reconciler = Reconciler(
            shop,
            orders_of(service, settings, shop, access),
            settings,
            database=service.database,
            missed=missed,
            keep=door.keep,
        )
        name = f"reconcile {shop}"
        service.works(name, reconciler.do_next, signal=name, poll_seconds=reconciler.poll_seconds)
    state = partial(state_of, service.database, list(settings.stores))
    service.checks("reconciliation", state, is_vital=False)


def orders_of(service: Service, settings: Settings, shop: str, access: StoreAccess) -> OrdersOfShop:
    """Make the client of a shop's orders."""
    headers = {"X-Shopify-Access-Token": access.token.get_secret_value()}
    url = access.url or f"https://{shop}"
    http = HttpConnections(url, headers, settings.timeout_seconds)
    service.opens(close=http.close)
    outside = Outside("Shopify", http, Breaker(shop, service.metrics))
    return OrdersOfShop(AdminApi(outside, settings.shopify_api_version))
