-- Calls that name an account, card, contract, investment or operation are counted per customer of the institution, over
-- all links, as the bank does; the others per link, which is one consent.

ALTER TABLE allowance_used RENAME COLUMN link TO subject;
