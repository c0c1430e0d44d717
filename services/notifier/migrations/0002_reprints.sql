-- Which orders of ours are reprints: the store has one order for both, and has fulfilled it once.
CREATE TABLE reprint (
    order_id text PRIMARY KEY,
    reprint_of text NOT NULL
);
