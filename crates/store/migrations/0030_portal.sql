-- Visits to the portal. The id, which opens it, is kept as a keyed hash.
CREATE TABLE portal_visits (
    id_hash text NOT NULL PRIMARY KEY,
    token_jti text NOT NULL,
    locale text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX portal_visits_by_token ON portal_visits (token_jti);
CREATE INDEX portal_visits_due ON portal_visits (expires_at);
