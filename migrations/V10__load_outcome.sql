-- What a load statement answers.

CREATE TYPE ingest.unknown_seen AS (file_no integer, record_no integer, record jsonb);
COMMENT ON TYPE ingest.unknown_seen IS 'A record with members that no column reads.';

CREATE TYPE ingest.load_outcome AS (good jsonb, loaded jsonb, lost jsonb, suspects bigint[], rejects ingest.fault[],
  unknown ingest.unknown_seen[]);
COMMENT ON TYPE ingest.load_outcome IS 'What one load statement did: counts by file_no, the records that have to be inspected (as file_no << 32 | record_no), rejects, unknown members.';
