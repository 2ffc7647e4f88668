-- Lists in order of numbers, for clients that know tickets by them: of one account, and of one API.
CREATE INDEX tickets_by_customer_number ON tickets (customer_id, number)
    WHERE deleted_at IS NULL AND customer_id IS NOT NULL;
CREATE INDEX tickets_by_source_number ON tickets (source, number) WHERE deleted_at IS NULL;
