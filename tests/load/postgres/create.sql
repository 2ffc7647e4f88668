\set customer random(1, 50)
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT id, name, account_number, email, phone, tier, address, is_active FROM customers
    WHERE id = (SELECT id FROM load_customer WHERE n = :customer);
SELECT number, id, skills, capacity FROM users WHERE skills <> '[]' AND is_active;
SELECT value FROM sequences WHERE name = 'book';
SELECT id, name, categories FROM teams WHERE is_active ORDER BY name_key;
COMMIT;
BEGIN;
SELECT nextval('load_numbers') AS number \gset
INSERT INTO tickets (place, number, id, label, customer_id, category, priority, status, service_id, contact_id, assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, description, facets)
    SELECT load_place, load_number, gen_random_uuid(), 'L-' || load_number, (SELECT id FROM load_customer WHERE n = :customer), category, priority, status, service_id, contact_id, assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, description, facets
    FROM load_ticket, (SELECT :number::bigint AS load_number, (1900000000000000 + :number::bigint) * 2048 AS load_place) AS given;
INSERT INTO ticket_search (place, status, sla_state, assigned_to, assigned_team, due_at, words)
    SELECT (1900000000000000 + :number::bigint) * 2048, status, sla_state, assigned_to, assigned_team, due_at, words FROM load_search;
INSERT INTO events (ticket, sequence, at, actor_id, actor_role, action, is_staff, body)
    SELECT (1900000000000000 + :number::bigint) * 2048, 1, now(), actor_id, actor_role, action, is_staff, body FROM load_event;
INSERT INTO ticket_count_changes SELECT * FROM load_counts;
INSERT INTO due_count_changes SELECT * FROM load_due;
COMMIT;
