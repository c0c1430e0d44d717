-- Each second is looked for letters that a person wants replayed, however many lie aside.
CREATE INDEX dead_letter_replay_requested ON dead_letter (replay_requested_at)
    WHERE replay_requested_at IS NOT NULL;
