-- due_at says when a worker may take the job: queued, the end of its back-off; running, the end of
-- its lease; over, never (NULL). So waiting and orphaned jobs are found by one index.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    input TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    due_at BIGINT,
    lease_owner TEXT,
    attempts INTEGER NOT NULL,
    attempts_max INTEGER NOT NULL CHECK (attempts_max >= 1),
    is_cancel_requested INTEGER NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    stage TEXT NOT NULL,
    result TEXT NOT NULL,
    error TEXT NOT NULL,
    error_code TEXT NOT NULL,
    starter_kind TEXT NOT NULL,
    starter_id TEXT NOT NULL,
    starter_person TEXT NOT NULL,
    starter_request_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    idempotency_key TEXT,
    request_hash TEXT NOT NULL,
    UNIQUE (workspace_id, idempotency_key),
    CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'running'))),
    CHECK ((lease_owner IS NOT NULL) = (state = 'running'))
);

CREATE INDEX jobs_due ON jobs (due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX jobs_leased ON jobs (lease_owner) WHERE lease_owner IS NOT NULL;

CREATE INDEX jobs_by_workspace ON jobs (workspace_id, id);
