-- A store that is away, or denies us access, keeps packages waiting: since when, and whether a
-- person was told of it.
ALTER TABLE package
    ADD COLUMN waiting_since timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN delay_said boolean NOT NULL DEFAULT false;
