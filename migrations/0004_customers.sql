-- Imports of files, and the customers that a workspace knows.
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    job_id TEXT NOT NULL REFERENCES jobs (id),
    kind TEXT NOT NULL CHECK (kind IN ('transactions', 'customers')),
    mode TEXT NOT NULL CHECK (mode IN ('merge', 'replace')),
    file TEXT NOT NULL,
    options TEXT NOT NULL,
    upload_id TEXT REFERENCES blobs (id), -- until the import is complete or given up
    customers BIGINT NOT NULL,
    summary TEXT,
    totals TEXT,
    rejected TEXT,
    created_at BIGINT NOT NULL,
    completed_at BIGINT,
    CHECK ((summary IS NULL) = (completed_at IS NULL))
);
CREATE INDEX imports_by_workspace ON imports (workspace_id, id);

-- One row a workspace with customers. Its lock makes imports take turns.
CREATE TABLE customer_sets (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    next_position BIGINT NOT NULL,
    features TEXT NOT NULL, -- names of all features that a customer has, in order
    customers BIGINT NOT NULL
);

-- position: order in which the customers came in.
CREATE TABLE customers (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    features TEXT NOT NULL,
    import_id TEXT NOT NULL REFERENCES imports (id),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX customers_by_position ON customers (workspace_id, position);
