-- What is overdue is mostly asked of all priorities: a day is one row for them (0) beside one of each. In the order in which
-- they are added up, too. Under another name, so that a server of an earlier version, which knows nothing of priority 0,
-- folds no more while it still runs.
ALTER TABLE due_counts RENAME TO due_day_counts;
ALTER INDEX due_counts_empty RENAME TO due_day_counts_empty;
INSERT INTO due_day_counts (scope_kind, scope_id, priority, category, day, n)
    SELECT scope_kind, scope_id, 0, category, day, sum(n)::bigint FROM due_day_counts
    GROUP BY scope_kind, scope_id, category, day;
ALTER TABLE due_day_counts DROP CONSTRAINT due_counts_pkey;
ALTER TABLE due_day_counts ADD PRIMARY KEY (scope_kind, scope_id, category, priority, day);
