DROP TABLE secrets;
DROP TABLE idempotency;
DROP TABLE login_failures;
DROP TABLE api_tokens;
DROP TABLE refresh_tokens;
