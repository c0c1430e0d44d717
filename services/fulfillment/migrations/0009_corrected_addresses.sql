-- Where a person wants the order to go instead of where the store says, and which version of the
-- store's address that replaces; which one the store has is null where the order is older than this.
ALTER TABLE quote
    ADD COLUMN address_fingerprint text,
    ADD COLUMN corrected_address jsonb,
    ADD COLUMN corrects text;
