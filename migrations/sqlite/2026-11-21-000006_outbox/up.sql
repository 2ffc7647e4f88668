-- What servers share out among themselves; here there is one. All instants here are the database's own.

-- Which server does which work at the moment, and until when unless it renews.
CREATE TABLE leases (
    work       TEXT   PRIMARY KEY NOT NULL,
    holder     BLOB   NOT NULL,
    held_until BIGINT NOT NULL
) WITHOUT ROWID;

-- Messages on their way to receivers, made from events; `ticket` is the ticket's place. What was delivered is deleted:
-- the event stays. Messages about one ticket to one receiver go in the order of their ids.
-- channel: 1 email, 2 sms, 3 webhook
-- state: 1 pending, 2 parked
-- next_attempt_at: not before; while somebody holds the message, the end of the hold
-- attempts: how often it was claimed
CREATE TABLE outbox (
    id              INTEGER  PRIMARY KEY AUTOINCREMENT,
    event           BIGINT   NOT NULL,
    ticket          BIGINT   NOT NULL REFERENCES tickets (place),
    channel         SMALLINT NOT NULL,
    receiver        TEXT     NOT NULL,
    payload         TEXT     NOT NULL,             -- JSON, kept byte for byte: signatures cover it
    created_at      BIGINT   NOT NULL,
    attempts        BIGINT   NOT NULL DEFAULT 0,
    next_attempt_at BIGINT   NOT NULL,
    holder          BLOB,
    leased_until    BIGINT,
    state           SMALLINT NOT NULL DEFAULT 1,
    last_error      TEXT,
    UNIQUE (event, channel, receiver)
);
CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE state = 1;
CREATE INDEX outbox_in_order ON outbox (channel, receiver, ticket, id) WHERE state = 1;
CREATE INDEX outbox_by_state ON outbox (state, id);
