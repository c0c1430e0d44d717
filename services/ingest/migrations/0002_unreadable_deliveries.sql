-- What a person may do about a delivery that could not be read, and what was said of it.
ALTER TABLE delivery
    ADD COLUMN told_at timestamptz,
    ADD COLUMN retry_requested_at timestamptz,
    ADD COLUMN set_aside_at timestamptz,
    ADD COLUMN set_aside_by text;
CREATE INDEX delivery_to_tell ON delivery (delivery_id)
    WHERE problem IS NOT NULL AND told_at IS NULL;
CREATE INDEX delivery_to_read_again ON delivery (delivery_id)
    WHERE retry_requested_at IS NOT NULL;
