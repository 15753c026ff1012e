-- Members that no column reads, the last seen first, with the SQL that would give each a column. $1 dataset, or null for all.
SELECT x.dataset, x.path, x.json_type, x.first_seen, x.last_seen, x.files, x.sample, p.column_name,
  CASE WHEN d.name IS NULL OR p.column_name IS NULL THEN NULL ELSE format(
    E'ALTER TABLE %s ADD COLUMN %I %s;\nSELECT ingest_register_dataset(%L, columns => %L);', d.target::text, p.column_name,
    CASE x.json_type WHEN 'number' THEN 'numeric' WHEN 'boolean' THEN 'boolean' WHEN 'object' THEN 'jsonb' WHEN 'array' THEN 'jsonb' ELSE 'text' END,
    d.name, jsonb_build_object(p.column_name, x.path)) END AS sql
FROM (SELECT * FROM ingest.schema_drift AS s WHERE $1::text IS NULL OR s.dataset = $1 ORDER BY s.last_seen DESC, s.dataset, s.path LIMIT $2::int8) AS x
LEFT JOIN ingest.dataset AS d ON d.name = x.dataset
CROSS JOIN LATERAL (
  -- A path that was cut, or the one that stands for all others, names no member.
  SELECT CASE WHEN x.path NOT LIKE '%…' THEN nullif(left(trim(BOTH '_' FROM regexp_replace(lower(regexp_replace(x.path, '([a-z0-9])([A-Z])', '\1_\2', 'g')),
    '[^[:alnum:]]+', '_', 'g')), 63), '') END AS column_name
) AS p
ORDER BY x.last_seen DESC, x.dataset, x.path
