DROP INDEX tickets_by_due_date;
