-- The provider while it cannot be asked: since when, why, and which reason was said of it.
CREATE TABLE absence (
    provider text PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    told text NOT NULL DEFAULT ''
);
