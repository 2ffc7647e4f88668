-- Facts of tickets, kept for figures. They are made of tickets and their events, and can be made anew at any time.
-- How far they have come is in log_cursors, reader 'analytics'. (events.action has one more code: 20 rated.)

-- One row. rebuilding: while everything is made anew, the place of the last ticket that was. format: of the blobs; 0:
-- nothing was made yet.
CREATE TABLE analytics_state (
    id         BIGINT      PRIMARY KEY CHECK (id = 1),
    rebuilding BIGINT,
    format     SMALLINT    NOT NULL,
    folded_at  TIMESTAMPTZ NOT NULL
);
INSERT INTO analytics_state (id, rebuilding, format, folded_at) VALUES (1, NULL, 0, 'epoch');

-- What happened to a ticket (its place) on a UTC day (days since 1970).
CREATE TABLE analytics_rows (
    day    BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    facts  BYTEA  NOT NULL,
    PRIMARY KEY (day, ticket)
);
CREATE INDEX analytics_rows_by_ticket ON analytics_rows (ticket);

-- The rows of a day put together, a blob for each part. Where is_current is false, the rows are right and this is not.
-- part: 1 flow, 2 resolutions, 3 responses, 4 sla, 5 escalations, 6 ratings, 7 terms, 8 standing (at the day's begin)
CREATE TABLE analytics_days (
    part       SMALLINT NOT NULL,
    day        BIGINT   NOT NULL,
    is_current BOOLEAN  NOT NULL,
    facts      BYTEA    NOT NULL,
    PRIMARY KEY (part, day)
);
CREATE INDEX analytics_days_unsealed ON analytics_days (day) WHERE NOT is_current;
-- Read whole and often, and packed already: compressing would cost more than it saves.
ALTER TABLE analytics_days ALTER COLUMN facts SET STORAGE EXTERNAL;
