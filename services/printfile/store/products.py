"""Our own copy of the catalog."""

from collections.abc import Collection, Sequence
from typing import Any

from services.printfile.domain.jobs import Item, Product
from shared.database import Transaction
from shared.events import ProductPublished


async def keep_products(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Keep each product as it is now; an older revision than ours changes nothing."""
    kept = await transaction.fetch(
        """
        INSERT INTO product
            (product_id, revision, shop, title, is_personalized, template, template_version)
        SELECT *
        FROM unnest(
            $1::text[], $2::integer[], $3::text[], $4::text[],
            $5::boolean[], $6::jsonb[], $7::integer[]
        )
        ON CONFLICT (product_id) DO UPDATE
        SET revision = excluded.revision, shop = excluded.shop, title = excluded.title,
            is_personalized = excluded.is_personalized, template = excluded.template,
            template_version = excluded.template_version
        WHERE product.revision < excluded.revision
        RETURNING product_id
        """,
        [product.product_id for product in products],
        [product.revision for product in products],
        [product.shop for product in products],
        [product.title for product in products],
        [product.is_personalized for product in products],
        [product.template for product in products],
        [product.template_version for product in products],
    )
    news = {row["product_id"] for row in kept}
    await keep_variants(transaction, [each for each in products if each.product_id in news])


async def keep_variants(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Replace the variants of these products."""
    await transaction.execute(
        "DELETE FROM product_variant WHERE product_id = ANY($1::text[])",
        [product.product_id for product in products],
    )
    await transaction.executemany(
        """
        INSERT INTO product_variant (product_id, variant_id, shop, storefront_variant_id, sku)
        VALUES ($1, $2, $3, $4, $5)
        """,
        [
            (
                product.product_id,
                variant.variant_id,
                product.shop,
                variant.storefront_variant_id,
                variant.sku,
            )
            for product in products
            for variant in product.variants
        ],
    )


async def find_products(transaction: Transaction, items: Sequence[Item]) -> list[Product | None]:
    """Find what each line is: by the store's variant first, for a SKU may be edited at any time."""
    rows = await transaction.fetch(
        """
        SELECT wanted.place, found.*
        FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY
            AS wanted (shop, storefront_variant_id, sku, place)
        CROSS JOIN LATERAL (
            SELECT product_id, variant_id
            FROM product_variant
            WHERE product_variant.shop = wanted.shop
                AND (product_variant.storefront_variant_id = wanted.storefront_variant_id
                    OR product_variant.sku = wanted.sku)
            ORDER BY product_variant.storefront_variant_id = wanted.storefront_variant_id
                DESC NULLS LAST, product_id
            LIMIT 1
        ) AS found
        """,
        [item.shop for item in items],
        [item.line.storefront_variant_id for item in items],
        [item.line.sku for item in items],
    )
    templates = await find_templates(transaction, {row["product_id"] for row in rows})
    found: list[Product | None] = [None] * len(items)
    for row in rows:
        product = templates[row["product_id"]]
        found[row["place"] - 1] = Product(variant_id=row["variant_id"], **product)
    return found


async def find_templates(
    transaction: Transaction, product_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Give what all variants of a product share; read once, for templates are long."""
    rows = await transaction.fetch(
        """
        SELECT product_id, is_personalized, template, template_version
        FROM product
        WHERE product_id = ANY($1::text[])
        """,
        list(product_ids),
    )
    return {row["product_id"]: dict(row) for row in rows}
