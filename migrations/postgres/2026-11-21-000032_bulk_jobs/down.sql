DROP TABLE job_tickets;
DROP INDEX job_rows_failed;
ALTER TABLE job_rows DROP COLUMN is_failure;
ALTER TABLE jobs DROP COLUMN failed;
