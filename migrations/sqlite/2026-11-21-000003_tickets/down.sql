DROP TABLE ticket_words;
DROP TABLE ticket_search;
DROP TABLE due_counts;
DROP TABLE ticket_counts;
DROP TABLE day_numbers;
DROP TABLE tickets;
