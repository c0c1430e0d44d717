-- How many of the failures nobody expected: after some of them a person is told.
ALTER TABLE placement ADD COLUMN unexpected integer NOT NULL DEFAULT 0;
ALTER TABLE provider_order ADD COLUMN unexpected integer NOT NULL DEFAULT 0;
