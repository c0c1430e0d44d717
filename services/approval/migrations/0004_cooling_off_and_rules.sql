-- When an approval goes out, while it cools off; null once it has, and where there is none.
ALTER TABLE review
    ADD COLUMN goes_out_at timestamptz,
    ADD CONSTRAINT review_goes_out_only_when_approved CHECK (
        goes_out_at IS NULL OR (status = 'approved' AND approved_at IS NOT NULL)
    );
CREATE INDEX review_going_out ON review (goes_out_at) WHERE goes_out_at IS NOT NULL;

-- The merchant's rules, every version of them; the newest holds. Kept for ever.
CREATE TABLE rule_version (
    version integer PRIMARY KEY,
    rules jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL
);

-- Which version of the rules has looked at the order: another one looks again.
ALTER TABLE judged ADD COLUMN version integer NOT NULL DEFAULT 0;

-- The products that a rule can name.
CREATE TABLE product (
    product_id text PRIMARY KEY,
    title text NOT NULL,
    revision bigint NOT NULL
);
