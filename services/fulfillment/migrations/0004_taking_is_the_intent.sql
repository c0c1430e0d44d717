-- An order that is taken may be at the provider from then on, and the key under which it is sent
-- follows from what is sent and when its URLs were signed.
ALTER TABLE placement
    DROP CONSTRAINT placement_is_unsure_only_after_an_intent,
    DROP COLUMN idempotency_key,
    DROP COLUMN body_hash,
    ADD CONSTRAINT placement_is_unsure_only_once_taken
        CHECK (NOT is_unsure OR signed_at IS NOT NULL);

-- What was sent under an older key may still be under way at the provider, which knows it by that
-- key only: it is looked up once it must have arrived.
UPDATE placement
SET due_at = greatest(due_at, now() + interval '2 minutes')
WHERE status = 'waiting' AND is_unsure;
