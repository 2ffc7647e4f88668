\set n random(1, 2000)
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT place, number, id, label, customer_id, category, priority, status, service_id, contact_id, assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, description FROM tickets WHERE id = (SELECT id FROM load_any WHERE n = :n);
SELECT value FROM sequences WHERE name = 'book';
SELECT tier FROM customers WHERE id = (SELECT id FROM load_customer WHERE n = 1);
COMMIT;
BEGIN;
SELECT place, number, id, label, customer_id, category, priority, status, service_id, contact_id, assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, description, (SELECT max(sequence) FROM events WHERE events.ticket = tickets.place) AS last
    FROM tickets WHERE id = (SELECT id FROM load_any WHERE n = :n) ORDER BY id FOR NO KEY UPDATE \gset
UPDATE tickets SET version = version + 1, updated_at = now() WHERE place = :place;
INSERT INTO events (ticket, sequence, at, actor_id, actor_role, action, is_staff, body)
    SELECT :place, 1000000 + nextval('load_numbers'), now(), actor_id, actor_role, 11, TRUE, body FROM load_event;
INSERT INTO comments (id, ticket, author_id, is_internal, created_at, updated_at, body)
    VALUES (gen_random_uuid(), :place, NULL, TRUE, now(), now(),
        'The line was measured from here; the values are within limits.');
COMMIT;
