-- The batch that processed a file. $1 batch_id.
SELECT b.batch_id, b.request_id, b.engine, b.started_at, b.finished_at, b.files, b.bytes, b.records, b.claim_ms, b.load_ms, b.ledger_ms, b.elapsed_ms
FROM ingest.batch AS b WHERE b.batch_id = $1::text::uuid
