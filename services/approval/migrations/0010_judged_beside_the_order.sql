-- Which revision of the order the rules have looked at, and in which version of theirs: here, an
-- index tells at once whether any order waits that they have not looked at as it is.
-- The table `judged` is read by what ran before, and is dropped later.
ALTER TABLE review
    ADD COLUMN judged_revision bigint,
    ADD COLUMN judged_version integer NOT NULL DEFAULT 0;
UPDATE review
SET judged_revision = judged.revision, judged_version = judged.version
FROM judged
WHERE judged.order_id = review.order_id AND status = 'needs_approval';
CREATE INDEX review_unjudged
    ON review ((CASE WHEN judged_revision = revision THEN judged_version ELSE 0 END))
    WHERE status = 'needs_approval';
