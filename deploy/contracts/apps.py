"""Every service, built but not opened, with settings that lead nowhere."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from deploy.roles import SERVICES
from shared.service import Service

STAND_INS: dict[str, dict[str, Any]] = {
    "ingest": {
        "shops": ("example.myshopify.com",),
        "shopify_secrets": ("secret",),
        "api_key": "secret",
        "payload_key": "secret",
    },
    "catalog": {"api_key": "secret", "files_store": "memory:///"},
    "printfile": {"files_store": "memory:///"},
    "approval": {"api_key": "secret", "session_key": "secret", "payload_key": "secret"},
    "fulfillment": {
        "completeful_url": "http://completeful.example/v1",
        "completeful_shop_id": "shop",
        "completeful_key": "capp_live_secret",
        "completeful_webhook_secrets": ("secret",),
        "api_key": "secret",
    },
    "notifier": {
        "shopify_url": "https://example.myshopify.com",
        "shopify_token": "secret",
        "shop": "example.myshopify.com",
        "api_key": "secret",
    },
}
"""What each service must be told beside the stream and the database."""

FILES = {"url": "http://files.example", "signing_key": "secret"}


def build(service: str, **settings: Any) -> Service:
    """Build one service; what is not given is a stand-in."""
    module = import_module(f"services.{service}.settings")
    told: dict[str, Any] = {
        "database_url": "postgresql://nobody@database.example/none",
        "kafka_servers": "kafka.example:9092",
        **STAND_INS[service],
        **({"files": FILES} if "files" in module.Settings.model_fields else {}),
    }
    app: Service = import_module(f"services.{service}.app").build_app(
        module.Settings(**told | settings)
    )
    return app


def build_all(services: Sequence[str] = SERVICES) -> list[Service]:
    """Build every service."""
    return [build(service) for service in services]
