-- Datasets whose target refuses everything, with what PostgreSQL said.
SELECT x.dataset, x.since, x.last_seen, x.sqlstate, x.error, x.files FROM ingest.dataset_fault AS x ORDER BY x.since LIMIT 100
