-- Versions of SLA policies and calendars. Rows are never changed.

CREATE TABLE calendar_versions (
    id              BLOB    PRIMARY KEY NOT NULL,
    calendar_id     BLOB    NOT NULL,
    version         BIGINT  NOT NULL,
    effective_from  BIGINT  NOT NULL,
    applies_to_open BOOLEAN NOT NULL,
    retired         BOOLEAN NOT NULL,
    spec            TEXT    NOT NULL,              -- JSON
    UNIQUE (calendar_id, version)
);

CREATE TABLE policy_versions (
    id              BLOB    PRIMARY KEY NOT NULL,
    policy_id       BLOB    NOT NULL,
    version         BIGINT  NOT NULL,
    effective_from  BIGINT  NOT NULL,
    applies_to_open BOOLEAN NOT NULL,
    retired         BOOLEAN NOT NULL,
    spec            TEXT    NOT NULL,              -- JSON
    UNIQUE (policy_id, version)
);

-- What only goes up: the last ticket number ('ticket'), the generation of the two tables above ('book').
CREATE TABLE sequences (
    name  TEXT   PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO sequences (name, value) VALUES ('ticket', 0), ('book', 0);
