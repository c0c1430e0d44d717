-- What was told of a package's tracking, so that a correction is known; null of packages that were
-- told before. The version counts what was told: the first is 1.
ALTER TABLE shipment
    ADD COLUMN carrier text,
    ADD COLUMN tracking_url text,
    ADD COLUMN tracking_version integer NOT NULL DEFAULT 1;
