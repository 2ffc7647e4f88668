-- Every batch adds a piece to the search index, and pieces are merged into larger ones. Usually four at a time, so that a word
-- is written again and again; sixteen at a time halves what a change of a ticket costs the writer, and searches do not notice.
-- Merging at once, however long it takes, begins at twice as many.
INSERT INTO ticket_search (ticket_search, rank) VALUES ('automerge', 16);
INSERT INTO ticket_search (ticket_search, rank) VALUES ('crisismerge', 32);
