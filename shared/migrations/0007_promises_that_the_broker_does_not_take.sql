-- What the broker does not take for now (its topic is missing, or it is too large for it) waits here,
-- so that the relay need not read past it in the outbox. A promise keeps its id, and so its place.
CREATE TABLE held_promise (
    id bigint PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    headers json NOT NULL,
    value bytea NOT NULL
);
CREATE INDEX held_promise_topic ON held_promise (topic, id);
