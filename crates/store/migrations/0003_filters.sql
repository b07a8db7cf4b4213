-- What lists of transactions filter by stands in the index that gives their order: counting the matches of a link with
-- very many transactions reads no sealed body.
DROP INDEX transactions_newest;
CREATE INDEX transactions_newest ON transactions
    (link_id, value_date DESC, created_at DESC, id, account_id, kind, status, amount, currency, accounting_date, collected_at);
