-- Only SQLite's search index is merged from pieces.
SELECT 1;
