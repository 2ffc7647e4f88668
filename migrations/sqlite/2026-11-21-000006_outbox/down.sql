DROP TABLE outbox;
DROP TABLE leases;
