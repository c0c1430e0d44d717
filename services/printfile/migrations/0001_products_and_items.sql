-- Our own copy of the catalog: what a line of an order is, and the template that prints it.
CREATE TABLE product (
    product_id text PRIMARY KEY,
    revision integer NOT NULL,
    shop text NOT NULL,
    title text NOT NULL,
    is_personalized boolean NOT NULL,
    template jsonb NOT NULL,
    template_version integer NOT NULL
);

CREATE TABLE product_variant (
    product_id text NOT NULL REFERENCES product ON DELETE CASCADE,
    variant_id text NOT NULL,
    shop text NOT NULL,
    storefront_variant_id text,
    sku text NOT NULL,
    PRIMARY KEY (product_id, variant_id)
);
CREATE INDEX product_variant_by_storefront ON product_variant (shop, storefront_variant_id);
CREATE INDEX product_variant_by_sku ON product_variant (shop, sku);

-- One line of an order, which needs its print files made once for each version of its answers.
CREATE TABLE item (
    order_id text NOT NULL,
    line_item_id text NOT NULL,
    shop text NOT NULL,
    line jsonb NOT NULL,
    fingerprint text NOT NULL,
    status text NOT NULL DEFAULT 'waiting',
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    queued_at timestamptz NOT NULL DEFAULT now(),
    code text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, line_item_id),
    CONSTRAINT item_status CHECK (status IN ('waiting', 'ready', 'failed', 'cancelled')),
    CONSTRAINT item_failed_has_a_reason CHECK (status <> 'failed' OR (code <> '' AND reason <> ''))
);
CREATE INDEX item_waiting ON item (due_at) WHERE status = 'waiting';
CREATE INDEX item_of_unknown_product ON item (shop) WHERE code = 'unknown_product';
ALTER TABLE item SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

-- Orders that were cancelled, also before anything else was heard of them.
CREATE TABLE cancelled_order (
    order_id text PRIMARY KEY,
    cancelled_at timestamptz NOT NULL DEFAULT now()
);

-- Shoppers' pictures that were fetched and made our own, by the hash of their address.
CREATE TABLE photo (
    address_hash text PRIMARY KEY,
    sha256 text NOT NULL,
    key text NOT NULL,
    media_type text NOT NULL,
    width_px integer NOT NULL,
    height_px integer NOT NULL,
    converted_from text NOT NULL DEFAULT '',
    fetched_at timestamptz NOT NULL DEFAULT now()
);
