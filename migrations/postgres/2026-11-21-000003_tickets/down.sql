DROP TABLE ticket_search;
DROP TABLE due_count_changes;
DROP TABLE due_counts;
DROP TABLE ticket_count_changes;
DROP TABLE ticket_counts;
DROP TABLE day_numbers;
DROP TABLE tickets;
