-- Recurrent links are kept fresh: when the next look is due, when everything was last read, and until when the monthly
-- limit leaves no full reading.

ALTER TABLE links ADD COLUMN refresh_at bigint;
ALTER TABLE links ADD COLUMN full_read_at bigint;
ALTER TABLE links ADD COLUMN full_not_before bigint;
UPDATE links SET refresh_at = created_at + 604800000000 WHERE access_mode = 'recurrent';
CREATE INDEX links_to_refresh ON links (refresh_at) WHERE status = 'valid' AND access_mode = 'recurrent';

-- What was used of the network's monthly allowance: per link, which is one consent of one customer, month in
-- Brasília, endpoint, and account where the endpoint belongs to one.
CREATE TABLE allowance_used (
    link text NOT NULL,
    month text NOT NULL,
    endpoint text NOT NULL,
    scope text NOT NULL,
    used bigint NOT NULL,
    PRIMARY KEY (link, month, endpoint, scope)
);
CREATE INDEX allowance_used_by_month ON allowance_used (month);
