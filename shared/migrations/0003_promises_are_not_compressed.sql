-- A promise lives for milliseconds: to compress it, and undo that when it is read, is all that its
-- size on disk would cost. Up to this many bytes a row is left as it is.
ALTER TABLE outbox SET (toast_tuple_target = 8160);
