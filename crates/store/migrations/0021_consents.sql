-- Consents are looked after: asked for at the bank now and then, and every change of one is kept.

ALTER TABLE consents ADD COLUMN checked_at bigint;
CREATE INDEX consents_to_check ON consents (coalesce(checked_at, created_at)) WHERE status = 'AUTHORISED';
CREATE INDEX consents_to_end ON consents (expires_at) WHERE status = 'AUTHORISED';

CREATE TABLE consent_changes (
    consent_id text NOT NULL REFERENCES consents (id),
    number bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    what text NOT NULL,
    status text NOT NULL,
    expires_at bigint,
    permissions text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (consent_id, number)
);
