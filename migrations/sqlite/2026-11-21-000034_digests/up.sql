-- Letters to one receiver of which there are too many in a short time go together, in one message: a digest.

-- Whether a message takes along the letters that wait for its receiver. There is one for a receiver.
ALTER TABLE outbox ADD COLUMN digest BOOLEAN NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX outbox_digests ON outbox (channel, receiver) WHERE digest;

-- The letters that wait, in the order of their ids.
CREATE TABLE digest_letters (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT    NOT NULL,
    payload  TEXT    NOT NULL -- JSON
);
CREATE INDEX digest_letters_in_order ON digest_letters (receiver, id);

-- How many such letters somebody got by themselves since when. By the servers' clocks.
CREATE TABLE digest_windows (
    receiver TEXT PRIMARY KEY NOT NULL,
    began_at BIGINT NOT NULL,
    letters  BIGINT NOT NULL
) WITHOUT ROWID;
