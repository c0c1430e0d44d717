"""What each of the six services is told in an installation, and how each is built."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from deploy.embedded import Stack
from deploy.roles import SERVICES, url_for
from shared.service import Service

Fields = dict[str, Any]

SESSION_SECONDS = 3.0
"""The embedded broker lets a dead member's share be taken over sooner than others do."""


@dataclass(frozen=True)
class Installation:
    """What an installation is made of: its stack, its secrets, its folder and its address."""

    stack: Stack
    keys: Mapping[str, str]
    folder: Path
    url: str

    @property
    def passwords(self) -> dict[str, str]:
        """Give each service's database password."""
        return dict.fromkeys(SERVICES, self.keys["database"])

    @property
    def session_key(self) -> SecretStr:
        """Give the key that seals sign-in links."""
        return SecretStr(self.keys["approval_session"])

    @property
    def files_store(self) -> str:
        """Give the object store's URL."""
        return (self.folder.absolute() / "files").as_uri()


@dataclass(frozen=True)
class Outside:
    """The store and the factory that an installation works for."""

    shop: str
    shopify_url: str
    shopify_token: str
    shopify_webhook_secret: str
    completeful_url: str
    completeful_shop_id: str
    completeful_key: str
    completeful_webhook_secret: str
    photo_hosts: tuple[str, ...] = ()
    """Hosts that photos may be fetched from although they are private, such as a sandbox."""


def configure(home: Installation, outside: Outside) -> dict[str, Fields]:
    """Give what each service must be told, by the names of its settings."""
    files = {"url": home.url, "signing_key": home.keys["files_signing"]}
    own: dict[str, Fields] = {
        "ingest": {
            "shops": [outside.shop],
            "shopify_secrets": [outside.shopify_webhook_secret],
            "api_key": home.keys["ingest_api"],
            "payload_key": home.keys["payload_signing"],
            "stores": {outside.shop: {"url": outside.shopify_url, "token": outside.shopify_token}},
        },
        "catalog": {"api_key": home.keys["catalog_api"], "files_store": home.files_store},
        "printfile": {
            "files_store": home.files_store,
            "files": files,
            "photo_private_hosts": list(outside.photo_hosts),
        },
        "approval": {
            "api_key": home.keys["approval_api"],
            "session_key": home.keys["approval_session"],
            "payload_key": home.keys["payload_signing"],
            "files": files,
        },
        "fulfillment": {
            "completeful_url": outside.completeful_url,
            "completeful_shop_id": outside.completeful_shop_id,
            "completeful_key": outside.completeful_key,
            "completeful_webhook_secrets": [outside.completeful_webhook_secret],
            "api_key": home.keys["fulfillment_api"],
            "files": files,
        },
        "notifier": {
            "shopify_url": outside.shopify_url,
            "shopify_token": outside.shopify_token,
            "shop": outside.shop,
            "api_key": home.keys["notifier_api"],
        },
    }
    return {service: own[service] | stack_of(home, service) for service in SERVICES}


def stack_of(home: Installation, service: str) -> Fields:
    """Give what every service must be told: its database and the stream."""
    return {
        "database_url": url_for(home.stack.database_url, service, home.passwords[service]),
        "kafka_servers": home.stack.kafka_servers,
        "kafka_session_seconds": SESSION_SECONDS,
    }


def build_service(name: str, fields: Fields) -> Service:
    """Build one service from its settings by name; nothing is opened yet."""
    settings = import_module(f"services.{name}.settings").Settings(**fields)
    service: Service = import_module(f"services.{name}.app").build_app(settings)
    return service


def as_environment(name: str, fields: Fields) -> dict[str, str]:
    """Write a service's settings as environment variables, for a process of its own."""
    environment: dict[str, str] = {}
    for field, value in fields.items():
        if field == "files":
            environment |= {f"FILES_{part.upper()}": text for part, text in value.items()}
        else:
            text = value if isinstance(value, str) else json.dumps(value)
            environment[f"{name.upper()}_{field.upper()}"] = text
    return environment
