DROP TABLE links;
DROP TABLE attachments;
DROP TABLE comments;
DROP TABLE events;
