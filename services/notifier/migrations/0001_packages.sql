-- Which packages the store has to be told of. The order is what is leased, so that its packages
-- are told one after another; the package is what is told.

CREATE TABLE store_order (
    order_id text PRIMARY KEY,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    due_at timestamptz,
    leased_until timestamptz
);
CREATE INDEX store_order_due ON store_order (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE package (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id text NOT NULL REFERENCES store_order (order_id),
    shipment_id text NOT NULL,
    shop text NOT NULL,
    storefront_order_id text NOT NULL,
    carrier text NOT NULL,
    tracking_number text NOT NULL,
    tracking_url text NOT NULL,
    items jsonb NOT NULL,
    status text NOT NULL DEFAULT 'waiting',
    storefront_fulfillment_id text,
    reason text NOT NULL DEFAULT '',
    heard_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT package_is_known_once UNIQUE (order_id, shipment_id),
    CONSTRAINT package_status_is_known CHECK (status IN ('waiting', 'told', 'refused')),
    CONSTRAINT package_is_told_by_a_fulfillment
        CHECK (status <> 'told' OR storefront_fulfillment_id IS NOT NULL)
);
CREATE INDEX package_waiting ON package (order_id, id) WHERE status = 'waiting';
