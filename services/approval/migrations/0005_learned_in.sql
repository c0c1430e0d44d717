-- The transaction that wrote an order's facts last. An approval changes the row and not the facts:
-- who remembers the facts as that transaction wrote them need not read them again.
-- Without a default, so that the table is not written anew; what is null is read.
ALTER TABLE review ADD COLUMN learned_in xid8;
