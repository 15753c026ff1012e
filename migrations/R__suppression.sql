-- pg_ingest 0.2.0
-- Keys that do not come back: records of theirs are left out as a filter leaves records out. docs/erasing.md.
--
-- A dataset without any is compiled as ever. Of one that has some the condition is a part of its filter, on either engine.

CREATE FUNCTION ingest.names_of_key(about ingest.description) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT n FROM unnest(about.columns) AS c
    CROSS JOIN LATERAL unnest(CASE WHEN c.expression IS NULL THEN ARRAY[c.name] ELSE ingest.named_in(c.expression) || c.name END) AS n
    WHERE c.name = ANY (about.key) ORDER BY 1);
END
$$;
COMMENT ON FUNCTION ingest.names_of_key(ingest.description) IS 'The columns of a dataset''s key, and the names that their expressions read.';

-- Columns of the record are meant outside of any FROM, so that no name of ours can stand before one of theirs.
CREATE FUNCTION ingest.record_key_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('(SELECT %s FROM (SELECT %s) AS k)', ingest.row_key_sql((about.dataset).target, 'k'),
      string_agg(format(E'(%s\n)::%s%s AS %I', coalesce(c.expression, quote_ident(c.name)), c.described ->> 'base_type', c.collation_clause, c.name), ', ' ORDER BY c.attnum))
    FROM unnest(about.columns) AS c WHERE c.name = ANY (about.key));
END
$$;
COMMENT ON FUNCTION ingest.record_key_sql(ingest.description) IS 'SQL of the key of a typed record, before expressions, as ingest.tombstone has keys.';

CREATE FUNCTION ingest.unread_key_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('_ingest_suspect OR coalesce(_ingest_faults && %L::smallint[], false)',
    ARRAY(SELECT c.no FROM jsonb_array_elements(about.contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE c.value ->> 'name' = ANY (ingest.names_of_key(about)))));
END
$$;
COMMENT ON FUNCTION ingest.unread_key_sql(ingest.description) IS 'SQL that tells of a typed record, before expressions, whether nothing can be said of its key.';

CREATE FUNCTION ingest.not_suppressed_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('CASE WHEN %1$s THEN true ELSE (SELECT NOT EXISTS (SELECT FROM ingest.own_suppressed_key AS s WHERE s.dataset = %2$L AND s.key_hash = h.key_hash)
      FROM (SELECT sha256((SELECT o.salt FROM ingest.own_suppression AS o WHERE o.dataset = %2$L) || convert_to(%3$s, ''UTF8'')) AS key_hash OFFSET 0) AS h) END',
    ingest.unread_key_sql(about), (about.dataset).name, ingest.record_key_sql(about));
END
$$;
COMMENT ON FUNCTION ingest.not_suppressed_sql(ingest.description)
  IS 'SQL that tells of a typed record, before expressions, whether its key is none of those that are suppressed. Where its key has a fault, nobody can say, and it stays.';

CREATE FUNCTION ingest.key_scope(about ingest.description, single_records boolean) RETURNS ingest.description
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  about := ingest.scope_of(about, ingest.names_of_key(about));
  IF single_records THEN
    about.contract := about.contract || ingest.of_single_records();
  END IF;
  RETURN about;
END
$$;
COMMENT ON FUNCTION ingest.key_scope(ingest.description, boolean) IS 'A dataset with no more of its columns than its key needs. single_records: bodies are one record each.';

CREATE FUNCTION ingest.suppressed_among(of_dataset text, files ingest.claimed_file[], single_records boolean, filtered bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  scope ingest.description := ingest.key_scope(ingest.description(of_dataset), single_records);
  found bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(t.id) FROM (SELECT _ingest_file::bigint << 32 | _ingest_record AS id, %s AS is_kept FROM (%s) AS typed) AS t WHERE t.id = ANY ($7) AND NOT t.is_kept',
    ingest.not_suppressed_sql(scope), ingest.scope_sql(scope, ingest.careful_source(scope.contract), ''))
  INTO found USING ingest.with_context(files, scope.contract), scope.contract, '{}'::ingest.parsed_record[], NULL::bigint[], NULL::integer, NULL::integer, filtered;
  RETURN coalesce(found, '{}');
END
$$;
COMMENT ON FUNCTION ingest.suppressed_among(text, ingest.claimed_file[], boolean, bigint[])
  IS 'Of records that were left out, those whose key is suppressed: where a dataset has a filter of its own besides.';

CREATE FUNCTION ingest.suppress_keys(d ingest.dataset, row_keys text[], of_erasure bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  added bigint;
BEGIN
  -- 244 random bits, by what PostgreSQL itself brings.
  INSERT INTO ingest.suppression (dataset, key_columns, key_kinds, salt)
  VALUES (d.name, ingest.key_columns(d.target), ingest.key_kinds(d.target), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) ON CONFLICT DO NOTHING;
  INSERT INTO ingest.suppressed_key (dataset, key_hash, erasure_id)
  SELECT d.name, sha256(s.salt || convert_to(u.k, 'UTF8')), of_erasure FROM unnest(row_keys) AS u (k) JOIN ingest.suppression AS s ON s.dataset = d.name ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS added = ROW_COUNT;
  UPDATE ingest.dataset AS x SET suppresses = true WHERE x.name = d.name AND NOT x.suppresses;
  -- Not by its row's version alone: that is the same where the dataset was registered in this transaction.
  DELETE FROM ingest.compiled_dataset AS c WHERE c.dataset = d.name;
  RETURN added;
END
$$;
COMMENT ON FUNCTION ingest.suppress_keys(ingest.dataset, text[], bigint) IS 'Keeps keys of a dataset from coming back; how many of them were not kept from it before.';

CREATE FUNCTION ingest.unsuppress_keys(d ingest.dataset, row_keys text[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  DELETE FROM ingest.suppressed_key AS k USING ingest.suppression AS s, unnest(row_keys) AS u (k)
  WHERE s.dataset = d.name AND k.dataset = d.name AND k.key_hash = sha256(s.salt || convert_to(u.k, 'UTF8'));
  GET DIAGNOSTICS gone = ROW_COUNT;
  -- Behind the last one nothing is asked any more.
  IF NOT EXISTS (SELECT FROM ingest.suppressed_key AS k WHERE k.dataset = d.name) THEN
    DELETE FROM ingest.suppression AS s WHERE s.dataset = d.name;
    UPDATE ingest.dataset AS x SET suppresses = false WHERE x.name = d.name AND x.suppresses;
    DELETE FROM ingest.compiled_dataset AS c WHERE c.dataset = d.name;
  END IF;
  RETURN gone;
END
$$;
COMMENT ON FUNCTION ingest.unsuppress_keys(ingest.dataset, text[]) IS 'Lets keys of a dataset come back; how many of them were kept from it.';

CREATE FUNCTION ingest.key_as_text(columns text[], kinds text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(c || ' as ' || coalesce(k, 'what no text tells'), ', ' ORDER BY no) FROM unnest(columns, kinds) WITH ORDINALITY AS u (c, k, no)
$$;
COMMENT ON FUNCTION ingest.key_as_text(text[], text[]) IS 'A key''s columns with their key_kinds(), in words.';

CREATE FUNCTION ingest.suppression_problem(d ingest.dataset) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('the primary key of %s is (%s), and keys of dataset %s are suppressed by (%s), so none could be known again; give it that key again, or load it by a dataset of another name, then ingest_replay()',
      d.target, CASE WHEN same THEN ingest.key_as_text(now.columns, now.kinds) ELSE array_to_string(now.columns, ', ') END, d.name, CASE WHEN same THEN ingest.key_as_text(s.key_columns::text[], s.key_kinds) ELSE array_to_string(s.key_columns, ', ') END)
    FROM ingest.suppression AS s CROSS JOIN (SELECT ingest.key_columns(d.target) AS columns, ingest.key_kinds(d.target) AS kinds) AS now
    CROSS JOIN LATERAL (SELECT s.key_columns::text[] IS NOT DISTINCT FROM now.columns AS same) AS x
    WHERE s.dataset = d.name AND NOT (same AND s.key_kinds IS NOT DISTINCT FROM now.kinds));
END
$$;
COMMENT ON FUNCTION ingest.suppression_problem(ingest.dataset) IS 'Why suppressed keys of a dataset could come back, so that it loads nothing; NULL where they cannot.';
