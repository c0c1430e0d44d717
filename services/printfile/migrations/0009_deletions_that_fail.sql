-- An order whose files cannot be let go of waits for longer each time, and holds no other up.
ALTER TABLE ended_order
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN try_at timestamptz NOT NULL DEFAULT '-infinity';
