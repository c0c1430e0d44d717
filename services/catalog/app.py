"""Catalog: every way in is a line here."""

from fastapi import APIRouter, Depends

from services.catalog import api
from services.catalog.files import Files
from services.catalog.settings import Settings
from shared.api_key import require_key
from shared.events import ProductChanged, ProductPublished
from shared.service import Service


def build_app(settings: Settings) -> Service:
    """Build the service; nothing is opened yet."""
    service = Service("catalog", settings)
    files = Files(settings.files_store)
    service.http.state.files = files
    service.opens(files.open)
    service.says(ProductPublished, ProductChanged)

    v1 = APIRouter(prefix="/v1", dependencies=[Depends(require_key(settings.api_key))])
    v1.add_api_route(
        "/assets/{sha256}",
        api.put_asset,
        methods=["PUT"],
        tags=["assets"],
        openapi_extra=api.PNG_BODY,
    )
    v1.add_api_route("/products", api.list_products, methods=["GET"], tags=["products"])
    v1.add_api_route("/products/{product_id}", api.get_product, methods=["GET"], tags=["products"])
    v1.add_api_route("/products/{product_id}", api.put_product, methods=["PUT"], tags=["products"])
    service.http.include_router(v1)
    return service
