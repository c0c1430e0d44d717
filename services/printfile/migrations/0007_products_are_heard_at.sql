-- The artwork of what was published last is made ready first.
ALTER TABLE product ADD COLUMN heard_at timestamptz NOT NULL DEFAULT now();
