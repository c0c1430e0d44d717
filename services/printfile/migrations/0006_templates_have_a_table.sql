-- Templates have had a table of their own since pins; nobody reads or writes this column.
ALTER TABLE product DROP COLUMN template;
