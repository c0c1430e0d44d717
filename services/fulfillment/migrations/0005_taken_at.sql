-- When the order was taken last: whatever was sent of it before has been on its way since then.
ALTER TABLE placement ADD COLUMN taken_at timestamptz;
