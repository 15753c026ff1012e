-- pg_ingest 0.2.0
-- What the ledger knows of keys, for whoever compares it with a bucket.

CREATE FUNCTION public.ingest_known(bucket text, keys text[])
RETURNS TABLE (key text, version_id text, etag text, last_modified timestamptz, status text, error_code text, received_at timestamptz, dismissed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off SET jit = off AS $$
  SELECT o.key, f.version_id, o.newest_etag, o.newest_last_modified, coalesce(f.status, 'object_missing'), f.error_code, f.received_at,
    f.dismissed_at IS NOT NULL
  FROM ingest.object AS o LEFT JOIN ingest.file AS f ON f.file_id = o.newest_file_id
  WHERE o.bucket = $1 AND o.key = ANY ($2)
$$;
COMMENT ON FUNCTION public.ingest_known(text, text[]) IS 'The newest entry of the ledger for each of these keys that it knows.
bucket: S3 bucket.
keys: S3 keys.
key: One of them.
version_id: S3 version of that entry.
etag: ETag of its content.
last_modified: Last-Modified of its content.
status: Its status in ingest.file.
error_code: Why the file as a whole failed.
received_at: When it was received.
dismissed: Whether its open rejects were given up.';
