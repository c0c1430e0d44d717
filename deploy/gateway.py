"""The one door: which service answers which path. nginx keeps to the same table."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.roles import SERVICES
from shared.front import HotPath

ROUTES = (
    ("/webhooks/shopify", "ingest"),
    ("/v1/deliveries", "ingest"),
    ("/v1/products", "catalog"),
    ("/v1/assets", "catalog"),
    ("/files/", "printfile"),
    ("/webhooks/completeful", "fulfillment"),
    ("/v1/provider", "fulfillment"),
    ("/v1/placements", "fulfillment"),
    ("/", "approval"),
)
"""Prefixes and their services; the first that fits answers."""


class Gateway:
    """Hands each request to a service; `/<service>/…` reaches any service under its own paths."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps
        self.hot = dict(hot_paths(apps))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            return
        service, path = route(scope["path"])
        passed: dict[str, Any] = dict(scope) | {"path": path, "raw_path": path.encode()}
        await self._apps[service](passed, receive, send)


def hot_paths(apps: Mapping[str, ASGIApp]) -> Iterator[tuple[bytes, HotPath]]:
    """Give the hot paths of all services under the names that the door has for them."""
    for service, app in apps.items():
        for path, hot in getattr(app, "hot", {}).items():
            yield b"/%s%s" % (service.encode(), path), hot
            if route(path.decode()) == (service, path.decode()):
                yield path, hot


def route(path: str) -> tuple[str, str]:
    """Give the service that answers the path, and the path as that service knows it."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in SERVICES and rest:
        return first, f"/{rest}"
    for prefix, service in ROUTES:
        if path.startswith(prefix):
            return service, path
    raise AssertionError("the last prefix fits every path")
