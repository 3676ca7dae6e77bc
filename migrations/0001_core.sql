-- Workspaces, their audit log and live stream, and large bytes.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The ends of a workspace's audit chain and stream. Its row lock puts changes in order.
CREATE TABLE workspace_heads (
    workspace_id TEXT PRIMARY KEY REFERENCES workspaces (id),
    audit_number BIGINT NOT NULL,
    audit_hash TEXT NOT NULL,
    stream_number BIGINT NOT NULL
);

CREATE TABLE audit_entries (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    data TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, number)
);
CREATE INDEX audit_entries_by_object ON audit_entries (workspace_id, object_type, object_id, number);
CREATE INDEX audit_entries_by_actor ON audit_entries (workspace_id, actor_id, number);

CREATE TABLE stream_lines (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    number BIGINT NOT NULL,
    topic TEXT NOT NULL,
    object_id TEXT NOT NULL,
    action TEXT NOT NULL,
    data TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, number)
);

CREATE TABLE blobs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE blob_chunks (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    blob_id TEXT NOT NULL REFERENCES blobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (blob_id, number)
);
