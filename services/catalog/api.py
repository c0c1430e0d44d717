"""What catalog answers to the programs of the merchant."""

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel

from services.catalog import store
from services.catalog.domain.artwork import BYTES_MAX, Artwork, Unusable, examine
from services.catalog.domain.draft import Draft, Slug
from services.catalog.domain.product import Product, revise
from services.catalog.domain.sku import slug
from services.catalog.domain.template import read_template
from services.catalog.files import OwnFiles, Unavailable
from shared import outbox
from shared.database import Transaction
from shared.events import Variant
from shared.http import OwnDatabase, Problem, read_body

PNG_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    }
}

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class ListedProduct(BaseModel):
    """A product in a list: everything but its template."""

    product_id: str
    revision: int
    shop: str
    title: str
    is_personalized: bool
    template_version: int
    provider: str
    provider_product_id: str
    variants: tuple[Variant, ...]


class ProductPage(BaseModel):
    """Some products; `next` is what to ask for `after` to see more, null at the end."""

    products: list[ListedProduct]
    next: str | None


async def put_asset(
    sha256: Sha256, request: Request, response: Response, database: OwnDatabase, files: OwnFiles
) -> Artwork:
    """Keep artwork under the hash of its bytes: 201 when it is new, 200 when it was known."""
    content = await read_body(dict(request.scope["headers"]), request.receive, BYTES_MAX)
    try:
        artwork = examine(sha256, content)
        await files.keep(artwork.key, content)
    except Unusable as reason:
        raise Problem(422, "Unusable artwork", str(reason)) from reason
    except Unavailable as reason:
        raise Problem(503, "The object store is away", f"Send it again later: {reason}") from reason
    async with database.transaction() as transaction:
        response.status_code = 201 if await store.add_artwork(transaction, artwork) else 200
    return artwork


async def put_product(
    product_id: Slug, draft: Draft, response: Response, database: OwnDatabase
) -> Product:
    """Publish or change a product; asked again with the same content, nothing happens."""
    async with database.transaction() as transaction:
        await store.lock_shop(transaction, draft.shop)
        known = await store.find_product(transaction, product_id)
        if known and known.shop != draft.shop:
            detail = f"{product_id!r} belongs to {known.shop!r}: choose another product_id."
            raise Problem(409, "The product belongs to another shop", detail)
        await refuse_unknown_artwork(transaction, draft)
        taken = await refuse_taken_names(transaction, product_id, draft)
        product = revise(known, product_id, draft, taken)
        if product is not known:
            await store.keep_product(transaction, product)
            await outbox.add(transaction, product.announcement())
    response.status_code = 200 if known else 201
    return product


async def refuse_unknown_artwork(transaction: Transaction, draft: Draft) -> None:
    """Raise a Problem when the template draws artwork that was never uploaded."""
    named = read_template(draft.template).assets
    unknown = sorted(named - await store.find_artwork(transaction, named))
    if unknown:
        detail = f"Upload the artwork first, by PUT /v1/assets/{{sha256}}: {', '.join(unknown)}"
        raise Problem(422, "Unknown artwork", detail, unknown=unknown)


async def refuse_taken_names(
    transaction: Transaction, product_id: str, draft: Draft
) -> dict[str, str]:
    """Raise a Problem when another product has a name already; give the SKUs near ours."""
    product = (draft.shop, product_id)
    wanted = draft.storefront_variant_ids
    sold = await store.find_storefront_owners(transaction, product, wanted)
    taken = await store.find_sku_owners(transaction, product, draft.skus, slug(product_id))
    doubles = sold | {sku: taken[sku] for sku in draft.skus if sku in taken}
    if doubles:
        detail = "; ".join(f"{name!r} belongs to {owner!r}" for name, owner in doubles.items())
        raise Problem(409, "SKU or storefront variant is taken", detail, taken=doubles)
    return taken


async def get_product(product_id: Slug, database: OwnDatabase) -> Product:
    """Give a product with its template."""
    async with database.transaction() as transaction:
        product = await store.find_product(transaction, product_id)
    if product is None:
        raise Problem(404, "Unknown product", f"There is no product {product_id!r}.")
    return product


async def list_products(
    database: OwnDatabase,
    shop: str | None = None,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ProductPage:
    """List products by id, without their templates."""
    async with database.transaction() as transaction:
        ids = await store.list_product_ids(transaction, shop, after, limit)
        products = await store.find_products(transaction, ids)
    listed = [ListedProduct.model_validate(product, from_attributes=True) for product in products]
    return ProductPage(products=listed, next=ids[-1] if len(ids) == limit else None)
