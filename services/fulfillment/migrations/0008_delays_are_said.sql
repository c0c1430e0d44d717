-- When it was said last that an approved order waits, and why: before `queued_at` it was of an
-- earlier approval.
ALTER TABLE placement
    ADD COLUMN delay_said_at timestamptz,
    ADD COLUMN delay_reason text NOT NULL DEFAULT '';
