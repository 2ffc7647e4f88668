-- Long work that a person asked for. One server at a time holds a job, and whoever asks reads how
-- far it has come.
-- kind: 1 sla_simulation, 2 bulk
-- state: 1 queued, 2 running, 3 done, 4 cancelled, 5 failed
-- due_at: not to be taken before; while somebody holds the job, the end of the hold. By the database's clock
-- attempts: how often it was taken
-- total: how much there is to do, 0 while nobody knows; row_count: how many rows of it `job_rows` holds
CREATE TABLE jobs (
    id          BLOB     PRIMARY KEY NOT NULL,
    kind        SMALLINT NOT NULL,
    state       SMALLINT NOT NULL DEFAULT 1,
    input       TEXT     NOT NULL,             -- JSON
    created_by  BLOB     NOT NULL REFERENCES users (id),
    created_at  BIGINT   NOT NULL,
    started_at  BIGINT,
    finished_at BIGINT,
    due_at      BIGINT   NOT NULL,
    holder      BLOB,
    attempts    BIGINT   NOT NULL DEFAULT 0,
    done        BIGINT   NOT NULL DEFAULT 0,
    total       BIGINT   NOT NULL DEFAULT 0,
    row_count   BIGINT   NOT NULL DEFAULT 0,
    result      TEXT,                          -- JSON
    error       TEXT
);
CREATE INDEX jobs_due ON jobs (kind, due_at, id) WHERE state IN (1, 2);
CREATE INDEX jobs_by_kind ON jobs (kind, created_at, id);
CREATE INDEX jobs_by_maker ON jobs (kind, created_by, created_at, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- What a job says of one thing after the other, in the order in which it was written.
CREATE TABLE job_rows (
    job  BLOB   NOT NULL REFERENCES jobs (id),
    nth  BIGINT NOT NULL,                       -- from 1
    body TEXT   NOT NULL,                       -- JSON
    PRIMARY KEY (job, nth)
) WITHOUT ROWID;
