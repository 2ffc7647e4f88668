DROP INDEX tickets_by_source_number;
DROP INDEX tickets_by_customer_number;
