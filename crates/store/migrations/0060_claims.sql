-- Work is claimed kind by kind: what is due of one is not searched for among what is due of another.

DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE status = 'pending';
