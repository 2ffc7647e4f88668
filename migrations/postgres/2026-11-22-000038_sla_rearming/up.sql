-- How far unresolved tickets have been made to hear of versions of policies and calendars that apply to them. One row.
-- versions: how many of these there were when that was begun last
-- reached: up to which ticket's number it has come, while it goes on
-- again_at: when it is begun again though no version came
CREATE TABLE sla_rearming (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    versions BIGINT NOT NULL,
    reached  BIGINT,
    again_at TIMESTAMPTZ
);
INSERT INTO sla_rearming (id, versions, reached, again_at) VALUES (1, 0, NULL, NULL);
