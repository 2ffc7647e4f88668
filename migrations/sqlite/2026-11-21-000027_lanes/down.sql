DROP INDEX outbox_lanes;
