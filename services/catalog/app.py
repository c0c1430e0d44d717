"""Catalog: every way in is a line here."""

from fastapi import APIRouter, Depends

from services.catalog import api
from services.catalog.domain.artwork import Artwork
from services.catalog.domain.product import Product
from services.catalog.files import Files
from services.catalog.settings import Settings
from shared.api_key import require_key
from shared.described import INVALID, creates, fails
from shared.events import ProductChanged, ProductPublished
from shared.service import Service

LARGE = "The file is larger than artwork may be; `detail` says how large that is."
UNUSABLE = "The bytes are no artwork that can be printed, or have another hash; `detail` says why."
UNKNOWN = "No product has this id."
TAKEN = (
    "A SKU or a variant of the store belongs to another product (`taken` names each), or the "
    "product to another shop."
)
UNPRINTABLE = (
    "The product could not be printed or makes no sense: `errors` names each place that is wrong, "
    "`unknown` artwork that was never uploaded."
)


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
        **creates(Artwork, {413: LARGE, 422: UNUSABLE}),
    )
    v1.add_api_route(
        "/products", api.list_products, methods=["GET"], tags=["products"], **fails({422: INVALID})
    )
    v1.add_api_route(
        "/products/{product_id}",
        api.get_product,
        methods=["GET"],
        tags=["products"],
        **fails({404: UNKNOWN, 422: INVALID}),
    )
    v1.add_api_route(
        "/products/{product_id}",
        api.put_product,
        methods=["PUT"],
        tags=["products"],
        **creates(Product, {409: TAKEN, 422: UNPRINTABLE}),
    )
    service.http.include_router(v1)
    return service
