-- What is known of orders that nobody has approved yet, as far as their cost depends on it, and how
-- far asking for that cost is.
CREATE TABLE quote (
    order_id text PRIMARY KEY,
    status text NOT NULL DEFAULT 'incomplete',
    -- Which version of the order this is. Null while only print files are known.
    changed_at timestamptz,
    is_paid boolean,
    said_at timestamptz,
    address jsonb,
    lines jsonb,
    -- By line item: the product and what is printed where.
    prints jsonb NOT NULL DEFAULT '{}',
    -- How often any of this has changed: what changes while we ask is asked about again.
    changes integer NOT NULL DEFAULT 1,
    attempts integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    queued_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT '',
    -- Of what was said last.
    fingerprint text NOT NULL DEFAULT '',
    code text NOT NULL DEFAULT '',
    CONSTRAINT quote_status_is_known CHECK (status IN ('incomplete', 'waiting', 'answered'))
);
CREATE INDEX quote_due ON quote (due_at) WHERE status = 'waiting';
