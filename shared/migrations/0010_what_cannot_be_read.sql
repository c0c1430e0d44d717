-- Where a partition cannot be read on, by a damaged batch or an error of the broker's, until it can
-- again or a person has it skipped. What was skipped stays: whoever reads it again passes it over.
CREATE TABLE unread (
    name text PRIMARY KEY,
    topic text NOT NULL,
    partition integer NOT NULL,
    first_offset bigint NOT NULL,
    -- Null where nobody knows where it ends: then it cannot be skipped.
    last_offset bigint,
    -- By what a batch is known again.
    head bytea NOT NULL,
    reason text NOT NULL,
    waiting bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    -- What a person wants done, and who; empty once it is answered.
    asked text NOT NULL DEFAULT '',
    asked_by text NOT NULL DEFAULT '',
    skipped_at timestamptz,
    raw bytea,
    CONSTRAINT unread_is_asked_for_what_is_known CHECK (asked IN ('', 'retry', 'skip')),
    CONSTRAINT unread_is_skipped_with_its_bytes CHECK ((skipped_at IS NULL) = (raw IS NULL))
);
CREATE INDEX unread_place ON unread (topic, partition);
