-- How many rejects are open, counted to 100,000 at most.
SELECT count(*) AS open FROM (SELECT FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL LIMIT 100001) AS capped
