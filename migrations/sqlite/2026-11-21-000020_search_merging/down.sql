INSERT INTO ticket_search (ticket_search, rank) VALUES ('automerge', 4);
INSERT INTO ticket_search (ticket_search, rank) VALUES ('crisismerge', 16);
