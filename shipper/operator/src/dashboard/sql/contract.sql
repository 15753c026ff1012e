-- The contract of a dataset's target: each column with its type, its path and what it demands. $1 dataset.
SELECT c.column_name, c.type, c.filled_by, c.source, c.expression, c.not_null, c.default_value, c.is_generated AS generated, c.is_identity AS identity,
  c.in_key, c.constraints, c.domain_check
FROM ingest.dataset_column AS c WHERE c.dataset = $1::text ORDER BY c.position
