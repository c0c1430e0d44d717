-- Called by a statement that has just promised something, with the promises that its process knows
-- of: gives the ids of its own promises when there is no other, and NULL otherwise. As a volatile
-- function it sees what others had committed when the statement got its locks, which the statement
-- itself does not.
CREATE FUNCTION promised_alone(known bigint[], said bigint) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE STRICT AS $$
DECLARE
    found bigint[] := ARRAY(
        SELECT id FROM outbox WHERE id <> ALL (known) ORDER BY id LIMIT said + 1
    );
BEGIN
    RETURN CASE WHEN cardinality(found) = said THEN found END;
END;
$$;
