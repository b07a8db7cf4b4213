-- Endpoints choose what they get, sign it, and are paused when they fail for days; the events of a link are numbered;
-- every attempt is kept. `signing` is sealed.

ALTER TABLE webhook_endpoints ADD COLUMN types text;
ALTER TABLE webhook_endpoints ADD COLUMN signing bytea;
ALTER TABLE webhook_endpoints ADD COLUMN old_codes boolean NOT NULL DEFAULT FALSE;
ALTER TABLE webhook_endpoints ADD COLUMN failing_since bigint;
ALTER TABLE webhook_endpoints ADD COLUMN paused_at bigint;
ALTER TABLE webhook_endpoints ADD COLUMN pause_reason text;

CREATE TABLE link_sequences (
    link_id text NOT NULL PRIMARY KEY,
    last bigint NOT NULL
);
ALTER TABLE events ADD COLUMN sequence bigint;
CREATE UNIQUE INDEX events_by_sequence ON events (link_id, sequence) WHERE sequence IS NOT NULL;

-- When the tries that are counted began: later than the delivery itself when it was asked for again.
ALTER TABLE deliveries ADD COLUMN tried_from bigint;
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, created_at DESC, id);
CREATE INDEX deliveries_pending ON deliveries (endpoint_id) WHERE status = 'pending';
CREATE INDEX deliveries_held ON deliveries (endpoint_id, created_at, id) WHERE status = 'held';

CREATE TABLE delivery_attempts (
    delivery_id text NOT NULL REFERENCES deliveries (id),
    number bigint NOT NULL,
    at bigint NOT NULL,
    status bigint,
    error text,
    took_ms bigint NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
