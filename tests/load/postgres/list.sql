BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT value FROM sequences WHERE name = 'book';
SELECT place, number, id, label, customer_id, category, priority, status, service_id, contact_id, assigned_to, assigned_team, escalation_level, due_date, source, merged_into, created_by, created_at, updated_at, resolved_at, closed_at, deleted_at, version, sla_state, due_at, next_timer_at, title, tags, sla, details, description FROM tickets
    WHERE place IN (SELECT place FROM tickets WHERE deleted_at IS NULL ORDER BY place DESC LIMIT 51) ORDER BY place DESC;
SELECT status, sla_state, sum(n)::bigint FROM (
    SELECT status, sla_state, n FROM ticket_counts
        WHERE scope_kind = 0 AND scope_id = '00000000-0000-0000-0000-000000000000' AND category = 0
    UNION ALL SELECT status, sla_state, n FROM ticket_count_changes
        WHERE scope_kind = 0 AND scope_id = '00000000-0000-0000-0000-000000000000') AS counts
    GROUP BY status, sla_state;
SELECT (SELECT coalesce(sum(n), 0)::bigint FROM due_day_counts
        WHERE scope_kind = 0 AND scope_id = '00000000-0000-0000-0000-000000000000' AND category = 0 AND priority = 0
        AND day < extract(epoch FROM now())::bigint / 86400)
    + (SELECT coalesce(sum(n), 0)::bigint FROM due_count_changes
        WHERE scope_kind = 0 AND scope_id = '00000000-0000-0000-0000-000000000000' AND category = 0
        AND day < extract(epoch FROM now())::bigint / 86400)
    + (SELECT count(*) FROM tickets WHERE deleted_at IS NULL AND resolved_at IS NULL AND due_at IS NOT NULL
        AND due_at >= date_trunc('day', now()) AND due_at < now());
COMMIT;
