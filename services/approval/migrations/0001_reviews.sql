-- One review for each order. This table is read by the list and written by every event, so it is
-- narrow; what is large lies in review_facts.
CREATE TABLE review (
    order_id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    status text NOT NULL,
    -- Null until the order itself has been heard of: a cancellation may come first.
    placed_at timestamptz,
    -- Of what a person would approve now, and after the approval of what was approved.
    snapshot_hash text,
    approved_at timestamptz,
    approved_by text,
    CONSTRAINT review_has_a_known_status CHECK (
        status IN (
            'receiving_files', 'on_hold', 'print_failed', 'needs_approval', 'approved', 'refused',
            'in_production', 'cancelled', 'partly_shipped', 'fulfilled'
        )
    ),
    CONSTRAINT review_waits_only_for_what_can_be_approved CHECK (
        status <> 'needs_approval' OR snapshot_hash IS NOT NULL
    ),
    CONSTRAINT review_is_approved_by_somebody CHECK (
        (approved_at IS NULL) = (approved_by IS NULL)
    )
) WITH (fillfactor = 80);
CREATE INDEX review_by_age ON review (placed_at DESC, order_id DESC);
CREATE INDEX review_by_status ON review (status, placed_at DESC, order_id DESC);

-- Facts as the domain keeps them, the prepared OrderApproved, and the words a search can find.
-- No indexed column changes with most events, so that updates stay within their page.
CREATE TABLE review_facts (
    order_id uuid PRIMARY KEY REFERENCES review,
    facts jsonb NOT NULL,
    snapshot jsonb,
    words tsvector NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX review_facts_words ON review_facts USING gin (words);

-- Kept for ever: who approved what, when, and the hash of what was seen.
CREATE TABLE approval (
    order_id uuid NOT NULL,
    event_id uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    approved_by text NOT NULL,
    snapshot_hash text NOT NULL,
    PRIMARY KEY (order_id, event_id)
);

CREATE TABLE happening (
    id bigint GENERATED ALWAYS AS IDENTITY,
    order_id uuid NOT NULL,
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    kind text NOT NULL,
    who text NOT NULL,
    text text NOT NULL,
    seen_hash text NOT NULL,
    PRIMARY KEY (order_id, id)
);

-- Sign-in links that were used; each works once.
CREATE TABLE used_link (
    token_id text PRIMARY KEY,
    used_at timestamptz NOT NULL DEFAULT now()
);
