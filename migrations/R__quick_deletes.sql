-- pg_ingest 0.2.0
-- The sql engine's quick way where records delete: one statement for files whose records are all good. docs/deletes.md.
--
-- What becomes of a key is asked in the very words of the whole load statement (R__deleted_rows.sql). Only how its records are read and put
-- in order is quicker, and whatever that cannot tell ends it.

-- A delete may lack what every other record has to have, which is looked at once it is known which records delete.
CREATE FUNCTION ingest.lenient_contract(contract jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jsonb_set(contract, '{columns}', (SELECT coalesce(jsonb_agg(CASE WHEN contract -> 'deletes' ? (c.value ->> 'name') THEN c.value ELSE c.value || '{"required": false}' END ORDER BY c.no), '[]')
    FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)));
END
$$;
COMMENT ON FUNCTION ingest.lenient_contract(jsonb) IS 'A contract that requires no more of a record than a delete needs.';

CREATE FUNCTION ingest.is_whole_sql(contract jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(format('(_ingest_deleted OR %s)', string_agg(format('%I IS NOT NULL', c.value ->> 'name'), ' AND ' ORDER BY c.no)), 'true')
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
  WHERE (c.value ->> 'required')::boolean AND NOT (c.value ->> 'has_default')::boolean AND NOT contract -> 'deletes' ? (c.value ->> 'name'));
END
$$;
COMMENT ON FUNCTION ingest.is_whole_sql(jsonb) IS 'SQL that tells whether a typed record deletes or has all that the contract requires.';

-- Where the newest record of a key deletes, the older ones are stale, as in updates. Of a key that is made anew behind a delete of the same
-- unit both count. So does each of several records where rows are marked or columns kept. The whole statement puts these together.
CREATE FUNCTION ingest.clean_winners_with_deletes_sql(about ingest.description, records text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
BEGIN
  RETURN (SELECT format('SELECT c.*, CASE WHEN c._ingest_deleted THEN 1 END AS _ingest_delete_place, %3$s AS _ingest_delete_version, c._ingest_file AS _ingest_delete_file, c._ingest_record AS _ingest_delete_record,
        c._ingest_file_id AS _ingest_delete_file_id, c._ingest_source_time AS _ingest_delete_source_time, c._ingest_sequencer AS _ingest_delete_sequencer
      FROM (SELECT c.*, row_number() OVER k AS _ingest_place, first_value(_ingest_deleted) OVER k AS _ingest_newest_deletes FROM %1$s AS c
        WINDOW k AS (PARTITION BY %2$s ORDER BY %4$s_ingest_file DESC, _ingest_record DESC ROWS UNBOUNDED PRECEDING)) AS c
      WHERE CASE WHEN c._ingest_place = 1 THEN true WHEN %5$s THEN ingest.not_clean(c._ingest_file) ELSE false END',
    records, string_agg(quote_ident(u.k), ', ' ORDER BY u.o), coalesce('c.' || quote_ident(d.version_column), 'NULL::text'), coalesce(quote_ident(d.version_column) || ' DESC, ', ''),
    CASE WHEN about.kept <> '{}' THEN 'true' WHEN d.soft_delete_column IS NOT NULL THEN 'c._ingest_deleted OR c._ingest_newest_deletes' ELSE 'c._ingest_deleted AND NOT c._ingest_newest_deletes' END)
  FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o));
END
$$;
COMMENT ON FUNCTION ingest.clean_winners_with_deletes_sql(ingest.description, text)
  IS 'The query of the records that win among those of their key, with fate_columns(); records is what follows FROM. It raises where a delete stands behind another record.';

CREATE FUNCTION ingest.clean_load_with_deletes_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  records record := ingest.plain_records_sql(about);
  behind ingest.description := ingest.behind_filter(about);
BEGIN
  -- The condition reads the record, whatever the filter did.
  behind.contract := behind.contract || '{"want_record": true}';
  RETURN (SELECT format('WITH %1$s,
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %2$s, c._ingest_file_id, c._ingest_source_time, c._ingest_sequencer%3$s FROM (%4$s) AS c),
    %5$s
    SELECT (%6$s), n.loaded, n.lost, ''{}''::bigint[], ''{}''::ingest.fault[], ''{}''::ingest.unknown_seen[], %7$s%8$s
    FROM (SELECT %9$s OFFSET 0) AS n (loaded, lost)',
    records.ctes, i.value_list, ingest.fate_columns(),
    ingest.clean_winners_with_deletes_sql(behind, format('(SELECT * FROM (%s OFFSET 0) AS t WHERE CASE WHEN %s AND %s AND _ingest_unknown IS NULL THEN true ELSE ingest.not_clean(_ingest_file) END OFFSET 0)',
      ingest.typed_sql(behind, ingest.quick_source(ingest.lenient_contract(behind.contract), records.source)), behind.clean, ingest.is_whole_sql(behind.contract))),
    ingest.write_sql(about, true, false), records.good, records.filtered, ingest.told_deletes_sql(d, '''{}''::bigint[]'), ingest.counts_with_deletes_sql())
  FROM (SELECT string_agg(format('%s AS %I', s.value_sql, s.name), ', ' ORDER BY s.sort) AS value_list FROM ingest.incoming_columns(about) AS s) AS i
  -- A filter carries no record beside one whose members have other names.
  WHERE d.delete_when IS NOT NULL AND NOT d.has_children AND d.on_replaced = 'keep' AND about.stand_in IS NULL AND d.load_mode = 'upsert' AND ingest.sifts_first(about)
    AND NOT EXISTS (SELECT FROM unnest(about.columns) AS c WHERE c.expression IS NOT NULL) AND (d.record_filter IS NULL OR about.contract -> 'names' IS NULL));
END
$$;
COMMENT ON FUNCTION ingest.clean_load_with_deletes_sql(ingest.description)
  IS 'The sql engine''s statement for files of a dataset with delete_when whose records are all good and hold no unknown members. NULL where the dataset needs the whole load statement.';
