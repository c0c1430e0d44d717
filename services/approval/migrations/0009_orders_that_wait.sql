-- Some orders in trouble need no person: they wait for the factory, for this reason.
ALTER TABLE trouble ADD COLUMN waits_for text NOT NULL DEFAULT '';
