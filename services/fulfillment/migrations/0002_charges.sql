-- What the provider has charged, line by line, for ever.
CREATE TABLE charge (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    charge_id text NOT NULL UNIQUE,
    order_id text NOT NULL REFERENCES provider_order (order_id),
    kind text NOT NULL,
    -- In the currency's smallest unit; negative for what is given back.
    minor bigint NOT NULL,
    currency text NOT NULL,
    charged_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT charge_kind_is_known CHECK (
        kind IN ('product', 'shipping', 'tax', 'discount', 'fee', 'refund', 'adjustment')
    ),
    CONSTRAINT charge_is_of_something CHECK (minor <> 0)
);
CREATE INDEX charge_by_order ON charge (order_id);

-- A ledger is written on and never over: not even the service that owns it may.
REVOKE UPDATE, DELETE, TRUNCATE ON charge FROM CURRENT_USER;

-- How far the charging is, and the provider's own clock in the newest of its answers.
ALTER TABLE provider_order
    ADD COLUMN billed text NOT NULL DEFAULT 'nothing',
    ADD COLUMN provider_changed_at timestamptz,
    ADD CONSTRAINT provider_order_billed_is_known CHECK (
        billed IN ('nothing', 'product', 'everything', 'partly_returned', 'returned')
    );
