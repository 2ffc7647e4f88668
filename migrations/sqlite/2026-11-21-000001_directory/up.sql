-- Customers, their contacts and services, teams, users.
-- Everywhere: UUIDs are 16-byte blobs, instants are microseconds since 1970 in UTC, JSON is text, enums are the
-- codes written down beside their column. A code never changes its meaning.

CREATE TABLE customers (
    seq            INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL UNIQUE,
    name           TEXT    NOT NULL,
    name_key       TEXT    NOT NULL,               -- the name in lower case, by which lists are ordered
    account_number TEXT    UNIQUE,
    email          TEXT,
    phone          TEXT,
    tier           TEXT,
    address        TEXT,
    is_active      BOOLEAN NOT NULL,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL
);
CREATE INDEX customers_by_name ON customers (name_key, seq);

CREATE TABLE contacts (
    seq         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    customer_id BLOB    NOT NULL REFERENCES customers (id),
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    email       TEXT,
    phone       TEXT,
    is_active   BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL
);
CREATE INDEX contacts_by_customer ON contacts (customer_id, name_key, seq);
CREATE INDEX contacts_by_name ON contacts (name_key, seq);

CREATE TABLE services (
    seq         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    customer_id BLOB    NOT NULL REFERENCES customers (id),
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    kind        TEXT,
    identifier  TEXT,
    site        TEXT,
    status      TEXT,
    is_active   BOOLEAN NOT NULL,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL
);
CREATE INDEX services_by_customer ON services (customer_id, name_key, seq);
CREATE INDEX services_by_name ON services (name_key, seq);

CREATE TABLE teams (
    seq        INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL UNIQUE,
    categories TEXT    NOT NULL,                   -- JSON: names of categories
    is_active  BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
-- The five teams that exist from the start (2026-11-21T00:00:00Z).
INSERT INTO teams (id, name, name_key, categories, is_active, created_at, updated_at) VALUES
    (X'0198000000007000800000000000000A', 'Sales',   'sales',   '["sales_inquiry","new_service"]', TRUE, 1795219200000000, 1795219200000000),
    (X'0198000000007000800000000000000B', 'Tech',    'tech',    '["technical_support","outage_report","equipment_issue","installation","repair","service_change","zone_config"]', TRUE, 1795219200000000, 1795219200000000),
    (X'0198000000007000800000000000000C', 'Finance', 'finance', '["billing_inquiry"]',             TRUE, 1795219200000000, 1795219200000000),
    (X'0198000000007000800000000000000D', 'Music',   'music',   '[]',                              TRUE, 1795219200000000, 1795219200000000),
    (X'0198000000007000800000000000000E', 'Admin',   'admin',   '["account","cancellation","complaint"]', TRUE, 1795219200000000, 1795219200000000);

-- role: 1 customer, 2 service, 3 agent, 4 lead, 5 admin
CREATE TABLE users (
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    id               BLOB     NOT NULL UNIQUE,
    username         TEXT     NOT NULL,
    username_key     TEXT     NOT NULL UNIQUE,     -- in lower case
    email            TEXT,
    email_key        TEXT     UNIQUE,              -- in lower case
    name             TEXT,
    name_key         TEXT     NOT NULL,            -- the name that people read, in lower case
    password_hash    TEXT,
    role             SMALLINT NOT NULL,
    customer_id      BLOB     REFERENCES customers (id),
    teams            TEXT     NOT NULL,            -- JSON: ids, the first one first
    skills           TEXT     NOT NULL,            -- JSON
    capacity         BIGINT   NOT NULL,
    is_active        BOOLEAN  NOT NULL,
    is_available     BOOLEAN  NOT NULL,
    epoch            BIGINT   NOT NULL,
    last_assigned_at BIGINT,                       -- when a ticket was last given to the user
    created_at       BIGINT   NOT NULL,
    updated_at       BIGINT   NOT NULL
);
CREATE INDEX users_by_name ON users (name_key, number);
CREATE INDEX users_by_customer ON users (customer_id, name_key, number) WHERE customer_id IS NOT NULL;
-- Those whom routing can choose among.
CREATE INDEX users_with_skills ON users (number) WHERE skills <> '[]' AND is_active;

-- Words of customers (rowid 8·seq), contacts (+1), services (+2), teams (+3) and users (8·number + 4); the column
-- `facets` holds one token that names the kind.
CREATE VIRTUAL TABLE directory_search USING fts5(
    words, facets, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO directory_search (rowid, words, facets) SELECT 8 * seq + 3, name, 'zkteam' FROM teams;
