-- Tickets, and what is counted and searched of them.
--
-- place: the ticket's place in the order of creation, unique: created_at in microseconds × 2048, plus a count of the
--   tickets of the same microsecond. It is the table's and the search index's rowid, so that both are ordered by creation.
-- priority: 1 low, 2 medium, 3 high, 4 urgent, 5 critical, 6 emergency
-- status: 1 open, 2 assigned, 3 in_progress, 4 pending_customer, 5 pending_vendor, 6 resolved, 7 closed, 8 reopened
-- category: 1 technical_support, 2 billing_inquiry, 3 new_service, 4 service_change, 5 cancellation, 6 outage_report,
--   7 equipment_issue, 8 installation, 9 repair, 10 complaint, 11 sales_inquiry, 12 general_inquiry, 13 zone_config,
--   14 account, 15 feature_request
-- source: 1 isp, 2 crm, 3 helpdesk, 4 simple, 5 maintenance, 6 system
-- sla_state: 0 quiet, 1 on track, 2 at risk, 3 paused, 4 breached (also when the work is over)
-- due_at: what "overdue" is measured by
-- resolved_at is set exactly while the status is 6 or 7, so that `resolved_at IS NULL` says "unresolved".
CREATE TABLE tickets (
    place            INTEGER  PRIMARY KEY,
    number           BIGINT   NOT NULL UNIQUE,
    id               BLOB     NOT NULL UNIQUE,
    label            TEXT     NOT NULL UNIQUE,
    customer_id      BLOB     REFERENCES customers (id),
    category         SMALLINT NOT NULL,
    priority         SMALLINT NOT NULL,
    status           SMALLINT NOT NULL,
    service_id       BLOB     REFERENCES services (id),
    contact_id       BLOB     REFERENCES contacts (id),
    assigned_to      BLOB     REFERENCES users (id),
    assigned_team    BLOB     REFERENCES teams (id),
    escalation_level SMALLINT NOT NULL,
    due_date         BIGINT,
    source           SMALLINT NOT NULL,
    merged_into      BLOB     REFERENCES tickets (id),
    created_by       BLOB     REFERENCES users (id),
    created_at       BIGINT   NOT NULL,
    updated_at       BIGINT   NOT NULL,
    resolved_at      BIGINT,
    closed_at        BIGINT,
    deleted_at       BIGINT,
    version          BIGINT   NOT NULL,
    sla_state        SMALLINT NOT NULL,
    due_at           BIGINT,
    next_timer_at    BIGINT,
    title            TEXT     NOT NULL,
    tags             TEXT     NOT NULL,            -- JSON
    sla              TEXT     NOT NULL,            -- JSON: the timeline, and how the SLA judged it last
    details          TEXT     NOT NULL,            -- JSON: fields that are read, never searched by
    description      TEXT     NOT NULL
);
-- What summaries ask of a ticket, packed more densely than the tickets themselves.
CREATE INDEX tickets_by_place ON tickets (place, status, sla_state, due_at, resolved_at) WHERE deleted_at IS NULL;
-- Lists in order of creation: SQLite appends the rowid, which is the place, to every index.
CREATE INDEX tickets_by_status ON tickets (status) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_customer ON tickets (customer_id) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX tickets_by_assignee ON tickets (assigned_to) WHERE deleted_at IS NULL AND assigned_to IS NOT NULL;
-- Lists in other orders.
CREATE INDEX tickets_by_update ON tickets (updated_at, number) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_priority ON tickets (priority, number) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_due ON tickets (due_at, number) WHERE deleted_at IS NULL;
-- What is overdue, with what such counts are narrowed by.
CREATE INDEX tickets_unresolved_by_due
    ON tickets (due_at, status, priority, category, sla_state, customer_id, assigned_to, assigned_team)
    WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX tickets_in_danger ON tickets (due_at, number)
    WHERE deleted_at IS NULL AND resolved_at IS NULL AND sla_state IN (2, 4);
CREATE INDEX tickets_unresolved ON tickets (number) WHERE deleted_at IS NULL AND resolved_at IS NULL;
CREATE INDEX tickets_unresolved_by_service ON tickets (service_id)
    WHERE deleted_at IS NULL AND resolved_at IS NULL AND service_id IS NOT NULL;
CREATE INDEX tickets_by_timer ON tickets (next_timer_at) WHERE next_timer_at IS NOT NULL;
CREATE INDEX tickets_merged ON tickets (merged_into) WHERE merged_into IS NOT NULL;

-- The last sequence number that a label of that day (days since 1970) has taken.
CREATE TABLE day_numbers (
    day  INTEGER PRIMARY KEY,
    last BIGINT NOT NULL
);

-- How many tickets there are. scope_kind: 0 all (scope_id is empty), 1 team, 2 customer, 3 assignee; an id of
-- sixteen zero bytes stands for "none". Of every kind but 2, category 0 counts the tickets of all categories.
CREATE TABLE ticket_counts (
    scope_kind SMALLINT NOT NULL,
    scope_id   BLOB     NOT NULL,
    status     SMALLINT NOT NULL,
    priority   SMALLINT NOT NULL,
    category   SMALLINT NOT NULL,
    sla_state  SMALLINT NOT NULL,
    n          BIGINT   NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, category, status, priority, sla_state)
) WITHOUT ROWID;

-- How many unresolved tickets are due within a span of 2^bits microseconds (33 or 40), the one that is number
-- due_at / 2^bits, rounded down: of all by category, and, of all categories (0), of all, of a team and of nobody.
CREATE TABLE due_counts (
    scope_kind SMALLINT NOT NULL,
    scope_id   BLOB     NOT NULL,
    category   SMALLINT NOT NULL,
    bits       SMALLINT NOT NULL,
    span       BIGINT   NOT NULL,
    low        BIGINT   NOT NULL,
    medium     BIGINT   NOT NULL,
    high       BIGINT   NOT NULL,
    urgent     BIGINT   NOT NULL,
    critical   BIGINT   NOT NULL,
    emergency  BIGINT   NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, category, bits, span)
) WITHOUT ROWID;

-- Rowid is the ticket's place. `facets` holds a token for everything that tickets can be filtered by, so that one
-- match answers text and filters together.
CREATE VIRTUAL TABLE ticket_search USING fts5(
    title, description, label, facets, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);

-- The index's vocabulary, by which a word's beginning is looked up.
CREATE VIRTUAL TABLE ticket_words USING fts5vocab(ticket_search, 'instance');
