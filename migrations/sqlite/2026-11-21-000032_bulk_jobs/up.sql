-- Jobs that do the same to many tickets: which tickets, and what became of each.
-- jobs.failed: how many of the first `done` things came to nothing
ALTER TABLE jobs ADD COLUMN failed BIGINT NOT NULL DEFAULT 0;

-- Of such a job `nth` is the how manieth ticket it is. The row of a ticket that was changed is written with the change.
ALTER TABLE job_rows ADD COLUMN is_failure BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX job_rows_failed ON job_rows (job, nth) WHERE is_failure;

-- The tickets that a job is about, as they were found when it was asked for: many to a row.
CREATE TABLE job_tickets (
    job   BLOB   NOT NULL REFERENCES jobs (id),
    first BIGINT NOT NULL,                      -- how many come before these
    ids   BLOB   NOT NULL,                      -- 16 bytes each
    PRIMARY KEY (job, first)
) WITHOUT ROWID;
