-- One action of a merchant in many orders (capturing fifty payments) may give all their webhooks
-- one event id, under one topic: taken for duplicates, all but one would be lost. What tells a
-- duplicate is the webhook's own id; and what is told twice of an order is no news of it.
DROP INDEX delivery_says_an_event_once;
