-- Whatever articles are filtered by, in the order of their lists: texts are read for the page alone, and counting reads none.
DROP INDEX kb_articles_by_update;
CREATE INDEX kb_articles_by_update
    ON kb_articles (updated_at, seq, reach, publication, visibility, language, shelf_id, id);
