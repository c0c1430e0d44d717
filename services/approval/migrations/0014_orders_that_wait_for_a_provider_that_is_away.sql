-- Of an order that waits for the factory: whether that is away for all orders.
ALTER TABLE trouble ADD COLUMN is_provider_away boolean NOT NULL DEFAULT false;
