-- 20,000 tickets of two years, most of them closed, with what hangs on them.
INSERT INTO customers (id, name, name_key, is_active, created_at, updated_at)
    SELECT md5('c' || i)::uuid, 'Customer ' || i, 'customer ' || i, TRUE, now(), now() FROM generate_series(1, 500) AS i;
INSERT INTO services (id, customer_id, name, name_key, is_active, created_at, updated_at)
    SELECT md5('s' || i)::uuid, md5('c' || i)::uuid, 'Line', 'line', TRUE, now(), now() FROM generate_series(1, 500) AS i;
INSERT INTO users (id, username, username_key, name_key, role, teams, skills, capacity, is_active, is_available, epoch,
                   created_at, updated_at)
    SELECT md5('u' || i)::uuid, 'user' || i, 'user' || i, 'user' || i, 3, '[]',
        CASE WHEN i % 10 = 0 THEN '["repair"]'::jsonb ELSE '[]' END, 9, TRUE, TRUE, 1, now(), now()
    FROM generate_series(1, 2000) AS i;

CREATE TEMPORARY TABLE made AS
    SELECT i AS number, at, (extract(epoch FROM at) * 1000000)::bigint AS micros,
        CASE WHEN i > 17000 OR i % 50 = 0 THEN (ARRAY[1, 2, 3, 4, 5, 8])[1 + i % 6] ELSE 6 + (i % 10 <> 0)::integer END AS status
    FROM generate_series(1, 20000) AS i,
        LATERAL (SELECT timestamptz '2026-11-01Z' - (20000 - i) * interval '52 minutes' AS at) AS made_at;

INSERT INTO tickets (place, number, id, label, customer_id, service_id, category, priority, status, assigned_to,
                     assigned_team, escalation_level, source, created_by, created_at, updated_at, resolved_at, closed_at, version,
                     sla_state, due_at, title, tags, sla, details, description, facets)
    SELECT micros * 2048 + number % 2048, number, md5('t' || number)::uuid, 'T-20260101-' || lpad(number::text, 5, '0'),
        md5('c' || 1 + number * 7 % 500)::uuid, md5('s' || 1 + number * 7 % 500)::uuid, 1 + number * 4 % 15, 1 + number * 5 % 6,
        status, CASE WHEN number % 5 > 0 THEN md5('u' || 1 + number * 11 % 2000)::uuid END,
        CASE WHEN number % 9 > 0 THEN ('01980000-0000-7000-8000-00000000000' || substr('abcde', 1 + number % 5, 1))::uuid END,
        0, 1 + number % 6, md5('u' || 1 + number * 13 % 2000)::uuid, at, at + number % 97 * interval '3 hours',
        CASE WHEN status IN (6, 7) THEN at + interval '1 day' END, CASE WHEN status = 7 THEN at + interval '1 day' END, 1,
        CASE WHEN number % 11 = 0 THEN 4 WHEN status IN (6, 7) THEN 0 ELSE 1 + number % 3 END,
        CASE WHEN number % 20 > 0 THEN at + interval '5 days' END, 'Router off', CASE WHEN number % 40 = 0 THEN '["vip"]'::jsonb ELSE '[]' END,
        jsonb_build_object('s', jsonb_build_array(jsonb_build_array(micros, 1), jsonb_build_array(micros, status))),
        '{"contact_method": 3}', 'It is off.', ''
    FROM made;
UPDATE tickets SET facets = array_to_tsvector(array_remove(ARRAY[
    'zst' || status, 'zpr' || priority, 'zcat' || category, 'zsr' || source, 'zbr' || (sla_state = 4)::integer,
    'zun' || (resolved_at IS NULL)::integer, CASE WHEN assigned_to IS NULL THEN 'zasnone' ELSE 'zasany' END,
    'zas' || replace(assigned_to::text, '-', ''), 'ztm' || replace(assigned_team::text, '-', ''),
    'zcu' || replace(customer_id::text, '-', ''), 'zsv' || replace(service_id::text, '-', ''),
    'zcb' || replace(created_by::text, '-', ''), CASE WHEN tags ? 'vip' THEN 'ztg766970' END], NULL));
INSERT INTO ticket_search (place, status, sla_state, assigned_to, assigned_team, due_at, words)
    SELECT place, status, sla_state, assigned_to, assigned_team, due_at, array_to_tsvector(array_remove(ARRAY[
        'it', 'is', 'off', 'w' || number % 3, 'x' || number % 1000, replace(lower(label), '-', ''), number::text,
        CASE WHEN number % 4 > 0 THEN 'router' END, CASE WHEN number % 7000 = 0 THEN 'seldom' END,
        CASE WHEN number < 12000 THEN 'old' END,
        '=zun' || (resolved_at IS NULL)::integer, '=zpr' || priority, '=zcat' || category, '=zsr' || source, '=zcu' || replace(customer_id::text, '-', ''),
        '=zsv' || replace(service_id::text, '-', ''), '=zcb' || replace(created_by::text, '-', ''),
        CASE WHEN tags ? 'vip' THEN '=ztg766970' END], NULL))
    FROM tickets;

INSERT INTO events (ticket, sequence, at, actor_role, action, is_staff, body)
    SELECT place, n, created_at, 0, 1, FALSE, '{}' FROM tickets, generate_series(1, 2) AS n;
INSERT INTO comments (id, ticket, is_internal, created_at, updated_at, body)
    SELECT md5('m' || number)::uuid, place, number % 2 = 0, created_at, created_at, 'Hello' FROM tickets;
INSERT INTO attachments (id, ticket, ticket_id, comment_id, is_internal, name, size, content_type, sha256, created_at)
    SELECT md5('f' || number)::uuid, CASE WHEN number % 9 > 0 THEN place END, CASE WHEN number % 9 > 0 THEN id END,
        CASE WHEN number % 9 > 4 THEN md5('m' || number)::uuid END, FALSE, 'a', 1, 'text/plain', sha256('a'), created_at
    FROM tickets;
INSERT INTO links (from_ticket, to_ticket, relation, created_at)
    SELECT one.place, other.place, 1, now() FROM tickets AS one JOIN tickets AS other ON other.number = one.number + 1;

INSERT INTO ticket_counts
    SELECT scope_kind, scope_id, status, priority, category, sla_state, count(*)
    FROM tickets, LATERAL (VALUES
        (0, '00000000-0000-0000-0000-000000000000'::uuid),
        (1, coalesce(assigned_team, '00000000-0000-0000-0000-000000000000')),
        (2, customer_id),
        (3, coalesce(assigned_to, '00000000-0000-0000-0000-000000000000'))) AS scopes (scope_kind, scope_id)
    GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO ticket_counts
    SELECT scope_kind, scope_id, status, priority, 0, sla_state, sum(n) FROM ticket_counts WHERE scope_kind <> 2
    GROUP BY 1, 2, 3, 4, 6;
INSERT INTO due_day_counts (scope_kind, scope_id, priority, category, day, n)
    SELECT 0, '00000000-0000-0000-0000-000000000000', priority, 0, floor(extract(epoch FROM due_at) / 86400), count(*)
    FROM tickets WHERE resolved_at IS NULL AND due_at IS NOT NULL GROUP BY 3, 5;
INSERT INTO due_day_counts (scope_kind, scope_id, priority, category, day, n)
    SELECT scope_kind, scope_id, 0, category, day, sum(n) FROM due_day_counts GROUP BY 1, 2, 4, 5;
