-- Which revision of an order the rules have looked at, so that each is looked at once.
CREATE TABLE judged (
    order_id uuid PRIMARY KEY,
    revision bigint NOT NULL
);

-- Orders that were said to wait too long; each is said once.
CREATE TABLE overdue (
    order_id uuid PRIMARY KEY,
    said_at timestamptz NOT NULL DEFAULT now()
);
