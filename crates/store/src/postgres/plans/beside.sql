-- Beside the tickets of fill.sql: 4,000 articles that are read and judged, 20,000 jobs, 20,000 messages, figures of 800 days.
INSERT INTO kb_shelves (id, name, position, created_at, updated_at)
    SELECT md5('h' || i)::uuid, 'Category ' || i, i, now(), now() FROM generate_series(1, 40) AS i;
INSERT INTO kb_articles (id, slug, title, body, shelf_id, tags, language, publication, visibility, reach, version, author_id,
                         created_at, updated_at, published_at, plain, terms, analysis, changed)
    SELECT md5('a' || i)::uuid, 'article-' || i, 'Article ' || i, repeat('Pull the plug. ', 80), md5('h' || 1 + i % 40)::uuid,
        jsonb_build_array('tag' || i % 200), CASE WHEN i % 20 = 0 THEN 'ru' ELSE 'en' END,
        CASE WHEN i % 10 = 0 THEN 1 + 2 * (i / 10 % 2) ELSE 2 END, 1 + i % 3, CASE WHEN i % 10 = 0 THEN 3 ELSE i % 3 END, 2,
        md5('u' || 1 + i % 2000)::uuid, at, at, at, repeat('Pull the plug. ', 80), 'plug 6', 1, i
    FROM generate_series(1, 4000) AS i, LATERAL (SELECT timestamptz '2026-03-01Z' - i * interval '3 hours' AS at) AS made_at;
UPDATE sequences SET value = 4000 WHERE name = 'kb';
INSERT INTO kb_tags (tag, article) SELECT tags ->> 0, seq FROM kb_articles;
INSERT INTO kb_versions (article, version, title, body, tags, language, publication, visibility, by_id, at)
    SELECT seq, n, title, body, tags, language, publication, visibility, author_id, created_at
    FROM kb_articles, generate_series(1, 2) AS n;
-- 2026-03-01 is day 20,513.
INSERT INTO kb_days (article, day, views)
    SELECT seq, 20143 + (seq * 7 + n * 13) % 400, 1 + n FROM kb_articles, generate_series(1, 25) AS n ON CONFLICT DO NOTHING;
INSERT INTO kb_readers (article, day, viewer)
    SELECT seq, 20542, md5('v' || seq || '-' || n)::uuid FROM kb_articles, generate_series(1, 3) AS n;
INSERT INTO kb_feedback (article, user_id, helpful, created_at, updated_at)
    SELECT seq, md5('u' || 1 + (seq * 31 + n) % 2000)::uuid, n > 2, at, at
    FROM kb_articles, generate_series(1, 6) AS n, LATERAL (SELECT created_at + n * interval '2 days' AS at) AS said_at;

INSERT INTO jobs (id, kind, state, input, created_by, created_at, started_at, finished_at, due_at, attempts, row_count, result)
    SELECT md5('j' || i)::uuid, 1 + i % 2, CASE WHEN i > 19980 THEN 1 ELSE 3 END, '{}', md5('u' || 1 + i % 50)::uuid, at, at,
        CASE WHEN i <= 19980 THEN at + interval '1 hour' END, at, 1, 3, repeat('{}', 200)
    FROM generate_series(1, 20000) AS i, LATERAL (SELECT timestamptz '2026-10-19Z' - (20000 - i) * interval '1 hour' AS at) AS made_at;
INSERT INTO job_rows (job, nth, body) SELECT id, n, '{}' FROM jobs, generate_series(1, 3) AS n;

INSERT INTO outbox (event, ticket, channel, receiver, payload, created_at, next_attempt_at, state)
    SELECT number, place, 1 + number % 3, 'r' || number % 500, repeat('x', 300), now(),
        now() + CASE WHEN number % 4 = 0 THEN -interval '1 hour' ELSE interval '1 hour' END, 1 + (number % 50 = 0)::integer
    FROM tickets;

INSERT INTO analytics_rows (day, ticket, facts)
    SELECT floor(extract(epoch FROM created_at) / 86400) + n, place, '\x0102030405060708090a0b0c0d0e0f'
    FROM tickets, generate_series(0, 2) AS n;
INSERT INTO analytics_days (part, day, is_current, facts)
    SELECT part, day, day < 20750, decode(repeat('00', 5), 'hex')
    FROM generate_series(1, 7) AS part, generate_series(19950, 20751) AS day;
