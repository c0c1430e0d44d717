-- What fulfillment knows of products, what it has to place, and what became of it at the provider.

CREATE TABLE product (
    product_id text PRIMARY KEY,
    revision integer NOT NULL,
    provider text NOT NULL,
    provider_product_id text NOT NULL,
    variants jsonb NOT NULL,
    print_locations jsonb NOT NULL
);

-- A placement that is cancelled before it is approved has no snapshot: it keeps the order from
-- being placed when the approval comes late.
CREATE TABLE placement (
    order_id text PRIMARY KEY,
    status text NOT NULL,
    approval integer NOT NULL DEFAULT 1,
    approved jsonb,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    queued_at timestamptz NOT NULL DEFAULT now(),
    is_unsure boolean NOT NULL DEFAULT false,
    is_cancelled boolean NOT NULL DEFAULT false,
    idempotency_key text,
    body_hash text,
    signed_at timestamptz,
    code text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    CONSTRAINT placement_status_is_known
        CHECK (status IN ('waiting', 'placed', 'refused', 'cancelled')),
    CONSTRAINT placement_is_of_an_approved_order
        CHECK (approved IS NOT NULL OR status = 'cancelled'),
    CONSTRAINT placement_is_unsure_only_after_an_intent
        CHECK (NOT is_unsure OR idempotency_key IS NOT NULL)
);
CREATE INDEX placement_due ON placement (due_at) WHERE status = 'waiting';

CREATE TABLE provider_order (
    order_id text PRIMARY KEY REFERENCES placement (order_id),
    shop text NOT NULL,
    storefront_order_id text NOT NULL,
    provider_order_id text NOT NULL UNIQUE,
    stage text NOT NULL DEFAULT 'pending',
    status text NOT NULL DEFAULT '',
    fulfillment_status text NOT NULL DEFAULT '',
    billing_status text NOT NULL DEFAULT '',
    total numeric,
    lines jsonb NOT NULL,
    raw jsonb,
    is_over boolean NOT NULL DEFAULT false,
    cancel_requested_at timestamptz,
    cancel_answer text,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    unchanged integer NOT NULL DEFAULT 0,
    hints integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    leased_until timestamptz,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT provider_order_stage_is_known CHECK (
        stage IN
            ('pending', 'in_production', 'partly_shipped', 'shipped', 'delivered', 'cancelled')
    )
);
CREATE INDEX provider_order_due ON provider_order (due_at) WHERE NOT is_over;

CREATE TABLE shipment (
    order_id text NOT NULL REFERENCES provider_order (order_id),
    shipment_id text NOT NULL,
    tracking_number text NOT NULL,
    items jsonb NOT NULL,
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, shipment_id)
);
