DELETE FROM sequences WHERE name = 'comment';
DROP TABLE discarded_files;
DROP INDEX digest_letters_by_ticket;
ALTER TABLE digest_letters DROP COLUMN ticket_id;
DROP INDEX outbox_by_ticket;
DROP INDEX comments_by_ticket;
CREATE INDEX comments_by_ticket ON comments (ticket, created_at, seq, is_internal) WHERE deleted_at IS NULL;
DROP INDEX tickets_deleted;
