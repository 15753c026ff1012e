-- pg_ingest 0.2.0
-- Loaders of single datasets: tenants whose code must not reach each other are loaded as roles of their own.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

-- What each of them has in common stands once, as the rights of a group: the pipeline's functions, and its own rows.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ingest_dataset_loader') THEN
    CREATE ROLE ingest_dataset_loader NOLOGIN;
  END IF;
END
$$;

CREATE TABLE ingest.loader (
  role name PRIMARY KEY,
  no integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  added_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ingest.loader IS 'Roles that datasets may be loaded as in place of ingest_loader. Written by ingest_add_loader() and ingest_drop_loader().';
COMMENT ON COLUMN ingest.loader.role IS 'The role. It is not renamed while it stands here.';
COMMENT ON COLUMN ingest.loader.no IS 'The number that the names of its functions end with.';
COMMENT ON COLUMN ingest.loader.added_at IS 'When it was added.';

ALTER TABLE ingest.dataset ADD COLUMN loader name REFERENCES ingest.loader (role);
COMMENT ON COLUMN ingest.dataset.loader IS 'The role that its load statements run as. Null is ingest_loader, which the datasets without one share.';

-- UNLOGGED: no committed row stands in it. A session sees its own row alone, while it loads a dataset with a loader of its own.
CREATE UNLOGGED TABLE ingest.handed_over (
  loader name NOT NULL,
  staged tid[] NOT NULL,
  held bigint[] NOT NULL
);
COMMENT ON TABLE ingest.handed_over IS 'The staged files that a loader of its own may read, while its dataset is loaded.';
COMMENT ON COLUMN ingest.handed_over.loader IS 'The role.';
COMMENT ON COLUMN ingest.handed_over.staged IS 'The places of the files in ingest.staging.';
COMMENT ON COLUMN ingest.handed_over.held IS 'Of those that the session holds in memory the numbers.';
