-- Investments with their movements, foreign exchange operations with their history.

CREATE TABLE investments (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    bank_key text NOT NULL,
    kind text NOT NULL,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    -- The bank's id, sealed: reading movements needs it, and the API never shows it.
    bank_id bytea NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX investments_by_bank_key ON investments (bank_key);
CREATE INDEX investments_by_link ON investments (link_id, created_at DESC, id);

CREATE TABLE investment_transactions (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    investment_id text NOT NULL,
    investment_kind text NOT NULL,
    bank_key text NOT NULL,
    kind text,
    value_date text NOT NULL,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX investment_transactions_by_bank_key ON investment_transactions (bank_key);
CREATE INDEX investment_transactions_newest ON investment_transactions (link_id, value_date DESC, created_at DESC, id);
CREATE INDEX investment_transactions_by_investment ON investment_transactions (investment_id);

CREATE TABLE exchanges (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    bank_key text NOT NULL,
    requested_at bigint NOT NULL,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX exchanges_by_bank_key ON exchanges (bank_key);
CREATE INDEX exchanges_by_link ON exchanges (link_id, created_at DESC, id);

CREATE TABLE exchange_events (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    exchange_id text NOT NULL,
    bank_key text NOT NULL,
    happened_at bigint NOT NULL,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
CREATE UNIQUE INDEX exchange_events_by_bank_key ON exchange_events (bank_key);
CREATE INDEX exchange_events_newest ON exchange_events (exchange_id, happened_at DESC, id);
CREATE INDEX exchange_events_by_link ON exchange_events (link_id);
