-- pg_ingest 0.2.0
-- The contract follows the data: drift that was looked at, columns that come by themselves, and columns that are being filled.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.schema_drift ADD COLUMN first_file_id bigint, ADD COLUMN acknowledged_at timestamptz, ADD COLUMN acknowledged_reason text;
COMMENT ON COLUMN ingest.schema_drift.first_file_id IS 'The file that it was first seen in; null where that was before this was kept.';
COMMENT ON COLUMN ingest.schema_drift.acknowledged_at IS 'When ingest_acknowledge_drift() marked it as looked at, or a column was made of it; null while it counts.';
COMMENT ON COLUMN ingest.schema_drift.acknowledged_reason IS 'Why it was marked.';
