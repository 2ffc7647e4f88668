-- Readers of the log and how far each has come. Nobody is told of what happened before there was anybody to tell it.
CREATE TABLE log_cursors (
    reader TEXT   PRIMARY KEY NOT NULL,
    seq    BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO log_cursors (reader, seq) SELECT 'notifications', COALESCE(MAX(seq), 0) FROM events;
INSERT INTO log_cursors (reader, seq) VALUES ('analytics', 0);

-- Messages on their way to receivers, as before, but they may belong to no event and no ticket (a forgotten password), and
-- each channel is worked on for itself. Nothing has written to the table yet.
-- channel: 1 email, 2 sms, 3 webhook
-- state: 1 pending, 2 parked
-- next_attempt_at: not before; while somebody holds the message, the end of the hold
-- attempts: how often it was claimed
DROP TABLE outbox;
CREATE TABLE outbox (
    id              INTEGER  PRIMARY KEY AUTOINCREMENT,
    event           BIGINT,
    ticket          BIGINT REFERENCES tickets (place),
    channel         SMALLINT NOT NULL,
    receiver        TEXT NOT NULL,
    payload         TEXT NOT NULL,           -- JSON, kept byte for byte: signatures cover it
    created_at      BIGINT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    holder          BLOB,
    leased_until    BIGINT,
    state           SMALLINT NOT NULL DEFAULT 1,
    last_error      TEXT,
    UNIQUE (event, channel, receiver)
);
CREATE INDEX outbox_due ON outbox (channel, next_attempt_at, id) WHERE state = 1;
CREATE INDEX outbox_in_order ON outbox (channel, receiver, ticket, id) WHERE state = 1;
CREATE INDEX outbox_by_state ON outbox (state, id);

-- Where events are sent to.
-- events: JSON, names of events; an empty list means all
-- is_for_staff: whether it is told of what staff alone may know
-- old_secret: still signs, beside the new one, until old_secret_until
CREATE TABLE webhooks (
    id               BLOB PRIMARY KEY NOT NULL,
    url              TEXT    NOT NULL,
    description      TEXT,
    events           TEXT NOT NULL,
    is_for_staff     BOOLEAN NOT NULL,
    secret           BLOB NOT NULL,
    old_secret       BLOB,
    old_secret_until BIGINT,
    is_active        BOOLEAN NOT NULL,
    disabled_because TEXT,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);

-- What users want to hear of; without a row: everything.
-- muted: JSON, names of notices
CREATE TABLE notification_preferences (
    user_id  BLOB PRIMARY KEY NOT NULL REFERENCES users (id),
    by_email BOOLEAN NOT NULL,
    muted    TEXT NOT NULL
) WITHOUT ROWID;
