-- Models of the rows that the scripts write, as the server wrote them, and what the scripts draw from.
CREATE TABLE load_ticket AS
    SELECT * FROM tickets WHERE resolved_at IS NULL AND deleted_at IS NULL AND customer_id IS NOT NULL
    ORDER BY place DESC LIMIT 1;
CREATE TABLE load_search AS SELECT ticket_search.* FROM ticket_search JOIN load_ticket USING (place);
CREATE TABLE load_event AS
    SELECT * FROM events WHERE ticket = (SELECT place FROM load_ticket) ORDER BY sequence LIMIT 1;
-- A new ticket changes four counts, and three of those by due time.
CREATE TABLE load_counts AS
    SELECT kind::smallint AS scope_kind, '00000000-0000-0000-0000-000000000000'::uuid AS scope_id, status, priority, category,
           sla_state, 0::bigint AS n
    FROM load_ticket, generate_series(0, 3) AS kind;
CREATE TABLE load_due AS
    SELECT kind::smallint AS scope_kind, '00000000-0000-0000-0000-000000000000'::uuid AS scope_id, priority, category,
           20000::bigint AS day, 0::bigint AS n
    FROM load_ticket, generate_series(0, 2) AS kind;
CREATE SEQUENCE load_numbers START 1000000000;
-- Tickets that exist, and those whose status can be changed, by a number without gaps.
CREATE TABLE load_any AS SELECT row_number() OVER () AS n, id FROM (SELECT id FROM tickets WHERE deleted_at IS NULL ORDER BY random() LIMIT 5000) AS drawn;
CREATE TABLE load_open AS
    SELECT row_number() OVER () AS n, id FROM (SELECT id FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL ORDER BY number LIMIT 200) AS drawn;
CREATE TABLE load_customer AS SELECT row_number() OVER () AS n, id FROM (SELECT id FROM customers LIMIT 100) AS drawn;
CREATE UNIQUE INDEX ON load_any (n);
CREATE UNIQUE INDEX ON load_open (n);
CREATE UNIQUE INDEX ON load_customer (n);
ANALYZE load_any, load_open, load_customer;
