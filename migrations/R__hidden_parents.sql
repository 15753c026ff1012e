-- pg_ingest 0.2.0
-- Which parents are missing where the loader may not read them. The foreign key itself reads them as the table's owner: rows are
-- inserted for it to say so, and taken back.

-- One row for each parent is tried, in the order in which a load would write them: no two sessions can wait for each other.
CREATE FUNCTION ingest.tried_parents_sql(about ingest.description, refused_before text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
  key text[] := CASE d.load_mode WHEN 'upsert' THEN about.key END;
  referring text[] := ARRAY(SELECT DISTINCT c FROM ingest.foreign_keys(d.target) AS k CROSS JOIN LATERAL unnest(k.columns) AS c ORDER BY 1);
  row_of text;
  insertion text;
  finders jsonb;
BEGIN
  SELECT format('ROW(%s)::%s', string_agg(CASE WHEN i.name IS NULL THEN 'NULL' ELSE format('c.%I', a.attname) END, ', ' ORDER BY a.attnum), d.target),
    format('INSERT INTO %s (%s) SELECT %s FROM unnest($1) AS r', d.target, string_agg(quote_ident(i.name), ', ' ORDER BY i.sort), string_agg('r.' || quote_ident(i.name), ', ' ORDER BY i.sort))
  INTO row_of, insertion
  FROM pg_attribute AS a LEFT JOIN ingest.incoming_columns(about) AS i ON i.is_written AND i.name = a.attname
  WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped;
  IF d.load_mode = 'upsert' THEN
    -- A row that is there is checked again where its parent changes.
    insertion := insertion || format(' ON CONFLICT (%s) DO ', (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) FROM unnest(about.key) WITH ORDINALITY AS u (k, o)))
      || coalesce((SELECT 'UPDATE SET ' || string_agg(format('%1$I = excluded.%1$I', u.name), ', ') FROM unnest(referring) AS u (name) WHERE u.name <> ALL (about.key)), 'NOTHING');
  END IF;
  SELECT jsonb_object_agg(k.name, format('SELECT array_agg(CASE WHEN num_nulls(%1$s) = 0 THEN format(%2$L, %1$s) END ORDER BY w.ordinality) FROM unnest($1) WITH ORDINALITY AS w', k.list, k.places))
  INTO finders FROM ingest.foreign_keys(d.target) AS k;
  RETURN format('SELECT ingest.missing_parents(array_agg(%1$s ORDER BY %2$s), %3$L, %4$L) AS missing FROM (SELECT DISTINCT ON (%5$s) w.* FROM written AS w
      WHERE w._ingest_sure AND num_nonnulls(%5$s) > 0 AND (%6$s) IS NOT TRUE ORDER BY %5$s, w._ingest_file, w._ingest_record) AS c',
    row_of, (SELECT string_agg(format('c.%I', u.k), ', ' ORDER BY u.o) FROM unnest(coalesce(key, '{_ingest_file,_ingest_record}')) WITH ORDINALITY AS u (k, o)), insertion, finders,
    (SELECT string_agg(format('w.%I', u.name), ', ') FROM unnest(referring) AS u (name)), refused_before);
END
$$;
COMMENT ON FUNCTION ingest.tried_parents_sql(ingest.description, text)
  IS 'The query that has missing_parents() try written records, one for all that refer to the same. refused_before is SQL that is true of records w that are refused for something else.';

-- The target says which row it refuses first, and that all before it are welcome. So the search goes on behind it: each missing
-- parent costs one piece, and pieces grow again where all is well.
CREATE FUNCTION ingest.missing_parents(tried anyarray, insertion text, finders jsonb) RETURNS text[]
LANGUAGE plpgsql STRICT SET search_path = pg_catalog, ingest, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  missing text[] := '{}';
  many integer := cardinality(tried);
  place integer := 1;
  size integer := 100;
  last integer;
  state text;
  of_key text;
  detail text;
  found integer;
  shown text;
  row_set text;
  one_row text := format('EXECUTE ingest_tried (current_setting(''ingest.tried'')::%s)', pg_typeof(tried));
  -- What each row refers to, by one foreign key.
  named_by text;
  names text[];
BEGIN
  -- Where many are missing, rows are tried one by one. The insertion is planned once for these, where EXECUTE would plan it for each.
  -- Only an error can have left the old one behind.
  IF EXISTS (SELECT FROM pg_prepared_statements AS p WHERE p.name = 'ingest_tried') THEN
    DEALLOCATE ingest_tried;
  END IF;
  EXECUTE format('PREPARE ingest_tried (%s) AS %s', pg_typeof(tried), insertion);
  WHILE place <= many LOOP
    last := least(place + size - 1, many);
    IF last = place THEN
      -- EXECUTE of a prepared statement takes no parameters from here: the row stands in a setting, so that no data stand in SQL.
      row_set := set_config('ingest.tried', ARRAY[tried[place]]::text, true);
    END IF;
    BEGIN
      IF last = place THEN
        EXECUTE one_row;
      ELSE
        -- A slice copies the whole array first.
        EXECUTE insertion USING tried[place:last];
      END IF;
      RAISE EXCEPTION 'tried' USING ERRCODE = 'PI000';
    EXCEPTION
      WHEN SQLSTATE 'PI000' THEN
        place := last + 1;
        size := least(size * 2, 1000);
        CONTINUE;
      WHEN OTHERS OR assert_failure THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, of_key = CONSTRAINT_NAME, detail = PG_EXCEPTION_DETAIL;
        IF ingest.is_of_the_moment(state) THEN
          RAISE;
        END IF;
    END;
    found := NULL;
    IF state = '23503' AND finders ? of_key THEN
      IF of_key IS DISTINCT FROM named_by THEN
        EXECUTE finders ->> of_key INTO names USING tried;
        named_by := of_key;
      END IF;
      IF last = place THEN
        -- Of a single row it is known without the words.
        shown := names[place]; found := CASE WHEN shown IS NOT NULL THEN 1 END;
      ELSE
        SELECT min(u.no), min(u.shown) INTO found, shown FROM unnest(names[place:last]) WITH ORDINALITY AS u (shown, no)
        WHERE strpos(detail, '=(' || u.shown || ')') > 0 HAVING count(DISTINCT u.shown) = 1;
      END IF;
    END IF;
    IF found IS NOT NULL THEN
      missing := missing || format('%s (%s)', of_key, shown);
      place := place + found;
      size := greatest(size / 2, 1);
    ELSIF last > place THEN
      size := greatest((last - place + 1) / 8, 1);
    ELSE
      RAISE EXCEPTION 'a row is refused for something else than its parents' USING ERRCODE = 'PI001';
    END IF;
  END LOOP;
  DEALLOCATE ingest_tried;
  row_set := set_config('ingest.tried', '', true);
  RETURN missing;
END
$$;
COMMENT ON FUNCTION ingest.missing_parents(anyarray, text, jsonb)
  IS 'Inserts rows of a target, piece by piece, and takes them back: names what they refer to and is not there, as foreign_keys() has it. Finders are queries, by foreign key, for what each row refers to as the words of its error have it. Raises where a row is refused for something else.';
