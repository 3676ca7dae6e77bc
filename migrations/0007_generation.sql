-- Messages written for the segments of a run, what the safety agent and people decided about them.
-- stage is the last one that is saved: '', 'context', 'variants', 'verdicts'.
CREATE TABLE generation_runs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    job_id TEXT NOT NULL REFERENCES jobs (id),
    segmentation_run_id TEXT NOT NULL REFERENCES segmentation_runs (id),
    author TEXT NOT NULL,
    request TEXT NOT NULL,
    as_of TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('', 'context', 'variants', 'verdicts')),
    embedder TEXT NOT NULL,
    writer TEXT NOT NULL,
    set_aside TEXT NOT NULL,
    notices TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX generation_runs_by_workspace ON generation_runs (workspace_id, id);

CREATE TABLE contexts (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    run_id TEXT NOT NULL REFERENCES generation_runs (id),
    segment INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (run_id, segment)
);

-- verdict_id and review_id are those in force: they hold for exactly the present words, an edit
-- sets both to NULL.
CREATE TABLE variants (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    run_id TEXT NOT NULL REFERENCES generation_runs (id),
    segment INTEGER NOT NULL,
    strategy TEXT NOT NULL,
    tone TEXT NOT NULL,
    is_control INTEGER NOT NULL,
    writer TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    claims TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    confidence_parts TEXT NOT NULL,
    author TEXT NOT NULL,
    edited_by TEXT,
    version BIGINT NOT NULL,
    verdict_id TEXT,
    review_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (run_id, segment, strategy)
);
CREATE INDEX variants_by_workspace ON variants (workspace_id, id);

CREATE TABLE verdicts (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    variant_id TEXT NOT NULL REFERENCES variants (id),
    text_hash TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('pass', 'review', 'block')),
    policy_version TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX verdicts_by_workspace ON verdicts (workspace_id, id);
CREATE INDEX verdicts_by_variant ON verdicts (variant_id, id);

CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    variant_id TEXT NOT NULL REFERENCES variants (id),
    verdict_id TEXT REFERENCES verdicts (id),
    text_hash TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')),
    reason TEXT NOT NULL,
    is_override INTEGER NOT NULL,
    reviewer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reviews_by_variant ON reviews (variant_id, id);
