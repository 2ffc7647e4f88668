DELETE FROM sequences WHERE name IN ('kb', 'kb_tree');
DROP TABLE resolution_templates;
DROP TABLE kb_feedback;
DROP TABLE kb_days;
DROP TABLE kb_readers;
DROP TABLE kb_versions;
DROP TABLE kb_tags;
DROP TABLE kb_articles;
DROP TABLE kb_shelves;
