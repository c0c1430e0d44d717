-- Whether an attempt failed because the provider is away for whatever it is asked, and whether that
-- was said of an order that waits; both go with the reason beside them.
ALTER TABLE placement
    ADD COLUMN is_away boolean NOT NULL DEFAULT false,
    ADD COLUMN delay_is_away boolean NOT NULL DEFAULT false;
ALTER TABLE provider_order ADD COLUMN is_away boolean NOT NULL DEFAULT false;

-- Until now it was known by how the reason begins. What code of before writes meanwhile is put right
-- by the order's next attempt.
UPDATE placement
SET is_away = reason LIKE 'Completeful %', delay_is_away = delay_reason LIKE 'Completeful %'
WHERE status = 'waiting';

UPDATE provider_order
SET is_away = true
WHERE NOT is_over AND reason LIKE 'Completeful %';
