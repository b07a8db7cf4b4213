CREATE TABLE bills (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    account_id text NOT NULL,
    bank_key text NOT NULL,
    due_date text,
    -- Whether all that stands on it has been read: a closed bill does not change.
    complete boolean NOT NULL,
    created_at bigint NOT NULL,
    collected_at bigint NOT NULL,
    body bytea NOT NULL
);
-- A keyed hash of account and bank key: unique by itself.
CREATE UNIQUE INDEX bills_by_bank_key ON bills (bank_key);
CREATE INDEX bills_by_link ON bills (link_id, created_at DESC, id);
CREATE INDEX bills_by_account ON bills (account_id);

-- What the institution may still change or take back. Until now that was what is pending.
ALTER TABLE transactions ADD COLUMN provisional boolean NOT NULL DEFAULT false;
UPDATE transactions SET provisional = true WHERE status = 'PENDING';
