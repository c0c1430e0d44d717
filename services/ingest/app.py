"""Ingest, put together."""

from services.ingest import api
from services.ingest.settings import Settings
from services.ingest.webhooks import ShopifyWebhooks
from shared.events import OrderCancelled, OrderChanged, OrderReceived
from shared.service import Service


def build_app(settings: Settings) -> Service:
    """Build the service; each way in is one line."""
    service = Service("ingest", settings)
    service.says(OrderReceived, OrderChanged, OrderCancelled)
    service.fronts("/webhooks/shopify", ShopifyWebhooks(service.database, settings))
    service.http.add_api_route("/v1/deliveries/unreadable", api.list_unreadable, methods=["GET"])
    return service
