-- pg_ingest 0.2.0
-- What the ledger knows of keys, for whoever compares it with a bucket.

CREATE FUNCTION public.ingest_known(bucket text, keys text[])
RETURNS TABLE (key text, version_id text, etag text, last_modified timestamptz, status text, error_code text, received_at timestamptz, dismissed boolean,
  is_kept boolean, tied_etags text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off SET jit = off AS $$
  SELECT o.key, f.version_id, o.newest_etag, o.newest_last_modified, coalesce(f.status, 'object_missing'), f.error_code, f.received_at,
    f.dismissed_at IS NOT NULL, EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = f.file_id),
    ARRAY(SELECT t.etag FROM ingest.file AS t WHERE t.object_id = o.object_id AND t.last_modified = o.newest_last_modified AND t.etag <> o.newest_etag
      AND t.status <> 'object_missing' ORDER BY t.etag)
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
dismissed: Whether its open rejects were given up.
is_kept: Whether quarantine keeps anything of it. An object that was too large to be fetched is not kept, and loads when it is delivered again.
tied_etags: ETags of other contents that the ledger knows of this key, with the same Last-Modified. S3 tells seconds, and two puts of one second have no order for who only lists.';

-- By the order of their numbers, which never changes: a key that comes meanwhile comes last.
CREATE FUNCTION public.ingest_known_keys(bucket text, key_prefix text DEFAULT '', after bigint DEFAULT 0, at_most integer DEFAULT 10000)
RETURNS TABLE (object_id bigint, key text, status text, last_modified timestamptz, received_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off AS $$
  SELECT o.object_id, o.key, f.status, o.newest_last_modified, f.received_at
  FROM ingest.object AS o JOIN ingest.file AS f ON f.file_id = o.newest_file_id
  WHERE o.object_id > $3 AND o.bucket = $1 AND starts_with(o.key, $2) AND f.status <> 'removed' ORDER BY o.object_id LIMIT $4
$$;
COMMENT ON FUNCTION public.ingest_known_keys(text, text, bigint, integer) IS 'The keys of a bucket that the ledger knows, a page at a time. Those that never had content, and those that are removed, are left out.
bucket: S3 bucket.
key_prefix: Only keys that begin with this.
after: Only what comes behind this object_id, the last one of the page before.
at_most: Keys of a page. A page with fewer is the last.
object_id: Its place in the order of pages.
key: A key.
status: The status of its newest entry in ingest.file.
last_modified: Last-Modified of that entry''s content.
received_at: When that entry was received.';
