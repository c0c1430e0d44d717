-- How often packages of the order were queued: one that is queued while another is told is seen by
-- who records that one, although the statement began before.
ALTER TABLE store_order ADD COLUMN queued integer NOT NULL DEFAULT 0;
