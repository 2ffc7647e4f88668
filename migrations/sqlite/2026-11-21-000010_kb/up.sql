-- The knowledge base.
-- Languages are tags in lower case. publication: 1 draft, 2 published, 3 archived. visibility: 1 public, 2 customers,
-- 3 internal. reach is who may read it: 0 anybody, 1 customers and staff, 2 staff, 3 staff and not published. Days are
-- numbers of days since 1970.

CREATE TABLE kb_shelves (
    seq         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    parent_id   BLOB    REFERENCES kb_shelves (id),
    name        TEXT    NOT NULL,
    description TEXT,
    position    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE INDEX kb_shelves_by_parent ON kb_shelves (parent_id);

CREATE TABLE kb_articles (
    seq          INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    slug         TEXT    NOT NULL UNIQUE,
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,               -- Markdown
    shelf_id     BLOB    REFERENCES kb_shelves (id),
    tags         TEXT    NOT NULL,               -- JSON
    language     TEXT    NOT NULL,
    publication  INTEGER NOT NULL,
    visibility   INTEGER NOT NULL,
    reach        INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    author_id    BLOB    NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    published_at INTEGER,
    plain        TEXT    NOT NULL,               -- the text without Markdown
    terms        TEXT    NOT NULL,               -- its words without endings, one a line, each with its weight
    analysis     INTEGER NOT NULL,               -- by which analysis the words were made
    changed      INTEGER NOT NULL                -- rises over all articles with every change, in the order of commits
);
CREATE INDEX kb_articles_by_update ON kb_articles (updated_at, seq);
CREATE INDEX kb_articles_by_reach ON kb_articles (reach, updated_at, seq);
CREATE INDEX kb_articles_by_shelf ON kb_articles (shelf_id, reach, updated_at, seq);
CREATE UNIQUE INDEX kb_articles_by_change ON kb_articles (changed);

CREATE TABLE kb_tags (
    tag     TEXT    NOT NULL,
    article INTEGER NOT NULL REFERENCES kb_articles (seq),
    PRIMARY KEY (tag, article)
) WITHOUT ROWID;
CREATE INDEX kb_tags_by_article ON kb_tags (article);

CREATE TABLE kb_versions (
    article     INTEGER NOT NULL REFERENCES kb_articles (seq),
    version     INTEGER NOT NULL,
    title       TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    shelf_id    BLOB,                            -- may be gone by now
    tags        TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    publication INTEGER NOT NULL,
    visibility  INTEGER NOT NULL,
    by_id       BLOB    NOT NULL REFERENCES users (id),
    at          INTEGER NOT NULL,
    PRIMARY KEY (article, version)
) WITHOUT ROWID;

-- Who has read an article today; forgotten with its first reading on another day.
CREATE TABLE kb_readers (
    article INTEGER NOT NULL REFERENCES kb_articles (seq),
    day     INTEGER NOT NULL,
    viewer  BLOB    NOT NULL,
    PRIMARY KEY (article, day, viewer)
) WITHOUT ROWID;

CREATE TABLE kb_days (
    article INTEGER NOT NULL REFERENCES kb_articles (seq),
    day     INTEGER NOT NULL,
    views   INTEGER NOT NULL,
    PRIMARY KEY (article, day)
) WITHOUT ROWID;
CREATE INDEX kb_days_by_day ON kb_days (day, article, views);

CREATE TABLE kb_feedback (
    article    INTEGER NOT NULL REFERENCES kb_articles (seq),
    user_id    BLOB    NOT NULL REFERENCES users (id),
    helpful    INTEGER NOT NULL,
    comment    TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (article, user_id)
) WITHOUT ROWID;
CREATE INDEX kb_feedback_by_article ON kb_feedback (article, updated_at, helpful);
CREATE INDEX kb_feedback_by_time ON kb_feedback (updated_at, article, helpful);

CREATE TABLE resolution_templates (
    seq             INTEGER PRIMARY KEY,
    id              BLOB    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    name_key        TEXT    NOT NULL,            -- in lower case
    category        INTEGER,
    body            TEXT    NOT NULL,
    resolution_code TEXT,
    author_id       BLOB    NOT NULL REFERENCES users (id),
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
);
CREATE INDEX resolution_templates_by_name ON resolution_templates (name_key, seq);

-- kb: the last change of an article; kb_tree: how often the categories have changed.
INSERT INTO sequences (name, value) VALUES ('kb', 0), ('kb_tree', 0);
