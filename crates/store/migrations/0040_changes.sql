-- Readers follow a link's transactions by the number of their changes: counted per link and given out while the link's row
-- is held, so that nobody sees a greater number before a smaller one.

ALTER TABLE links ADD COLUMN transaction_changes bigint NOT NULL DEFAULT 0;
-- When it came, and when its content last changed; both are the same until it changes.
ALTER TABLE transactions ADD COLUMN added_change bigint NOT NULL DEFAULT 0;
ALTER TABLE transactions ADD COLUMN last_change bigint NOT NULL DEFAULT 0;
-- A keyed hash of the body without the time of its reading: whether it says something new.
ALTER TABLE transactions ADD COLUMN content_hash text;

UPDATE transactions SET added_change = numbered.n, last_change = numbered.n
FROM (SELECT id, row_number() OVER (PARTITION BY link_id ORDER BY created_at, id) AS n FROM transactions) AS numbered
WHERE numbered.id = transactions.id;
UPDATE links SET transaction_changes =
    (SELECT coalesce(max(added_change), 0) FROM transactions WHERE transactions.link_id = links.id);

CREATE INDEX transactions_added ON transactions (link_id, added_change);
CREATE INDEX transactions_modified ON transactions (link_id, last_change) WHERE last_change > added_change;

-- What is gone, until its link is erased: nothing but ids.
CREATE TABLE removed_transactions (
    id text NOT NULL PRIMARY KEY,
    link_id text NOT NULL,
    account_id text NOT NULL,
    added_change bigint NOT NULL,
    removed_change bigint NOT NULL
);
CREATE INDEX removed_transactions_by_change ON removed_transactions (link_id, removed_change);
