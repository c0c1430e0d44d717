-- A person's version of a line stays until the store has another one than the one it replaces.
ALTER TABLE item ADD COLUMN corrects text NOT NULL DEFAULT '';
