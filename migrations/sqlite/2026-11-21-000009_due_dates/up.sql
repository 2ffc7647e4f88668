-- Lists in order of the date promised by hand, which most tickets do not have.
CREATE INDEX tickets_by_due_date ON tickets (due_date, number) WHERE deleted_at IS NULL AND due_date IS NOT NULL;
