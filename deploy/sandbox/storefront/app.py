"""The storefront as one ASGI app."""

import asyncio

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.frame import build_frame, build_parts
from deploy.sandbox.storefront.admin import Admin
from deploy.sandbox.storefront.control import Control
from deploy.sandbox.storefront.photos import draw_all, get_photo
from deploy.sandbox.storefront.settings import Settings
from deploy.sandbox.storefront.shop import Shop
from deploy.sandbox.storefront.webhooks import signer

FAULTS = ("throttle", "reorder")


def build_app(settings: Settings) -> Starlette:
    """Build the storefront; its records are opened when the app starts."""
    parts = build_parts(
        settings.folder,
        "storefront",
        faults=FAULTS,
        sign=lambda _: signer(settings),
        retry_seconds=settings.retry_seconds,
    )
    shop = Shop(settings, parts)
    admin = Admin(settings, shop, parts.faults)
    routes = [
        Route(r"/admin/api/{version}/graphql.json", admin.answer, methods=["POST"]),
        Route("/photos/{name}.jpg", get_photo),
        *Control(shop, parts.deliveries).routes(),
    ]
    return build_frame(parts, routes, error=_broken, on_refusal=_refused, on_start=_draw_photos)


def _draw_photos() -> None:
    asyncio.get_running_loop().run_in_executor(None, draw_all)


def _broken() -> Response:
    return JSONResponse({"errors": "Internal Server Error"}, 500)


def _refused(_: Request, reason: Exception) -> Response:
    """Tell why something was not done, in Shopify's shape."""
    if isinstance(reason, ValidationError):
        return JSONResponse(
            {"errors": reason.errors(include_url=False, include_context=False)}, 422
        )
    if isinstance(reason, HTTPException):
        return JSONResponse({"errors": reason.detail}, reason.status_code)
    raise reason
