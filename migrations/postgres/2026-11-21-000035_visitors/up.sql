-- What people made who did not sign in, in order of numbers: theirs alone are shown to those who do not sign in.
CREATE INDEX tickets_of_visitors ON tickets (source, number) WHERE deleted_at IS NULL AND created_by IS NULL;
DROP INDEX tickets_by_source_number;
