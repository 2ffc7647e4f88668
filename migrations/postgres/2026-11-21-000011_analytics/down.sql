DROP TABLE analytics_days;
DROP TABLE analytics_rows;
DROP TABLE analytics_state;
UPDATE log_cursors SET seq = 0 WHERE reader = 'analytics';
