-- All entries of one object, newest first. $1 object_id.
SELECT f.file_id, f.version_id, f.etag, f.size, f.received_at, f.status, f.deliveries, f.rows_loaded, f.rows_rejected
FROM ingest.file AS f WHERE f.object_id = $1::int8 ORDER BY f.received_at DESC, f.file_id DESC LIMIT 50
