DROP TABLE digest_windows;
DROP TABLE digest_letters;
DROP INDEX outbox_digests;
DELETE FROM outbox WHERE digest;
ALTER TABLE outbox DROP COLUMN digest;
