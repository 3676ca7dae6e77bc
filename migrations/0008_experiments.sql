-- Experiments: what assignment depends on, the frozen words of the arms, decisions of people about
-- them, and exposures and outcomes by the id the sender gave them.
CREATE TABLE experiments (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    version BIGINT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'stopped', 'shipped')),
    description TEXT NOT NULL,
    segmentation_run_id TEXT NOT NULL,
    segment INTEGER NOT NULL,
    segment_size BIGINT NOT NULL,
    segment_share DOUBLE PRECISION NOT NULL,
    campaign_run_id TEXT,
    control TEXT NOT NULL,
    seed TEXT NOT NULL,
    hash_version INTEGER NOT NULL,
    coverage DOUBLE PRECISION NOT NULL,
    plan TEXT NOT NULL,
    started_at BIGINT,
    stopped_at BIGINT,
    shipped_arm TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, key),
    UNIQUE (campaign_run_id, segment),
    CHECK ((started_at IS NULL) = (state = 'draft')),
    CHECK ((stopped_at IS NOT NULL) = (state IN ('stopped', 'shipped'))),
    CHECK ((shipped_arm IS NOT NULL) = (state = 'shipped'))
);
CREATE INDEX experiments_by_workspace ON experiments (workspace_id, id);

-- text_hash is empty and the words are missing until the start.
CREATE TABLE experiment_arms (
    experiment_id TEXT NOT NULL REFERENCES experiments (id),
    position INTEGER NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    key TEXT NOT NULL,
    variant_id TEXT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    range_low DOUBLE PRECISION NOT NULL,
    range_high DOUBLE PRECISION NOT NULL,
    text_hash TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (experiment_id, position),
    UNIQUE (experiment_id, key)
);

CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    experiment_id TEXT NOT NULL REFERENCES experiments (id),
    move TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    arm TEXT NOT NULL,
    reason TEXT NOT NULL,
    advice TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    is_override INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX decisions_by_experiment ON decisions (workspace_id, experiment_id, id);

-- not_counted is why an event cannot count, as known when it came; results judge again.
CREATE TABLE experiment_events (
    experiment_id TEXT NOT NULL REFERENCES experiments (id),
    event_id TEXT NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL CHECK (kind IN ('exposure', 'outcome')),
    unit TEXT NOT NULL,
    arm TEXT NOT NULL,
    metric TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    time BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    not_counted TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (experiment_id, event_id)
);
CREATE INDEX experiment_events_by_unit ON experiment_events (experiment_id, unit);
