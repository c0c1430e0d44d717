-- Answers to requests with an Idempotency-Key are kept for a month.
CREATE INDEX answered_answered_at ON answered (answered_at);
