-- The customers on paper as bytes, a fifth of the JSON that was here. A run from before has no map
-- until its segments are computed again.
DROP TABLE segmentation_maps;
CREATE TABLE segmentation_maps (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES segmentation_runs (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    bytes BYTEA NOT NULL
);
