-- Deletions that fail: of an order's files, or of a file that no order needs. A person is told of
-- those that fail again and again; `told` is the reason, empty while none is told (any more).
CREATE TABLE failed_deletion (
    name text PRIMARY KEY,
    failures integer NOT NULL DEFAULT 1,
    since timestamptz NOT NULL DEFAULT now(),
    told text NOT NULL DEFAULT ''
);
