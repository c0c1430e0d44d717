-- How many events wait behind a failure, and whether it can be given up.
ALTER TABLE failure
    ADD COLUMN waiting bigint NOT NULL DEFAULT 0,
    ADD COLUMN can_drop boolean NOT NULL DEFAULT true;
