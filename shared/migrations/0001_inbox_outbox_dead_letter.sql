-- What every service needs to hear each event once and to say each event at least once.

-- Ids grow with time, so the primary key's index is written at its right edge only.
CREATE TABLE inbox (
    event_id uuid PRIMARY KEY,
    heard_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_heard_at ON inbox USING brin (heard_at);

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    headers json NOT NULL,
    value bytea NOT NULL
);
-- Every row is deleted within milliseconds: vacuum early, by rows and not by share of the table.
ALTER TABLE outbox SET (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0.2
);

CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    record_offset bigint NOT NULL,
    headers json NOT NULL,
    value bytea NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL,
    set_aside_at timestamptz NOT NULL DEFAULT now(),
    replay_requested_at timestamptz,
    CONSTRAINT dead_letter_is_set_aside_once UNIQUE (topic, partition, record_offset)
);
CREATE INDEX dead_letter_key ON dead_letter (key, id);
