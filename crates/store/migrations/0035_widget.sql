-- How institutions have been doing lately, as we saw it; and how far sessions have come.

ALTER TABLE institutions ADD COLUMN observed text;
ALTER TABLE institutions ADD COLUMN observed_until bigint;
ALTER TABLE institutions ADD COLUMN recent text;

CREATE TABLE session_stages (
    session_id text NOT NULL REFERENCES widget_sessions (id),
    stage text NOT NULL,
    -- '' before one was chosen, and before there was a consent.
    institution text NOT NULL,
    consent_id text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (session_id, stage, institution, consent_id)
);
