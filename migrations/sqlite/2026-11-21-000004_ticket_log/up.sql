-- What belongs to a ticket; `ticket` is the ticket's place.

-- The one log. seq counts all events, sequence those of one ticket from 1 without gaps.
-- action: 1 created, 2 updated, 3 status_changed, 4 assigned, 5 escalated, 6 resolved, 7 closed, 8 reopened, 9 merged,
--   10 merge_received, 11 commented, 12 comment_edited, 13 comment_deleted, 14 attachment_added, 15 linked, 16 deleted,
--   17 sla_warning, 18 sla_breach, 19 sla_rejudged
-- actor_role: 0 system, 1 to 5 as users.role, 6 anonymous
CREATE TABLE events (
    seq        INTEGER  PRIMARY KEY AUTOINCREMENT,
    ticket     BIGINT   NOT NULL REFERENCES tickets (place),
    sequence   BIGINT   NOT NULL,
    at         BIGINT   NOT NULL,
    actor_id   BLOB     REFERENCES users (id),
    actor_role SMALLINT NOT NULL,
    action     SMALLINT NOT NULL,
    is_staff   BOOLEAN  NOT NULL,                  -- for staff alone
    body       TEXT     NOT NULL                   -- JSON: changes, note, the ids that the action names
);
CREATE UNIQUE INDEX events_by_ticket ON events (ticket, sequence);

CREATE TABLE comments (
    seq         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    ticket      BIGINT  NOT NULL REFERENCES tickets (place),
    author_id   BLOB    REFERENCES users (id),
    is_internal BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    deleted_at  BIGINT,
    body        TEXT    NOT NULL
);
CREATE INDEX comments_by_ticket ON comments (ticket, created_at, seq, is_internal) WHERE deleted_at IS NULL;

CREATE TABLE attachments (
    seq          INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    ticket       BIGINT  REFERENCES tickets (place),
    ticket_id    BLOB,                             -- the same ticket by its id
    comment_id   BLOB    REFERENCES comments (id),
    is_internal  BOOLEAN NOT NULL,
    name         TEXT    NOT NULL,
    size         BIGINT  NOT NULL,                 -- bytes
    content_type TEXT    NOT NULL,
    sha256       BLOB    NOT NULL,
    uploaded_by  BLOB    REFERENCES users (id),
    created_at   BIGINT  NOT NULL
);
CREATE INDEX attachments_by_ticket ON attachments (ticket, created_at, seq, is_internal) WHERE ticket IS NOT NULL;
CREATE INDEX attachments_by_comment ON attachments (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX attachments_unattached ON attachments (created_at) WHERE ticket IS NULL;

-- relation: 1 relates_to, 2 duplicates, 3 blocks, 4 caused_by
CREATE TABLE links (
    from_ticket BIGINT   NOT NULL REFERENCES tickets (place),
    to_ticket   BIGINT   NOT NULL REFERENCES tickets (place),
    relation    SMALLINT NOT NULL,
    created_by  BLOB     REFERENCES users (id),
    created_at  BIGINT   NOT NULL,
    PRIMARY KEY (from_ticket, to_ticket, relation)
) WITHOUT ROWID;
CREATE INDEX links_to ON links (to_ticket);
