-- Deleted tickets are gone for good once they have been kept long enough.

-- Those that are deleted, in that order.
CREATE INDEX tickets_deleted ON tickets (deleted_at, place) WHERE deleted_at IS NOT NULL;

-- What refers to a ticket is found by it, whatever else is true of it: the database asks so itself before a ticket goes.
DROP INDEX comments_by_ticket;
CREATE INDEX comments_by_ticket ON comments (ticket, created_at, seq);
CREATE INDEX outbox_by_ticket ON outbox (ticket) WHERE ticket IS NOT NULL;

-- The ticket that a letter is about.
ALTER TABLE digest_letters ADD COLUMN ticket_id UUID;
CREATE INDEX digest_letters_by_ticket ON digest_letters (ticket_id) WHERE ticket_id IS NOT NULL;

-- Files whose rows are gone and whose bytes may still be there.
CREATE TABLE discarded_files (
    id UUID PRIMARY KEY
);
