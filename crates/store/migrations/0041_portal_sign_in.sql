-- People sign in to the portal at a bank. Such a sign-in belongs to no customer's application, so it has one of its own, which is
-- hidden: it has no keys, and no list shows it.
ALTER TABLE applications ADD COLUMN hidden boolean NOT NULL DEFAULT false;
INSERT INTO applications (id, name, settings, created_at, hidden)
VALUES ('00000000-0000-7000-8000-706f7274616c', 'portal', '{}', 0, true);
CREATE INDEX widget_sessions_open_of ON widget_sessions (application_id) WHERE status = 'open';

-- Whoever signed in: their document, sealed, and the fingerprint of what their browser holds.
ALTER TABLE portal_visits ADD COLUMN person bytea;
ALTER TABLE portal_visits ADD COLUMN browser text;
