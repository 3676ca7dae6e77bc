-- Documents: what messages may say. Days are text, YYYY-MM-DD. The state (draft, approved,
-- scheduled, expired) depends on the day and is computed, never stored.
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('fact', 'offer', 'style', 'legal')),
    content TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT,
    offer_starts TEXT,
    offer_ends TEXT,
    expired_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    edited_by TEXT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    UNIQUE (workspace_id, name),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);

CREATE INDEX documents_by_workspace ON documents (workspace_id, id);

-- Counts the changes of a workspace's documents, so that caches know when to read them again.
CREATE TABLE content_revisions (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    revision BIGINT NOT NULL
);
