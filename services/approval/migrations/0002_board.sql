-- What the orders page needs to be quick and true at a million orders, and what a person may do.

-- Facts are read and written whole, and the approval is copied byte by byte into the outbox:
-- parsing either here would be most of the cost of an approval.
ALTER TABLE review_facts
    DROP CONSTRAINT review_facts_order_id_fkey,
    ALTER COLUMN facts TYPE text USING facts::text,
    ALTER COLUMN snapshot TYPE text USING snapshot::text;

-- The words lie apart: a search reads these narrow rows only, and most events do not touch them.
CREATE TABLE review_words (
    order_id uuid PRIMARY KEY,
    words tsvector NOT NULL
);
INSERT INTO review_words (order_id, words) SELECT order_id, words FROM review_facts;
CREATE INDEX review_words_words ON review_words USING gin (words);
ALTER TABLE review_facts DROP COLUMN words;

ALTER TABLE review
    ADD COLUMN shop text NOT NULL DEFAULT '',
    -- The transaction that changed the row last. With the snapshot that a reader saw, it tells
    -- what is new to that reader, whatever the order in which transactions commit.
    ADD COLUMN changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    DROP CONSTRAINT review_has_a_known_status,
    ADD CONSTRAINT review_has_a_known_status CHECK (
        status IN (
            'receiving_files', 'on_hold', 'print_failed', 'needs_approval', 'approved', 'refused',
            'in_production', 'rejected', 'cancelled', 'partly_shipped', 'fulfilled'
        )
    );
-- A list is read status by status, so this index alone serves every tab, both ways.
DROP INDEX review_by_age;
CREATE INDEX review_by_change ON review (changed_in);

-- The stores that orders came from, for the filter: known without looking at the orders.
CREATE TABLE shop (name text PRIMARY KEY);

-- How many orders stand where, as changes that are summed up: every statement that touches review
-- adds its own, in its own transaction, and none waits for another's.
CREATE TABLE tally (
    status text NOT NULL,
    orders bigint NOT NULL
);
INSERT INTO tally (status, orders)
SELECT status, count(*) FROM review WHERE placed_at IS NOT NULL GROUP BY status;

CREATE FUNCTION count_new_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (status, orders)
    SELECT status, count(*) FROM new_rows WHERE placed_at IS NOT NULL GROUP BY status;
    RETURN NULL;
END;
$$;
CREATE FUNCTION count_changed_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally (status, orders)
    SELECT status, sum(orders)
    FROM (
        SELECT status, count(*) AS orders FROM new_rows WHERE placed_at IS NOT NULL GROUP BY status
        UNION ALL
        SELECT status, -count(*) FROM old_rows WHERE placed_at IS NOT NULL GROUP BY status
    ) AS changes
    GROUP BY status
    HAVING sum(orders) <> 0;
    RETURN NULL;
END;
$$;
CREATE TRIGGER review_is_counted AFTER INSERT ON review
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_new_reviews();
CREATE TRIGGER review_is_counted_anew AFTER UPDATE ON review
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_changed_reviews();

-- Answers to requests that carried an idempotency key.
CREATE TABLE answered (
    actor text NOT NULL,
    key text NOT NULL,
    asked text NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor, key)
);

-- Keys of programs. Only their hashes are kept.
CREATE TABLE api_key (
    key_hash text PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_by text,
    revoked_at timestamptz,
    CONSTRAINT api_key_has_a_known_role CHECK (role IN ('viewer', 'approver', 'admin'))
);

-- What people and programs did about access: signing in, keys, refusals. Kept for ever.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    who text NOT NULL,
    did text NOT NULL,
    detail text NOT NULL DEFAULT ''
);
