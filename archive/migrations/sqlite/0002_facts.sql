-- What became of a scan since it was archived: JSON of `facts.rs`, NULL when nothing did. A deleted scan keeps its row as
-- its tombstone, which only the term of its state finds.

ALTER TABLE scan ADD COLUMN facts TEXT;
ALTER TABLE scan ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;

DROP INDEX scan_time;
CREATE INDEX scan_time ON scan (time_us, scan_id) WHERE deleted = 0;
