-- What ingest_prune() has made the ledger forget: who compares it with a bucket can say what cannot be known.
LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

CREATE TABLE ingest.pruned (
  only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT pruned_is_one_row CHECK (only_row),
  before timestamptz NOT NULL,
  pruned_at timestamptz NOT NULL,
  objects bigint NOT NULL
);
COMMENT ON TABLE ingest.pruned IS 'One row since ingest_prune() first forgot a key. A key that the ledger does not know may have been loaded where its object was modified before that time.';
COMMENT ON COLUMN ingest.pruned.only_row IS 'True: there is one row.';
COMMENT ON COLUMN ingest.pruned.before IS 'Every key that was forgotten was received, and its object modified, before this time.';
COMMENT ON COLUMN ingest.pruned.pruned_at IS 'When keys were forgotten last.';
COMMENT ON COLUMN ingest.pruned.objects IS 'Keys forgotten so far, as far as it is known.';
COMMENT ON CONSTRAINT pruned_is_one_row ON ingest.pruned IS 'There is one ledger.';

-- A ledger whose first entries are gone was pruned before this was kept.
INSERT INTO ingest.pruned (before, pruned_at, objects)
SELECT min(f.received_at), now(), 0 FROM ingest.file AS f HAVING min(f.file_id) > 1;
