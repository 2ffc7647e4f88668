-- Versions of SLA policies and calendars. Rows are never changed.

CREATE TABLE calendar_versions (
    id              UUID        PRIMARY KEY,
    calendar_id     UUID        NOT NULL,
    version         BIGINT      NOT NULL,
    effective_from  TIMESTAMPTZ NOT NULL,
    applies_to_open BOOLEAN     NOT NULL,
    retired         BOOLEAN     NOT NULL,
    spec            JSONB       NOT NULL,
    UNIQUE (calendar_id, version)
);

CREATE TABLE policy_versions (
    id              UUID        PRIMARY KEY,
    policy_id       UUID        NOT NULL,
    version         BIGINT      NOT NULL,
    effective_from  TIMESTAMPTZ NOT NULL,
    applies_to_open BOOLEAN     NOT NULL,
    retired         BOOLEAN     NOT NULL,
    spec            JSONB       NOT NULL,
    UNIQUE (policy_id, version)
);

-- What only goes up: the last ticket number ('ticket'), the generation of the two tables above ('book').
CREATE TABLE sequences (
    name  TEXT   PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO sequences (name, value) VALUES ('ticket', 0), ('book', 0);
