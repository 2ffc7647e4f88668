-- Tickets, and what is counted and searched of them.
--
-- place: the ticket's place in the order of creation, unique: created_at in microseconds × 2048, plus a number below
--   2048 that tells tickets of the same microsecond apart.
-- priority: 1 low, 2 medium, 3 high, 4 urgent, 5 critical, 6 emergency
-- status: 1 open, 2 assigned, 3 in_progress, 4 pending_customer, 5 pending_vendor, 6 resolved, 7 closed, 8 reopened
-- category: 1 technical_support, 2 billing_inquiry, 3 new_service, 4 service_change, 5 cancellation, 6 outage_report,
--   7 equipment_issue, 8 installation, 9 repair, 10 complaint, 11 sales_inquiry, 12 general_inquiry, 13 zone_config,
--   14 account, 15 feature_request
-- source: 1 isp, 2 crm, 3 helpdesk, 4 simple, 5 maintenance, 6 system
-- sla_state: 0 quiet, 1 on track, 2 at risk, 3 paused, 4 breached (also when the work is over)
-- due_at: what "overdue" is measured by
-- resolved_at is set exactly while the status is 6 or 7, so that `resolved_at IS NULL` says "unresolved".
-- facets: a word for everything that tickets can be filtered by.
CREATE TABLE tickets (
    place            BIGINT      PRIMARY KEY,
    number           BIGINT      NOT NULL UNIQUE,
    id               UUID        NOT NULL UNIQUE,
    label            TEXT        COLLATE "C" NOT NULL UNIQUE,
    customer_id      UUID        REFERENCES customers (id),
    category         SMALLINT    NOT NULL,
    priority         SMALLINT    NOT NULL,
    status           SMALLINT    NOT NULL,
    service_id       UUID        REFERENCES services (id),
    contact_id       UUID        REFERENCES contacts (id),
    assigned_to      UUID        REFERENCES users (id),
    assigned_team    UUID        REFERENCES teams (id),
    escalation_level SMALLINT    NOT NULL,
    due_date         TIMESTAMPTZ,
    source           SMALLINT    NOT NULL,
    merged_into      UUID        REFERENCES tickets (id),
    created_by       UUID        REFERENCES users (id),
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    resolved_at      TIMESTAMPTZ,
    closed_at        TIMESTAMPTZ,
    deleted_at       TIMESTAMPTZ,
    version          BIGINT      NOT NULL,
    sla_state        SMALLINT    NOT NULL,
    due_at           TIMESTAMPTZ,
    next_timer_at    TIMESTAMPTZ,
    title            TEXT        NOT NULL,
    tags             JSONB       NOT NULL,
    sla              JSONB       NOT NULL,         -- the timeline, and how the SLA judged it last
    details          JSONB       NOT NULL,         -- fields that are read, never searched by
    description      TEXT        NOT NULL,
    facets           TSVECTOR    NOT NULL
);
CREATE INDEX tickets_by_place ON tickets (place) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_status ON tickets (status, place) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_customer ON tickets (customer_id, place) WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX tickets_by_assignee ON tickets (assigned_to, place) WHERE deleted_at IS NULL AND assigned_to IS NOT NULL;
CREATE INDEX tickets_by_facets ON tickets USING gin (facets) WHERE deleted_at IS NULL;
-- Lists in other orders.
CREATE INDEX tickets_by_update ON tickets (updated_at, number) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_priority ON tickets (priority, number) WHERE deleted_at IS NULL;
CREATE INDEX tickets_by_due ON tickets (due_at, number) WHERE deleted_at IS NULL;
-- What is overdue, with what such counts are narrowed by.
CREATE INDEX tickets_unresolved_by_due ON tickets (due_at)
    INCLUDE (status, priority, category, sla_state, customer_id, assigned_to, assigned_team, place)
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
    day  BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- How many tickets there are. scope_kind: 0 all (scope_id is all zeros), 1 team, 2 customer, 3 assignee; an id of
-- zeros stands for "none". Of every kind but 2, category 0 counts the tickets of all categories. A count is what its row says plus what the table of changes still holds: one row changed by
-- every writer would let them wait for each other, so they append, and a worker folds.
CREATE TABLE ticket_counts (
    scope_kind SMALLINT NOT NULL,
    scope_id   UUID     NOT NULL,
    status     SMALLINT NOT NULL,
    priority   SMALLINT NOT NULL,
    category   SMALLINT NOT NULL,
    sla_state  SMALLINT NOT NULL,
    n          BIGINT   NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, category, status, priority, sla_state)
);
CREATE INDEX ticket_counts_empty ON ticket_counts (n) WHERE n = 0;
CREATE TABLE ticket_count_changes (
    scope_kind SMALLINT NOT NULL,
    scope_id   UUID     NOT NULL,
    status     SMALLINT NOT NULL,
    priority   SMALLINT NOT NULL,
    category   SMALLINT NOT NULL,
    sla_state  SMALLINT NOT NULL,
    n          BIGINT   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX ticket_count_changes_by_scope ON ticket_count_changes (scope_kind, scope_id);

-- Unresolved tickets by the UTC day of due_at (days since 1970): of all by category, and, of all categories (0), of all,
-- of a team and of nobody. Kept like the counts above: what is overdue is the sum of the days before today, and a few
-- tickets of today.
CREATE TABLE due_counts (
    scope_kind SMALLINT NOT NULL,
    scope_id   UUID     NOT NULL,
    priority   SMALLINT NOT NULL,
    category   SMALLINT NOT NULL,
    day        BIGINT   NOT NULL,
    n          BIGINT   NOT NULL,
    PRIMARY KEY (scope_kind, scope_id, category, day, priority)
);
CREATE INDEX due_counts_empty ON due_counts (n) WHERE n = 0;
CREATE TABLE due_count_changes (
    scope_kind SMALLINT NOT NULL,
    scope_id   UUID     NOT NULL,
    priority   SMALLINT NOT NULL,
    category   SMALLINT NOT NULL,
    day        BIGINT   NOT NULL,
    n          BIGINT   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX due_count_changes_by_scope ON due_count_changes (scope_kind, scope_id);

-- Words of a ticket's title, description, label and number, and behind a "=" the facets that seldom change. The columns
-- are what changes all the time, as it stands in `tickets`: no index holds them, so that a change of status need not
-- index all words anew. Tickets that were deleted are not here.
CREATE TABLE ticket_search (
    place         BIGINT      PRIMARY KEY,
    status        SMALLINT    NOT NULL,
    sla_state     SMALLINT    NOT NULL,
    assigned_to   UUID,
    assigned_team UUID,
    due_at        TIMESTAMPTZ,
    words         TSVECTOR    NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX ticket_search_words ON ticket_search USING gin (words);
-- Which words are in very many tickets is read from this table's statistics: they are gathered more often than usual,
-- and from 30,000 tickets, whatever the server's default is.
ALTER TABLE ticket_search ALTER COLUMN words SET STATISTICS 100;
ALTER TABLE ticket_search SET (autovacuum_analyze_scale_factor = 0.05);
-- Nothing asks for those of facets.
ALTER TABLE tickets ALTER COLUMN facets SET STATISTICS 0;
