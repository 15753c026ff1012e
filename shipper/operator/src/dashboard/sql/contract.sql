-- The contract of a dataset's target: each column with its type, its path and what it demands. $1 dataset.
SELECT a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
  pg_get_expr(v.adbin, v.adrelid) AS default_value, a.attgenerated <> '' AS generated, a.attidentity = 'a' AS identity,
  coalesce(NOT m.managed, false) AS left_to_table,
  coalesce(m.path, '$.' || CASE WHEN a.attname ~ '^[A-Za-z_][A-Za-z0-9_]*$' THEN a.attname::text ELSE to_json(a.attname::text)::text END) AS path,
  m.expression, a.attnum = ANY (k.conkey) AS in_key,
  (SELECT coalesce(json_agg(pg_get_constraintdef(c.oid) ORDER BY c.conname), '[]') FROM pg_constraint AS c
    WHERE c.conrelid = a.attrelid AND c.contype IN ('c', 'f') AND a.attnum = ANY (c.conkey)) AS constraints,
  (SELECT string_agg(pg_get_constraintdef(c.oid), ' ' ORDER BY c.conname) FROM pg_constraint AS c WHERE c.contypid = a.atttypid) AS domain_check
FROM ingest.dataset AS d
JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS v ON v.adrelid = a.attrelid AND v.adnum = a.attnum
LEFT JOIN pg_constraint AS k ON k.conrelid = a.attrelid AND k.contype = 'p'
LEFT JOIN ingest.column_mapping AS m ON m.dataset = d.name AND m.column_name = a.attname
WHERE d.name = $1::text ORDER BY a.attnum
