DROP INDEX kb_articles_by_update;
CREATE INDEX kb_articles_by_update ON kb_articles (updated_at, seq);
