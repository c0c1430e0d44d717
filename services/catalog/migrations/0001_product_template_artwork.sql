-- What catalog owns: products, every version of their templates, and artwork.

CREATE TABLE artwork (
    sha256 text PRIMARY KEY,
    size_bytes integer NOT NULL,
    width_px integer NOT NULL,
    height_px integer NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT artwork_is_named_by_its_hash CHECK (sha256 ~ '^[0-9a-f]{64}$')
);

CREATE TABLE product (
    product_id text PRIMARY KEY,
    revision integer NOT NULL,
    shop text NOT NULL,
    title text NOT NULL,
    is_personalized boolean NOT NULL,
    template_version integer NOT NULL,
    provider text NOT NULL,
    provider_product_id text NOT NULL,
    print_locations jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT product_revision_counts_from_one CHECK (revision >= 1),
    CONSTRAINT product_has_one_shop UNIQUE (product_id, shop)
);

-- A version is never changed: open orders were rendered from it.
CREATE TABLE template (
    product_id text NOT NULL REFERENCES product,
    version integer NOT NULL,
    document jsonb NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (product_id, version)
);

CREATE TABLE variant (
    product_id text NOT NULL,
    variant_id text NOT NULL,
    shop text NOT NULL,
    place integer NOT NULL,
    storefront_variant_id text,
    sku text NOT NULL,
    title text NOT NULL,
    provider_variant_id text NOT NULL,
    PRIMARY KEY (product_id, variant_id),
    FOREIGN KEY (product_id, shop) REFERENCES product (product_id, shop),
    CONSTRAINT sku_is_unique_in_its_shop UNIQUE (shop, sku),
    CONSTRAINT storefront_variant_is_sold_once UNIQUE (shop, storefront_variant_id)
);
