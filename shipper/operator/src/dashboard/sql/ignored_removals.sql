-- Removals of objects that changed nothing, by dataset and reason, those of the newest first. $1 a dataset, or null for all. $2 how many.
SELECT nullif(i.dataset, '') AS dataset, i.reason, i.removals, i.first_seen, i.last_seen, i.last_bucket, i.last_key
FROM ingest.ignored_removal AS i WHERE $1::text IS NULL OR i.dataset = $1::text ORDER BY i.last_seen DESC, i.dataset, i.reason LIMIT $2::int8
