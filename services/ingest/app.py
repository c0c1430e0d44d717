"""Ingest, put together."""

from fastapi import APIRouter, Depends

from services.ingest import api
from services.ingest.settings import Settings
from services.ingest.webhooks import ShopifyWebhooks
from shared.api_key import require_key
from shared.events import OrderCancelled, OrderChanged, OrderReceived
from shared.service import Service


def build_app(settings: Settings) -> Service:
    """Build the service; each way in is one line."""
    service = Service("ingest", settings)
    service.says(OrderReceived, OrderChanged, OrderCancelled)
    service.fronts("/webhooks/shopify", ShopifyWebhooks(service.database, settings))
    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route("/deliveries/unreadable", api.list_unreadable, methods=["GET"])
    service.http.include_router(v1)
    return service
