-- Planned while the outbox is empty, the function would read all of it each time, with whatever was
-- dropped since, until the next vacuum.
ALTER FUNCTION promised_alone(bigint[], bigint) SET enable_seqscan = off;
