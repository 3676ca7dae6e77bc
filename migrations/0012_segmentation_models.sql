-- How customers become points and points get their segment, as a file: that of cpo segment --save. NULL of runs from before
-- and of those that cannot be saved.
ALTER TABLE segmentation_runs ADD COLUMN model_id TEXT REFERENCES blobs (id);
