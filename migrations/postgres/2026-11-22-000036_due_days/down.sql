ALTER TABLE due_day_counts DROP CONSTRAINT due_day_counts_pkey;
DELETE FROM due_day_counts WHERE priority = 0;
ALTER TABLE due_day_counts ADD CONSTRAINT due_counts_pkey PRIMARY KEY (scope_kind, scope_id, category, day, priority);
ALTER INDEX due_day_counts_empty RENAME TO due_counts_empty;
ALTER TABLE due_day_counts RENAME TO due_counts;
