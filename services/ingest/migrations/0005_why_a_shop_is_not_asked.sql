-- Any of several processes may ask a shop; why it could not be asked is said by all of them.
ALTER TABLE reconciliation ADD COLUMN trouble text;
