-- What other services keep for a person: webhooks and events that they could not take in.
CREATE TABLE failure (
    service text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    shop text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL,
    size_bytes bigint NOT NULL,
    found_at timestamptz NOT NULL,
    -- What a person has asked for; null again when it failed again.
    asked_at timestamptz,
    asked_by text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    -- Failures that are alike are shown, and acted on, as one.
    likeness text NOT NULL GENERATED ALWAYS AS (
        md5(service || E'\n' || kind || E'\n' || subject || E'\n' || shop || E'\n' || reason)
    ) STORED,
    PRIMARY KEY (service, kind, name),
    CONSTRAINT failure_is_asked_about_by_somebody CHECK ((asked_at IS NULL) = (asked_by IS NULL))
);
CREATE INDEX failure_likeness ON failure (likeness);
