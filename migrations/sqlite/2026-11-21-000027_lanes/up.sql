-- What is due for one webhook: each is delivered to by itself.
CREATE INDEX outbox_lanes ON outbox (receiver, next_attempt_at, id) WHERE state = 1 AND channel = 3;
