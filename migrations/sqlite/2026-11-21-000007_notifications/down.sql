DROP TABLE notification_preferences;
DROP TABLE webhooks;
DROP TABLE log_cursors;
DELETE FROM outbox WHERE event IS NULL OR ticket IS NULL;
