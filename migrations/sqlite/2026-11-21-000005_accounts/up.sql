-- Sign-in's own records, and the answers kept for idempotency keys.

CREATE TABLE refresh_tokens (
    id         BLOB   PRIMARY KEY NOT NULL,
    session    BLOB   NOT NULL,
    user_id    BLOB   NOT NULL REFERENCES users (id),
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    revoked_at BIGINT
) WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

CREATE TABLE api_tokens (
    id          BLOB   PRIMARY KEY NOT NULL,
    name        TEXT   NOT NULL,
    user_id     BLOB   NOT NULL REFERENCES users (id),
    hash        BLOB   NOT NULL UNIQUE,            -- SHA-256
    permissions TEXT   NOT NULL,                   -- JSON: names
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    revoked_at  BIGINT
);

CREATE TABLE login_failures (
    seq     INTEGER PRIMARY KEY,
    login   TEXT   NOT NULL,
    address TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX login_failures_by_address ON login_failures (address, at, login);
CREATE INDEX login_failures_by_login ON login_failures (login, address, at);
CREATE INDEX login_failures_by_age ON login_failures (at);

CREATE TABLE idempotency (
    scope       TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint BLOB   NOT NULL,                   -- SHA-256 of the request's body
    at          BIGINT NOT NULL,
    status      INTEGER,                           -- NULL while the answer is not known
    headers     TEXT,                              -- JSON
    body        BLOB,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);
