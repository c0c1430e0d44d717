"""Our own copy of the catalog, with every version of its templates."""

from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from services.printfile.domain.jobs import Item, Pin, Version
from shared.database import Transaction
from shared.events import ProductPublished

SIGNAL = "product"
PUBLISHING = "hashtext(current_schema() || '.publishing')"


async def lock_publishing(transaction: Transaction) -> None:
    """Wait until nobody gives up a line of an unknown product, and let nobody do so meanwhile."""
    await transaction.execute(f"SELECT pg_advisory_xact_lock({PUBLISHING})")


async def wait_for_publishing(transaction: Transaction) -> None:
    """Wait until products that are just being published are there, and let no others come now."""
    await transaction.execute(f"SELECT pg_advisory_xact_lock_shared({PUBLISHING})")


async def keep_products(transaction: Transaction, products: Sequence[ProductPublished]) -> None:
    """Keep each product as it is now; an older revision than ours changes nothing.

    Versions of templates are only ever added, since open orders are pinned to them.
    """
    await transaction.execute(
        """
        INSERT INTO template (product_id, version, document)
        SELECT * FROM unnest($1::text[], $2::integer[], $3::jsonb[])
        ON CONFLICT DO NOTHING
        """,
        [product.product_id for product in products],
        [product.template_version for product in products],
        [product.template for product in products],
    )
    kept = await transaction.fetch(
        """
        INSERT INTO product (product_id, revision, shop, title, is_personalized, template_version)
        SELECT *
        FROM unnest(
            $1::text[], $2::integer[], $3::text[], $4::text[], $5::boolean[], $6::integer[]
        )
        ON CONFLICT (product_id) DO UPDATE
        SET revision = excluded.revision, shop = excluded.shop, title = excluded.title,
            is_personalized = excluded.is_personalized,
            template_version = excluded.template_version, heard_at = now()
        WHERE product.revision < excluded.revision
        RETURNING product_id
        """,
        [product.product_id for product in products],
        [product.revision for product in products],
        [product.shop for product in products],
        [product.title for product in products],
        [product.is_personalized for product in products],
        [product.template_version for product in products],
    )
    news = {row["product_id"] for row in kept}
    await keep_variants(transaction, [each for each in products if each.product_id in news])
    transaction.wake(SIGNAL)


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


async def find_newest(transaction: Transaction, limit: int) -> list[Version]:
    """Give the current templates of the products that were heard of last, the newest first."""
    rows = await transaction.fetch(
        """
        SELECT product_id, template_version
        FROM product
        ORDER BY heard_at DESC, product_id
        LIMIT $1
        """,
        limit,
    )
    return [(row["product_id"], row["template_version"]) for row in rows]


async def find_templates(
    transaction: Transaction, versions: Sequence[Version]
) -> dict[Version, str]:
    """Give the template of each version, as JSON."""
    rows = await transaction.fetch(
        """
        SELECT product_id, version, document::text
        FROM template
        WHERE (product_id, version) IN (SELECT * FROM unnest($1::text[], $2::integer[]))
        """,
        [product_id for product_id, _ in versions],
        [version for _, version in versions],
    )
    return {(row["product_id"], row["version"]): row["document"] for row in rows}


async def pin_late(transaction: Transaction, items: Sequence[Item]) -> list[Item]:
    """Pin the lines whose product was published while they were heard of; give all of them."""
    unpinned = [item for item in items if item.pin is None]
    rows = await transaction.fetch(
        """
        UPDATE item
        SET product_id = sold.product_id, variant_id = sold.variant_id,
            template_version = sold.template_version
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
            AS taken (order_id, line_item_id, shop, variant, sku)
        CROSS JOIN LATERAL sold_as(taken.shop, taken.variant, taken.sku) AS sold
        JOIN product ON product.product_id = sold.product_id
        WHERE item.order_id = taken.order_id AND item.line_item_id = taken.line_item_id
            AND item.product_id IS NULL
        RETURNING item.order_id, item.line_item_id, item.product_id, item.variant_id,
            item.template_version, product.is_personalized
        """,
        [item.order_id for item in unpinned],
        [item.line.line_item_id for item in unpinned],
        [item.shop for item in unpinned],
        [item.line.storefront_variant_id for item in unpinned],
        [item.line.sku for item in unpinned],
    )
    pinned = {(row["order_id"], row["line_item_id"]): row for row in rows}
    return [pinned_as(item, pinned.get((item.order_id, item.line.line_item_id))) for item in items]


def pinned_as(item: Item, row: asyncpg.Record | None) -> Item:
    """Give the line with its new pin; one that has none stays as it is."""
    if row is None:
        return item
    pin = Pin(row["product_id"], row["variant_id"], row["template_version"])
    return replace(item, pin=pin, is_personalized=row["is_personalized"])
