CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    created BIGINT NOT NULL,
    started BIGINT,
    finished BIGINT,
    owner TEXT,
    lease_until BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL,
    tokens_drawn INTEGER NOT NULL,
    tokens_total INTEGER NOT NULL,
    model TEXT NOT NULL,
    spec TEXT NOT NULL,
    error_code TEXT,
    error TEXT
);
CREATE INDEX jobs_by_state ON jobs (state, created);
CREATE INDEX jobs_by_time ON jobs (created);
CREATE TABLE pictures (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    seed BIGINT NOT NULL,
    format TEXT NOT NULL,
    size TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created BIGINT NOT NULL,
    provenance TEXT NOT NULL,
    PRIMARY KEY (job, position)
);
CREATE TABLE removed_jobs (
    id TEXT PRIMARY KEY,
    removed BIGINT NOT NULL
);
CREATE TABLE files (
    name TEXT PRIMARY KEY,
    content BYTEA NOT NULL
);
