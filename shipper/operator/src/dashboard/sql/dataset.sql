-- A dataset's registration. $1 its name.
SELECT d.name, coalesce(d.prefix, d.records_path || ' in records of ' || d.parent) AS prefix, d.bucket, d.target::text AS target, d.records_path, d.load_mode, d.version_column, d.on_error, d.on_unknown, d.on_absent,
  d.on_missing_path, d.document_format, d.match_names, d.record_filter, d.key_pattern, d.null_strings::text AS null_strings, d.loader::text AS loader,
  d.enabled, ARRAY(SELECT x.name FROM ingest.dataset AS x WHERE x.prefix = d.prefix AND x.bucket IS NOT DISTINCT FROM d.bucket AND x.name <> d.name
    ORDER BY x.name) AS shares_with, d.expected_every::text AS expected_every, d.registered_at FROM ingest.dataset AS d WHERE d.name = $1::text
