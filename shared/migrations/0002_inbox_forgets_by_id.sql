-- Old events are forgotten by their ids, which grow with time. The index on heard_at cost every
-- claim something and is not needed; what was deleted is vacuumed before it is much.
DROP INDEX inbox_heard_at;
ALTER TABLE inbox SET (
    autovacuum_vacuum_scale_factor = 0.01,
    autovacuum_vacuum_threshold = 10000
);
