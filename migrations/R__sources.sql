-- pg_ingest 0.2.0
-- Where a column's value comes from: the record, the object's key, or what is known of the object.

CREATE FUNCTION ingest.file_sources() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY['bucket', 'key', 'version_id', 'etag', 'size', 'event_time', 'last_modified']
$$;
COMMENT ON FUNCTION ingest.file_sources() IS 'What a source may read of the object, as file:<name>.';

CREATE FUNCTION ingest.sources() RETURNS TABLE (source text, reads text, example text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT '$.member', 'The record: members by name, `$."any name"` too, and array positions from 0.', '$.lines[0].sku'
  UNION ALL SELECT 'parent:$.member', 'The object that encloses the record: the nearest one above the array or map in which it stands.', 'parent:$.order_id'
  UNION ALL SELECT 'parent:parent:$.member', 'The object that encloses that one, and so on: each `parent:` leads to the next object outside.', 'parent:parent:$.resource.host'
  UNION ALL SELECT 'document:$.member', 'The document in which `records_path` found the record.', 'document:$.meta.page'
  UNION ALL SELECT 'position:', 'The place of the record, from 1, in the innermost array of `records_path`.', 'position:'
  UNION ALL SELECT 'name:', 'The member name under which the record stands in a map (`.*` in `records_path`).', 'name:'
  UNION ALL SELECT 'key:piece', 'The piece of the key that `key_pattern` names so.', 'key:tenant'
  UNION ALL SELECT 'file:' || f.name, 'The object, as `ingest.file` has it.', 'file:' || f.name FROM unnest(ingest.file_sources()) AS f (name)
$$;
COMMENT ON FUNCTION ingest.sources() IS 'The sources there are, with an example each.';

CREATE FUNCTION ingest.source_steps(source text, OUT origin text, OUT steps jsonb, OUT place jsonb)
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  word text := substring(source FROM '^([a-z_]+):');
  rest text := CASE word WHEN 'parent' THEN regexp_replace(source, '^(parent:)+', '') ELSE substr(source, length(word) + 2) END;
BEGIN
  IF word IS NULL THEN
    origin := 'record';
    steps := ingest.parse_path(source);
  ELSE
    IF word = 'key' AND rest = '' OR word = 'file' AND rest <> ALL (ingest.file_sources()) OR word IN ('name', 'position') AND rest <> ''
      OR word NOT IN ('key', 'file', 'parent', 'document', 'name', 'position', '_key', '_record') THEN
      RAISE EXCEPTION 'source % reads nothing that there is; expected $.member, parent:$.member, document:$.member, position:, name:, key:<piece> or file:<one of %>', source,
        array_to_string(ingest.file_sources(), ', ') USING ERRCODE = 'invalid_parameter_value';
    END IF;
    origin := CASE WHEN word IN ('key', 'file') THEN 'file' ELSE 'place' END;
    steps := jsonb_build_array(source);
    IF origin = 'place' THEN
      -- Whatever is given with the place is as good as anything else of the document.
      place := jsonb_build_object('source', source, 'kind', CASE WHEN word ~ '^_' THEN 'document' ELSE word END, 'path', CASE WHEN word IN ('parent', 'document') THEN ingest.parse_path(rest) ELSE '[]' END)
        || CASE word WHEN 'parent' THEN jsonb_build_object('above', (length(source) - length(rest)) / length('parent:')) ELSE '{}' END;
    END IF;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.source_steps(text)
  IS 'A source as the contract has it. Of origin record it has the steps of its path. Of origin file or place it has itself as the one step, into what file_context() gives or into the record''s place. Then place says what is read there.';

-- A pattern is its literals and pieces in turn; a piece ends where the next literal begins.
CREATE FUNCTION ingest.key_parts(pattern text) RETURNS TABLE (no bigint, literal text, piece text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.no, m.part[1], CASE WHEN m.part[2] <> '' THEN btrim(m.part[2], '{}') END
  FROM regexp_matches(pattern, '([^{}]*)(\{[^{}]*\}|$)', 'g') WITH ORDINALITY AS m (part, no)
$$;
COMMENT ON FUNCTION ingest.key_parts(text)
  IS 'The parts of a key_pattern: a literal and the name of the piece behind it; no name has {}, and NULL is the end.';

CREATE FUNCTION ingest.key_pieces(pattern text, rest text, source text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  part record;
  open_piece text;
  at_end integer;
  pieces jsonb := '{}';
BEGIN
  -- As key_parts() has them, without the start of a query inside of another: this is asked of each file.
  FOR part IN SELECT m.part[1] AS literal, CASE WHEN m.part[2] <> '' THEN btrim(m.part[2], '{}') END AS piece
    FROM regexp_matches(pattern, '([^{}]*)(\{[^{}]*\}|$)', 'g') AS m (part) LOOP
    IF open_piece IS NULL THEN
      IF NOT starts_with(rest, part.literal) OR part.piece IS NULL AND rest <> part.literal THEN
        RETURN NULL;
      END IF;
      rest := substr(rest, length(part.literal) + 1);
    ELSE
      at_end := CASE WHEN part.literal = '' THEN length(rest) + 1
        -- The last literal is the key's end.
        WHEN part.piece IS NULL AND right(rest, length(part.literal)) = part.literal THEN length(rest) - length(part.literal) + 1
        WHEN part.piece IS NULL THEN 0 ELSE strpos(rest, part.literal) END;
      IF at_end = 0 THEN
        RETURN NULL;
      END IF;
      IF open_piece <> '' THEN
        pieces := pieces || jsonb_build_object(source || open_piece, left(rest, at_end - 1));
      END IF;
      rest := substr(rest, at_end + length(part.literal));
    END IF;
    open_piece := part.piece;
    EXIT WHEN open_piece IS NULL;
  END LOOP;
  RETURN pieces;
END
$$;
COMMENT ON FUNCTION ingest.key_pieces(text, text, text)
  IS 'The named pieces of what follows the prefix in a key, their names behind what is given; NULL where it does not match the pattern.';

CREATE FUNCTION ingest.key_problem(of_dataset text, of_key text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT format('key %s does not match key_pattern %s behind the prefix %s of dataset %s; expected one that does, or another pattern, then ingest_replay()',
      of_key, d.key_pattern, d.prefix, d.name)
    FROM ingest.dataset AS d WHERE d.name = of_dataset AND d.key_pattern IS NOT NULL
      AND (NOT starts_with(of_key, d.prefix) OR ingest.key_pieces(d.key_pattern, substr(of_key, length(d.prefix) + 1)) IS NULL));
END
$$;
COMMENT ON FUNCTION ingest.key_problem(text, text) IS 'Why a key under a dataset''s prefix is none of its keys; NULL where it is one.';

-- What their columns would read of such keys is not known, so their rejects are left as they are.
CREATE FUNCTION ingest.warn_of_stranded(d ingest.dataset) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  stranded record;
BEGIN
  SELECT count(*) AS files, min(f.key) AS example INTO stranded
  FROM (SELECT x.file_id FROM ingest.dataset_file AS x WHERE x.dataset = d.name AND x.status IN ('partially_loaded', 'load_failed') AND x.dismissed_at IS NULL
    ORDER BY x.received_at DESC LIMIT 1000) AS n JOIN ingest.file AS f ON f.file_id = n.file_id
  WHERE ingest.key_problem(d.name, f.key) IS NOT NULL;
  IF stranded.files > 0 THEN
    RAISE WARNING 'dataset %: % files with open rejects (of the newest 1000), such as %, do not match key_pattern % and are not replayed', d.name, stranded.files,
      stranded.example, d.key_pattern USING HINT = 'Register a pattern that takes their keys too, or give their rejects up by ingest_dismiss().';
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.warn_of_stranded(ingest.dataset) IS 'Warns of files with open rejects whose keys a new key_pattern does not take.';

CREATE FUNCTION ingest.file_context(f ingest.claimed_file, contract jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN coalesce(ingest.key_pieces(contract ->> 'key_pattern', substr(f.key, length(contract ->> 'prefix') + 1), 'key:'), '{}')
    || jsonb_strip_nulls(jsonb_build_object('file:bucket', f.bucket, 'file:key', f.key, 'file:version_id', f.version_id, 'file:etag', f.etag,
      'file:size', f.size, 'file:event_time', f.event_time, 'file:last_modified', f.last_modified));
END
$$;
COMMENT ON FUNCTION ingest.file_context(ingest.claimed_file, jsonb)
  IS 'What columns read of a file besides its records, by source: the pieces of its key, and the object as far as it is known.';

CREATE FUNCTION ingest.with_context(files ingest.claimed_file[], contract jsonb) RETURNS ingest.claimed_file[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  -- The whole contract would be unpacked for each file.
  of_key jsonb := jsonb_build_object('key_pattern', contract -> 'key_pattern', 'prefix', contract -> 'prefix');
BEGIN
  IF (contract ->> 'reads_context')::boolean THEN
    FOR i IN 1 .. cardinality(files) LOOP
      -- A record that is replayed brings its place.
      files[i].context := ingest.file_context(files[i], of_key) || coalesce(files[i].context, '{}');
    END LOOP;
  END IF;
  RETURN files;
END
$$;
COMMENT ON FUNCTION ingest.with_context(ingest.claimed_file[], jsonb) IS 'The files with their file_context(), where the contract reads any of it.';

CREATE FUNCTION ingest.origin_sql(c jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE c ->> 'origin' WHEN 'record' THEN 'r.j' WHEN 'place' THEN 'r.place' ELSE 'r.context' END
$$;
COMMENT ON FUNCTION ingest.origin_sql(jsonb) IS 'SQL for the object that a column''s path begins in.';

CREATE FUNCTION ingest.raw_sql(c jsonb, as_text boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- r.n has what such a member is called in the record's file.
  RETURN CASE WHEN c ? 'given' THEN c -> 'given' ->> CASE WHEN as_text THEN 'text' ELSE 'json' END WHEN c ? 'match_no' THEN format('(r.j %s r.n[%s])', CASE WHEN as_text THEN '->>' ELSE '->' END, c -> 'match_no')
    ELSE ingest.path_accessor(ingest.origin_sql(c), c -> 'path', as_text) END;
END
$$;
COMMENT ON FUNCTION ingest.raw_sql(jsonb, boolean) IS 'SQL for the JSON value that a column reads, as it came, or for its text; NULL where it is absent.';

CREATE FUNCTION ingest.made_over_sql(c jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  conversion text := c ->> 'conversion';
  raw text := ingest.raw_sql(c);
  made text := raw;
BEGIN
  IF conversion IS NOT NULL THEN
    -- It is written down here, not called.
    made := format('ingest.%I(%s, %L, %L)', 'converted', raw, split_part(conversion, ':', 1), coalesce(substring(conversion FROM ':(.*)$'), ''));
    IF split_part(conversion, ':', 1) = ANY (ARRAY(SELECT f.form FROM ingest.container_forms() AS f)) THEN
      made := format('CASE WHEN jsonb_typeof(%1$s) IN (''object'', ''array'') THEN %2$s ELSE %1$s END', raw, made);
    END IF;
  END IF;
  IF conversion LIKE 'epoch%' THEN
    made := ingest.epoch_sql(c, made);
  END IF;
  IF c ->> 'null_strings' IS NOT NULL THEN
    made := format('CASE WHEN %s = ANY (%L::jsonb[]) THEN ''null''::jsonb ELSE %s END', raw, ARRAY(SELECT s.value FROM jsonb_array_elements(c -> 'null_strings') AS s), made);
  END IF;
  RETURN made;
END
$$;
COMMENT ON FUNCTION ingest.made_over_sql(jsonb) IS 'SQL for what is made of a column''s value before it is coerced; NULL where it is absent or cannot be converted.';

CREATE FUNCTION ingest.value_sql(c jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Made once and named twice, or more, as long as PostgreSQL takes so many columns in one query.
  RETURN CASE WHEN c ? 'made_beside' THEN 'r.v' || (c ->> 'made_beside') ELSE ingest.made_over_sql(c) END;
END
$$;
COMMENT ON FUNCTION ingest.value_sql(jsonb) IS 'SQL for the JSON value that a column coerces, over a record r of opened_sql().';

CREATE FUNCTION ingest.unconverted_sql(c jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN c ->> 'conversion' IS NOT NULL THEN format('(%s IS NULL AND %s IS NOT NULL)', ingest.value_sql(c), ingest.raw_sql(c)) END;
END
$$;
COMMENT ON FUNCTION ingest.unconverted_sql(jsonb) IS 'SQL that is true where a value could not be converted; NULL where nothing is.';
