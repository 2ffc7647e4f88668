CREATE INDEX tickets_by_source_number ON tickets (source, number) WHERE deleted_at IS NULL;
DROP INDEX tickets_of_visitors;
