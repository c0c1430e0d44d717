-- Every version of a template that an order may be printed from; a version is never changed.
CREATE TABLE template (
    product_id text NOT NULL,
    version integer NOT NULL,
    document jsonb NOT NULL,
    PRIMARY KEY (product_id, version)
);
INSERT INTO template SELECT product_id, template_version, template FROM product;
-- Not written any more; it goes one release later.
ALTER TABLE product ALTER COLUMN template DROP NOT NULL;

-- What a line is: known by the store's variant first, for a SKU may be edited at any time.
CREATE FUNCTION sold_as(wanted_shop text, wanted_variant text, wanted_sku text)
RETURNS TABLE (product_id text, variant_id text, template_version integer)
LANGUAGE sql STABLE
AS $$
    SELECT product.product_id, product_variant.variant_id, product.template_version
    FROM product_variant
    JOIN product USING (product_id)
    WHERE product_variant.shop = wanted_shop
        AND (product_variant.storefront_variant_id = wanted_variant
            OR product_variant.sku = wanted_sku)
    ORDER BY product_variant.storefront_variant_id = wanted_variant DESC NULLS LAST, product_id
    LIMIT 1
$$;

-- What the line was when it was first seen, and what it is printed from whenever it is made again.
ALTER TABLE item
    ADD COLUMN product_id text,
    ADD COLUMN variant_id text,
    ADD COLUMN template_version integer,
    ADD CONSTRAINT item_is_pinned_whole
        CHECK (num_nulls(product_id, variant_id, template_version) IN (0, 3));
-- Lines from before are pinned to the version that they would be made from today.
UPDATE item
SET product_id = found.product_id, variant_id = found.variant_id,
    template_version = found.template_version
FROM item AS seen
CROSS JOIN LATERAL sold_as(
    seen.shop, seen.line ->> 'storefront_variant_id', seen.line ->> 'sku'
) AS found
WHERE item.order_id = seen.order_id AND item.line_item_id = seen.line_item_id;

DROP INDEX item_of_unknown_product;
CREATE INDEX item_unpinned ON item (shop) WHERE product_id IS NULL;
