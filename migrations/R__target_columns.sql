-- pg_ingest 0.2.0
-- The columns of targets, and where the value of each comes from. What compiles goes by it, and so do people and the dashboard.

-- Whoever asks sees the datasets that they may see.
CREATE VIEW ingest.dataset_column WITH (security_invoker) AS
  SELECT d.name AS dataset, a.attnum AS position, a.attname::text AS column_name, format_type(a.atttypid, a.atttypmod) AS type,
    CASE WHEN f.source IS NOT NULL THEN 'parent' WHEN a.attname = ANY (ingest.metadata_columns()) OR a.attname = d.soft_delete_column THEN 'pipeline' WHEN a.attgenerated <> '' OR a.attidentity = 'a' OR NOT m.managed THEN 'table'
      WHEN m.expression IS NULL THEN 'record' ELSE 'expression' END AS filled_by,
    coalesce(f.source, m.path, ingest.member_path(a.attname::text)) AS source, m.conversion,
    -- The key of a parent is what it is.
    CASE WHEN f.source IS NULL THEN coalesce(m.null_strings, d.null_strings) END AS null_strings, m.expression,
    m.expression IS NULL OR m.reads_member AS reads_source,
    a.attnotnull AS not_null, pg_get_expr(ad.adbin, ad.adrelid) AS default_value,
    EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = a.attrelid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)) AS in_key,
    ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint AS k
      WHERE k.conrelid = a.attrelid AND k.contype IN ('c', 'f') AND a.attnum = ANY (k.conkey) ORDER BY k.conname) AS constraints,
    (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname) FROM pg_constraint AS k WHERE k.contypid = a.atttypid) AS domain_check,
    a.attidentity = 'a' AS is_identity, a.attgenerated <> '' AS is_generated
  FROM ingest.own_dataset AS d
  JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  LEFT JOIN ingest.own_mapping AS m ON m.dataset = d.name AND m.column_name = a.attname
  CROSS JOIN LATERAL (SELECT ingest.parent_source(d.parent, d.parent_key, d.key_of_parent, a.attname::text) AS source) AS f;
COMMENT ON VIEW ingest.dataset_column IS 'The columns of each dataset''s target: where their values come from, and what they demand.';
COMMENT ON COLUMN ingest.dataset_column.dataset IS 'The dataset.';
COMMENT ON COLUMN ingest.dataset_column.position IS 'The column''s number in the table.';
COMMENT ON COLUMN ingest.dataset_column.column_name IS 'The column.';
COMMENT ON COLUMN ingest.dataset_column.type IS 'Its type.';
COMMENT ON COLUMN ingest.dataset_column.filled_by IS 'record: what stands at its source. parent: what is given of the record that a child stands in. expression: what its expression makes. pipeline: its metadata, or the mark of a delete. table: a default, an identity or a generated value.';
COMMENT ON COLUMN ingest.dataset_column.source IS 'Where its value stands, such as $.shipping.city, key:tenant or file:etag; only where it is filled by record or expression.';
COMMENT ON COLUMN ingest.dataset_column.conversion IS 'The conversion that makes another value of the one that came, such as epoch_ms.';
COMMENT ON COLUMN ingest.dataset_column.null_strings IS 'Strings that stand for null.';
COMMENT ON COLUMN ingest.dataset_column.expression IS 'The SQL that makes its value.';
COMMENT ON COLUMN ingest.dataset_column.reads_source IS 'Whether the source is read: without an expression always, with one where it names the column itself.';
COMMENT ON COLUMN ingest.dataset_column.not_null IS 'Whether the column is NOT NULL.';
COMMENT ON COLUMN ingest.dataset_column.default_value IS 'Its default, or what it is generated from.';
COMMENT ON COLUMN ingest.dataset_column.in_key IS 'Whether it belongs to the primary key.';
COMMENT ON COLUMN ingest.dataset_column.constraints IS 'CHECK constraints and foreign keys that name it.';
COMMENT ON COLUMN ingest.dataset_column.domain_check IS 'What its domain demands.';
COMMENT ON COLUMN ingest.dataset_column.is_identity IS 'Whether it is GENERATED ALWAYS AS IDENTITY.';
COMMENT ON COLUMN ingest.dataset_column.is_generated IS 'Whether it is generated from other columns.';
