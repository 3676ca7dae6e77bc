-- How firmly a customer is in its segment, 0 to 1; NULL of methods and runs that do not say.
ALTER TABLE segment_members ADD COLUMN strength DOUBLE PRECISION;
