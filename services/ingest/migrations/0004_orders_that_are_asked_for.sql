-- How far the orders of each shop are read that no webhook may have told of. What is left over of
-- them after a crash is asked for again.
CREATE TABLE reconciliation (
    shop text PRIMARY KEY,
    read_until timestamptz NOT NULL,
    next_at timestamptz NOT NULL
);
