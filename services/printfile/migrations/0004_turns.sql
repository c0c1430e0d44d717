-- The moment by which waiting lines of a shop take their turns. The lines of one order take theirs
-- one after another, at about the pace of drawing, so that orders which come later get between.
ALTER TABLE item ADD COLUMN turn_at timestamptz NOT NULL DEFAULT now();
UPDATE item SET turn_at = due_at;

DROP INDEX item_waiting;
CREATE INDEX item_turn ON item (shop, turn_at) WHERE status = 'waiting';
