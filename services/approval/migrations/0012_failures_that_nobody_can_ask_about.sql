-- A service that hears nothing tries again by itself alone.
ALTER TABLE failure ADD COLUMN can_retry boolean NOT NULL DEFAULT true;
