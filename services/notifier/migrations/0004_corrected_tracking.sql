-- Which tracking of the package this is, the first being 1, and the numbers that it had before: the
-- store may still show one of them.
ALTER TABLE package
    ADD COLUMN tracking_version integer NOT NULL DEFAULT 1,
    ADD COLUMN former_numbers text[] NOT NULL DEFAULT '{}';
