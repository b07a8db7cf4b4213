-- Column types: text, bigint, boolean, bytea. Ids are text, times are microseconds since 1970 in UTC, money is
-- scaled by 10 000, dates are YYYY-MM-DD. Columns named in the crate's documentation as sealed hold ciphertext.

CREATE TABLE secrets (
    name text NOT NULL PRIMARY KEY,
    wrapped bytea NOT NULL
);

CREATE TABLE applications (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    settings text NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE api_keys (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    label text,
    password_sha256 bytea NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint
);
CREATE INDEX api_keys_by_application ON api_keys (application_id, created_at);

CREATE TABLE tokens (
    jti text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    key_id text,
    feature text NOT NULL,
    config bytea,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint,
    link_id text
);

CREATE TABLE widget_sessions (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    token_jti text NOT NULL REFERENCES tokens (jti),
    status text NOT NULL,
    step text NOT NULL,
    locale text NOT NULL,
    institution text,
    consent_id text,
    link_id text,
    external_id text,
    last_error text,
    state bytea,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
-- One token has one unfinished session: opening it again resumes it.
CREATE UNIQUE INDEX widget_sessions_open ON widget_sessions (token_jti) WHERE status = 'open';
CREATE INDEX widget_sessions_by_application ON widget_sessions (application_id, created_at DESC, id);
CREATE INDEX widget_sessions_due ON widget_sessions (expires_at) WHERE status = 'open';
CREATE INDEX widget_sessions_by_link ON widget_sessions (link_id);

CREATE TABLE session_events (
    id text NOT NULL PRIMARY KEY,
    session_id text NOT NULL REFERENCES widget_sessions (id),
    at bigint NOT NULL,
    kind text NOT NULL,
    body text NOT NULL
);
CREATE INDEX session_events_by_session ON session_events (session_id, at, id);

CREATE TABLE institutions (
    id bigint NOT NULL PRIMARY KEY,
    code text NOT NULL UNIQUE,
    display_name text NOT NULL,
    folded_name text NOT NULL,
    website text,
    status text NOT NULL,
    active boolean NOT NULL,
    body text NOT NULL,
    seen_at bigint NOT NULL
);

CREATE TABLE registrations (
    authorization_server_id text NOT NULL PRIMARY KEY,
    client_id text NOT NULL,
    metadata text NOT NULL,
    access_token bytea,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE data_keys (
    link_id text NOT NULL PRIMARY KEY,
    wrapped bytea NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE consents (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    session_id text,
    link_id text NOT NULL,
    institution text NOT NULL,
    status text NOT NULL,
    rejected_by text,
    reject_reason text,
    duration_days bigint,
    expires_at bigint,
    permissions text NOT NULL,
    purpose text,
    person_hash text NOT NULL,
    company_hash text,
    state_hash text,
    record bytea,
    secrets bytea,
    answered_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE UNIQUE INDEX consents_by_state ON consents (state_hash);
CREATE INDEX consents_by_link ON consents (link_id);
CREATE INDEX consents_by_person ON consents (application_id, person_hash, created_at DESC, id);
CREATE INDEX consents_by_company ON consents (application_id, company_hash, created_at DESC, id);
CREATE INDEX consents_by_application ON consents (application_id, created_at DESC, id);

CREATE TABLE links (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    institution text NOT NULL,
    consent_id text,
    status text NOT NULL,
    access_mode text NOT NULL,
    refresh_rate text,
    external_id text,
    institution_user_id text NOT NULL,
    stale_in text NOT NULL,
    fetch_resources text NOT NULL,
    credentials_storage text NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    last_accessed_at bigint,
    tokens bytea,
    tokens_version bigint NOT NULL,
    -- Kept with every change of the link's transactions: counting them for every page would cost more than the page.
    transaction_count bigint NOT NULL
);
CREATE INDEX links_by_application ON links (application_id, created_at DESC, id);
CREATE INDEX links_by_external_id ON links (application_id, external_id);
CREATE INDEX links_by_user ON links (application_id, institution_user_id);

CREATE TABLE owners (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL,
    link_id text NOT NULL,
    bank_key text NOT NULL,
    email_hash text,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX owners_by_bank_key ON owners (bank_key);
CREATE INDEX owners_by_link ON owners (link_id);
CREATE INDEX owners_by_application ON owners (application_id, created_at DESC, id);

CREATE TABLE accounts (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL,
    link_id text NOT NULL,
    bank_key text NOT NULL,
    institution text NOT NULL,
    category text,
    kind text NOT NULL,
    currency text,
    number_hash text,
    public_name_hash text,
    public_value_hash text,
    balance_current bigint,
    balance_available bigint,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX accounts_by_bank_key ON accounts (bank_key);
CREATE INDEX accounts_by_link ON accounts (link_id);
CREATE INDEX accounts_by_application ON accounts (application_id, created_at DESC, id);

CREATE TABLE balances (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    account_id text NOT NULL,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX balances_by_account ON balances (account_id);
CREATE INDEX balances_by_link ON balances (link_id, created_at DESC, id);

CREATE TABLE transactions (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    account_id text NOT NULL,
    bank_key text NOT NULL,
    round text NOT NULL,
    value_date text NOT NULL,
    accounting_date text,
    amount bigint NOT NULL,
    currency text,
    kind text,
    status text,
    reference text,
    bill_name text,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
-- A keyed hash of account and bank key: unique by itself.
CREATE UNIQUE INDEX transactions_by_bank_key ON transactions (bank_key);
-- The newest page of a link is a walk along this index.
CREATE INDEX transactions_newest ON transactions (link_id, value_date DESC, created_at DESC, id);

CREATE TABLE fetch_progress (
    link_id text NOT NULL,
    round text NOT NULL,
    resource text NOT NULL,
    scope text NOT NULL,
    next_url bytea,
    records bigint NOT NULL,
    done boolean NOT NULL,
    error text,
    started_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (link_id, round, resource, scope)
);

CREATE TABLE jobs (
    id text NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    payload bytea NOT NULL,
    dedup_key text,
    status text NOT NULL,
    run_at bigint NOT NULL,
    attempts bigint NOT NULL,
    lease_until bigint,
    lease_token text,
    last_error text,
    trace text,
    created_at bigint NOT NULL
);
CREATE UNIQUE INDEX jobs_dedup ON jobs (dedup_key) WHERE dedup_key IS NOT NULL AND status = 'pending';
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE status = 'pending';
CREATE INDEX jobs_dead ON jobs (created_at, id) WHERE status = 'dead';

CREATE TABLE schedules (
    name text NOT NULL PRIMARY KEY,
    next_at bigint NOT NULL
);

CREATE TABLE webhook_endpoints (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    url text NOT NULL,
    "authorization" bytea,
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    removed_at bigint
);
CREATE INDEX webhook_endpoints_by_application ON webhook_endpoints (application_id, created_at);

CREATE TABLE events (
    id text NOT NULL PRIMARY KEY,
    application_id text NOT NULL REFERENCES applications (id),
    link_id text,
    kind text NOT NULL,
    code text NOT NULL,
    dedup_key text UNIQUE,
    body text NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX events_by_application ON events (application_id, created_at DESC, id);
CREATE INDEX events_by_link ON events (link_id, created_at);

CREATE TABLE deliveries (
    id text NOT NULL PRIMARY KEY,
    event_id text NOT NULL REFERENCES events (id),
    endpoint_id text NOT NULL REFERENCES webhook_endpoints (id),
    status text NOT NULL,
    attempts bigint NOT NULL,
    next_at bigint,
    last_status bigint,
    last_error text,
    delivered_at bigint,
    created_at bigint NOT NULL
);
CREATE UNIQUE INDEX deliveries_by_event ON deliveries (event_id, endpoint_id);

CREATE TABLE audit (
    id text NOT NULL PRIMARY KEY,
    application_id text,
    at bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL
);
CREATE INDEX audit_by_application ON audit (application_id, at DESC, id);
CREATE INDEX audit_by_subject ON audit (subject, at);
