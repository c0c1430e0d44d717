-- What everybody was told of held promises, by their line: a topic, or topic/key. Whoever leads next
-- goes on from it. No reason means that a person had it tried again, and has no answer yet.
CREATE TABLE held_line (
    name text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
