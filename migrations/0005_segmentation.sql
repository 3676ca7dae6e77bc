-- Segmentation runs with what they found. The state of a run is that of its job.
CREATE TABLE segmentation_runs (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    job_id TEXT NOT NULL REFERENCES jobs (id),
    options TEXT NOT NULL,
    customers BIGINT NOT NULL,
    result TEXT,
    created_at BIGINT NOT NULL,
    completed_at BIGINT,
    CHECK ((result IS NULL) = (completed_at IS NULL))
);
CREATE INDEX segmentation_runs_by_workspace ON segmentation_runs (workspace_id, id);

CREATE TABLE segments (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    run_id TEXT NOT NULL REFERENCES segmentation_runs (id),
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
);

-- position: row of the customer in the table that was clustered. segment -1: in none.
CREATE TABLE segment_members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    run_id TEXT NOT NULL REFERENCES segmentation_runs (id),
    position BIGINT NOT NULL,
    customer_id TEXT NOT NULL,
    segment INTEGER NOT NULL,
    PRIMARY KEY (run_id, position)
);
CREATE UNIQUE INDEX segment_members_by_customer
    ON segment_members (run_id, segment, customer_id);

-- The customers on paper as {x, y, segment, explained}: large, so apart from the run.
CREATE TABLE segmentation_maps (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES segmentation_runs (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    content TEXT NOT NULL
);
