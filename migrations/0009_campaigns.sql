-- Kept configurations of the whole flow, and their runs.
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX campaigns_by_workspace ON campaigns (workspace_id, id);

-- Each stage has started once its id is saved and is finished once its end is; so a worker that
-- takes over goes on with the same runs.
CREATE TABLE campaign_runs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    campaign_id TEXT NOT NULL REFERENCES campaigns (id),
    job_id TEXT NOT NULL REFERENCES jobs (id),
    author TEXT NOT NULL,
    content TEXT NOT NULL,
    as_of TEXT NOT NULL,
    segmentation_run_id TEXT REFERENCES segmentation_runs (id),
    generation_run_id TEXT REFERENCES generation_runs (id),
    segments_started_at BIGINT,
    segments_finished_at BIGINT,
    variants_started_at BIGINT,
    variants_finished_at BIGINT,
    experiments_started_at BIGINT,
    experiments_finished_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX campaign_runs_by_campaign ON campaign_runs (campaign_id, id);

-- What became of each segment: one draft experiment, or the reason why there is none.
CREATE TABLE campaign_outcomes (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    campaign_run_id TEXT NOT NULL REFERENCES campaign_runs (id),
    segment INTEGER NOT NULL,
    experiment_id TEXT REFERENCES experiments (id),
    skipped_reason TEXT NOT NULL,
    PRIMARY KEY (campaign_run_id, segment),
    CHECK ((experiment_id IS NULL) = (skipped_reason <> ''))
);
