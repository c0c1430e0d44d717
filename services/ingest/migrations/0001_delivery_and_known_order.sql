-- Every delivery as it came. Shopify delivers more than once, and one merchant action has one
-- event id across topics, so either id tells a duplicate.
CREATE TABLE delivery (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shop text NOT NULL,
    topic text NOT NULL,
    webhook_id text NOT NULL,
    event_id text,
    order_id text,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    problem text,
    CONSTRAINT delivery_comes_once UNIQUE (shop, topic, webhook_id)
);
CREATE UNIQUE INDEX delivery_says_an_event_once
    ON delivery (shop, topic, event_id)
    WHERE event_id IS NOT NULL;
CREATE INDEX delivery_with_problem ON delivery (delivery_id) WHERE problem IS NOT NULL;

-- What the last news of an order said. A row without changed_at is a tombstone: the order was
-- cancelled before anything else was heard of it.
CREATE TABLE known_order (
    order_id text PRIMARY KEY,
    changed_at timestamptz,
    fingerprint text,
    is_paid boolean NOT NULL DEFAULT false,
    is_cancelled boolean NOT NULL DEFAULT false,
    CONSTRAINT known_order_is_told_whole CHECK ((changed_at IS NULL) = (fingerprint IS NULL))
);
ALTER TABLE known_order SET (fillfactor = 80);
