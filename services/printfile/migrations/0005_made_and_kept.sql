-- What was made of which template, answers and photos: asked for again, it is found again.
CREATE TABLE made (
    design text PRIMARY KEY,
    content jsonb NOT NULL,
    keys text[] NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX made_by_key ON made USING gin (keys);

-- Which order needs what: a file goes when no order needs it any more. The references also keep
-- what is being deleted and what is being found again from passing each other unseen.
CREATE TABLE made_for (
    order_id text NOT NULL,
    design text NOT NULL REFERENCES made,
    PRIMARY KEY (order_id, design)
);
CREATE INDEX made_for_by_design ON made_for (design);

CREATE TABLE photo_for (
    order_id text NOT NULL,
    address_hash text NOT NULL REFERENCES photo,
    PRIMARY KEY (order_id, address_hash)
);
CREATE INDEX photo_for_by_address ON photo_for (address_hash);
CREATE INDEX photo_by_key ON photo (key);

-- Orders that are over; their files go after a while, or at once when a person asks for it.
CREATE TABLE ended_order (
    order_id text PRIMARY KEY,
    ended_at timestamptz NOT NULL,
    deletion_asked_at timestamptz,
    deleted_at timestamptz
);
CREATE INDEX ended_order_kept ON ended_order (ended_at) WHERE deleted_at IS NULL;
CREATE INDEX ended_order_asked ON ended_order (deletion_asked_at)
    WHERE deleted_at IS NULL AND deletion_asked_at IS NOT NULL;

-- Files that no order needs. They go a little later, for a line that is being made may have found
-- them; `is_going` says that it is too late to keep one.
CREATE TABLE doomed_file (
    key text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    is_going boolean NOT NULL DEFAULT false
);
CREATE INDEX doomed_file_due ON doomed_file (due_at);
