-- Orders that look finished and still need a person: the store does not know of a package.
CREATE TABLE trouble (
    order_id uuid PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
);
