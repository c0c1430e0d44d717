"""Every SQL statement of catalog."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.catalog.domain.artwork import Artwork
from services.catalog.domain.product import Product
from shared.database import Transaction
from shared.events import PrintLocation, Variant


async def add_artwork(transaction: Transaction, artwork: Artwork) -> bool:
    """Keep note of stored artwork; False when it was known."""
    return bool(
        await transaction.execute(
            """
            INSERT INTO artwork (sha256, size_bytes, width_px, height_px)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """,
            artwork.sha256,
            artwork.size_bytes,
            artwork.width_px,
            artwork.height_px,
        )
    )


async def find_artwork(transaction: Transaction, names: Iterable[str]) -> set[str]:
    """Give those among the names that are stored."""
    rows = await transaction.fetch(
        "SELECT sha256 FROM artwork WHERE sha256 = ANY($1::text[])", list(names)
    )
    return {row["sha256"] for row in rows}


async def lock_shop(transaction: Transaction, shop: str) -> None:
    """Let nobody else give out SKUs of this shop until the transaction ends."""
    await transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", shop)


async def find_product(transaction: Transaction, product_id: str) -> Product | None:
    """Give the newest revision of a product, or None."""
    found = await find_products(transaction, [product_id])
    return found[0] if found else None


async def find_products(transaction: Transaction, product_ids: Sequence[str]) -> list[Product]:
    """Give the newest revisions of these products, in the order of their ids."""
    rows = await transaction.fetch(
        """
        SELECT product_id, revision, shop, title, is_personalized, document AS template,
            template_version, provider, provider_product_id, print_locations,
            (
                SELECT jsonb_agg(to_jsonb(variant) ORDER BY place)
                FROM variant
                WHERE variant.product_id = product.product_id
            ) AS variants
        FROM product
        JOIN template USING (product_id)
        WHERE version = template_version
            AND product_id = ANY($1::text[])
        ORDER BY product_id
        """,
        product_ids,
    )
    return [read_product(dict(row)) for row in rows]


def read_product(row: dict[str, Any]) -> Product:
    """Read a product from its row, with its parts as JSON."""
    locations = tuple(PrintLocation(**location) for location in row.pop("print_locations"))
    variants = tuple(Variant(**variant) for variant in row.pop("variants"))
    return Product(**row, print_locations=locations, variants=variants)


async def list_product_ids(
    transaction: Transaction, shop: str | None, after: str, limit: int
) -> list[str]:
    """Give ids of products, of one shop or of all, that come after an id."""
    rows = await transaction.fetch(
        """
        SELECT product_id
        FROM product
        WHERE product_id > $2
            AND ($1::text IS NULL OR shop = $1)
        ORDER BY product_id
        LIMIT $3
        """,
        shop,
        after,
        limit,
    )
    return [row["product_id"] for row in rows]


async def find_sku_owners(
    transaction: Transaction, product: tuple[str, str], skus: Sequence[str], prefix: str
) -> dict[str, str]:
    """Tell which other products of the shop have these SKUs, or SKUs that begin like this."""
    rows = await transaction.fetch(
        """
        SELECT sku, product_id
        FROM variant
        WHERE shop = $1
            AND product_id <> $2
            AND (sku = ANY($3::text[]) OR starts_with(sku, $4))
        """,
        *product,
        skus,
        prefix,
    )
    return {row["sku"]: row["product_id"] for row in rows}


async def find_storefront_owners(
    transaction: Transaction, product: tuple[str, str], storefront_variant_ids: Sequence[str]
) -> dict[str, str]:
    """Tell which other products of the shop are sold as these storefront variants."""
    rows = await transaction.fetch(
        """
        SELECT storefront_variant_id, product_id
        FROM variant
        WHERE shop = $1
            AND product_id <> $2
            AND storefront_variant_id = ANY($3::text[])
        """,
        *product,
        storefront_variant_ids,
    )
    return {row["storefront_variant_id"]: row["product_id"] for row in rows}


async def keep_product(transaction: Transaction, product: Product) -> None:
    """Keep this revision as the newest; versions of the template are only ever added."""
    await transaction.execute(
        """
        INSERT INTO product (product_id, revision, shop, title, is_personalized, template_version,
            provider, provider_product_id, print_locations)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (product_id) DO UPDATE
        SET revision = excluded.revision, title = excluded.title,
            is_personalized = excluded.is_personalized,
            template_version = excluded.template_version, provider = excluded.provider,
            provider_product_id = excluded.provider_product_id,
            print_locations = excluded.print_locations, changed_at = now()
        """,
        product.product_id,
        product.revision,
        product.shop,
        product.title,
        product.is_personalized,
        product.template_version,
        product.provider,
        product.provider_product_id,
        product.print_locations,
    )
    await transaction.execute(
        """
        INSERT INTO template (product_id, version, document)
        VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        """,
        product.product_id,
        product.template_version,
        product.template,
    )
    await replace_variants(transaction, product)


async def replace_variants(transaction: Transaction, product: Product) -> None:
    """Keep these variants and no others; all are renamed at once, so SKUs can be swapped."""
    await transaction.execute("DELETE FROM variant WHERE product_id = $1", product.product_id)
    await transaction.executemany(
        """
        INSERT INTO variant (product_id, shop, variant_id, place, storefront_variant_id, sku,
            title, provider_variant_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        [
            (
                product.product_id,
                product.shop,
                variant.variant_id,
                place,
                variant.storefront_variant_id,
                variant.sku,
                variant.title,
                variant.provider_variant_id,
            )
            for place, variant in enumerate(product.variants)
        ],
    )
