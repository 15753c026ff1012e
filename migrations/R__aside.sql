-- pg_ingest 0.2.0
-- Loading what is plainly good while the rest is set aside: the sql engine's way where some values are bad and all keys are new.

-- A value that is not odd is one that the quick form reads, and reads rightly.
CREATE FUNCTION ingest.odd_value_sql(c jsonb, member text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- What has the type already is right.
  IF c -> 'given' ? 'plain' THEN
    RETURN NULL;
  END IF;
  -- Of numbers the quick form casts digits alone, where the careful one takes 1.0 for an integer.
  RETURN CASE WHEN ingest.type_kinds() -> (c ->> 'kind') ? 'digits' AND NOT ingest.asks_softly(c)
    THEN concat_ws(' OR ', ingest.unconverted_sql(c), ingest.null_suspect_sql(c, member),
      format('CASE WHEN ltrim(%1$s, ''0123456789'') = '''' THEN octet_length(%1$s) NOT BETWEEN 1 AND %2$s ELSE %1$s !~ %3$L END',
        member, ingest.type_kinds() -> (c ->> 'kind') -> 'digits', ingest.plain_pattern(c)))
    ELSE ingest.careful_suspect_sql(c, member) END;
END
$$;
COMMENT ON FUNCTION ingest.odd_value_sql(jsonb, text) IS 'SQL that is true where a value needs the careful reader, and never raises; NULL where none does.';

CREATE FUNCTION ingest.aside_source(contract jsonb, records text, carried text DEFAULT '') RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- What is left out is so before anything is cast.
  RETURN (SELECT format('SELECT r.file_no AS _ingest_file, r.record_no AS _ingest_record, NULL::smallint[] AS _ingest_faults, NULL::text[] AS _ingest_codes, false AS _ingest_suspect, %s%s%s
    FROM (SELECT r.*, CASE jsonb_typeof(r.j) WHEN ''object'' THEN %s END AS unknown FROM (SELECT r.*%s FROM (%s) AS r OFFSET 0) AS r OFFSET 0) AS r WHERE (%s) IS NOT TRUE',
    ingest.common_outputs_sql(contract), carried,
    coalesce(string_agg(format(', %s AS %I', ingest.quick_value_sql(c.value, 'r.m' || c.no), c.value ->> 'name'), '' ORDER BY c.no), ''),
    ingest.remainder_sql(ingest.all_read(contract), ingest.has_just_known_sql(contract)),
    coalesce(string_agg(format(', %s AS m%s', ingest.quick_member_sql(c.value, (SELECT ingest.opened_objects(ingest.all_read(contract)))), c.no), '' ORDER BY c.no), ''),
    ingest.opened_sql(ingest.all_read(contract), records),
    concat_ws(' OR ', 'jsonb_typeof(r.j) <> ''object'' OR ingest.too_deep(r.j)',
      string_agg(ingest.odd_value_sql(c.value, 'r.m' || c.no), ' OR ' ORDER BY c.no), CASE WHEN contract ->> 'on_unknown' = 'reject' THEN 'r.unknown IS NOT NULL' END))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no));
END
$$;
COMMENT ON FUNCTION ingest.aside_source(jsonb, text, text)
  IS 'The sql engine''s row source that leaves out each record which needs a closer look, over a query that gives the records; raises at nothing. carried is the SQL of what goes along.';

-- Where more than a tenth is odd, and more than ten, nothing is written and the careful reader does better.
CREATE FUNCTION ingest.aside_load_sql(about ingest.description) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  contract jsonb := about.contract;
  placed boolean := contract -> 'places' <> '[]';
BEGIN
  IF (about.dataset).has_children THEN
    RETURN ingest.aside_family_sql(about);
  END IF;
  -- As for the plain insert: no row is looked up.
  about.drawn := '{}';
  RETURN (SELECT format('WITH files AS MATERIALIZED (%1$s),
    typed AS MATERIALIZED (SELECT t.*, %2$s AS _ingest_good FROM (%3$s) AS t),
    counted AS MATERIALIZED (SELECT t._ingest_file, count(*) FILTER (WHERE t._ingest_good) AS good, count(t._ingest_unknown) AS unknown FROM typed AS t GROUP BY 1),
    odd AS MATERIALIZED (SELECT a.records - coalesce((SELECT sum(n.good) FROM counted AS n), 0) AS many, greatest(a.records / 10, 10) AS at_most
      FROM (SELECT coalesce(sum(cardinality(f.records)), 0) - (SELECT count(*) FROM unnest($4) AS x WHERE x >> 32 IN (SELECT o.file_no FROM files AS o)) AS records FROM files AS f) AS a),
    added AS (INSERT INTO %4$s (%5$s) SELECT %6$s FROM typed AS c WHERE c._ingest_good AND (SELECT o.many <= o.at_most FROM odd AS o) ORDER BY %7$s)
    SELECT coalesce((SELECT jsonb_object_agg(f.file_no, coalesce(n.good, 0)) FROM files AS f LEFT JOIN counted AS n ON n._ingest_file = f.file_no), ''{}''),
      CASE WHEN (SELECT sum(n.unknown) FROM counted AS n) > 0
        THEN (SELECT array_agg(ROW(t._ingest_file, t._ingest_record, t._ingest_unknown)::ingest.unknown_seen) FROM typed AS t WHERE t._ingest_unknown IS NOT NULL AND t._ingest_good) END,
      CASE WHEN o.many > o.at_most THEN NULL WHEN o.many = 0 THEN ''{}'' ELSE (SELECT array_agg(ROW(x.file_no, x.record_no, x.j, %8$s, NULL, NULL, NULL)::ingest.parsed_record)
        FROM (SELECT f.file_no, coalesce(f.record_no, e.no::integer) AS record_no, e.* FROM files AS f CROSS JOIN LATERAL unnest(f.records%9$s) WITH ORDINALITY AS e (j%10$s, no)) AS x
        WHERE (x.file_no, x.record_no) NOT IN (SELECT t._ingest_file, t._ingest_record FROM typed AS t WHERE t._ingest_good)
          AND ($4 IS NULL OR (x.file_no::bigint << 32 | x.record_no) <> ALL ($4))) END
    FROM odd AS o',
    ingest.quick_files_sql(contract), about.clean, ingest.typed_sql(about, ingest.aside_source(contract, ingest.elements_sql(contract, 'files'))), (about.dataset).target, i.names, i.value_list,
    coalesce((SELECT string_agg(format('c.%I', u.k), ', ' ORDER BY u.o) FROM unnest(about.key) WITH ORDINALITY AS u (k, o)), 'c._ingest_file, c._ingest_record'),
    CASE WHEN placed THEN 'x.place' ELSE 'NULL::jsonb' END, CASE WHEN placed THEN ', f.places' ELSE '' END, CASE WHEN placed THEN ', place' ELSE '' END)
  FROM (SELECT string_agg(quote_ident(s.name), ', ' ORDER BY s.sort) AS names, string_agg(s.value_sql, ', ' ORDER BY s.sort) AS value_list
    FROM ingest.incoming_columns(about) AS s WHERE s.is_written) AS i
  WHERE (about.dataset).delete_when IS NULL AND (about.dataset).parent IS NULL AND NOT (contract ->> 'want_record')::boolean
    AND ingest.is_plain_table((about.dataset).target));
END
$$;
COMMENT ON FUNCTION ingest.aside_load_sql(ingest.description)
  IS 'The sql engine''s statement for files whose keys are all new and of whose records a few are odd: an insert of the others. It gives each file''s good records counted, unknown members, and the odd records, NULL where they are many. NULL where the dataset needs the whole load statement.';

CREATE FUNCTION ingest.aside_judge_sql(about ingest.description, source text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN format('WITH checked AS MATERIALIZED (SELECT *, %1$s AS _ingest_clean FROM (%2$s) AS t OFFSET 0),
    rejects AS (%3$s)
    SELECT coalesce(bool_or(c._ingest_clean), false),
      coalesce(array_agg(c._ingest_file::bigint << 32 | c._ingest_record ORDER BY c._ingest_file, c._ingest_record) FILTER (WHERE c._ingest_suspect), ''{}''),
      coalesce((SELECT array_agg(ROW(r._ingest_file, r._ingest_record, NULL, r.column_name, r.error_code, r.error)::ingest.fault ORDER BY r._ingest_file, r._ingest_record, r.no) FROM rejects AS r), ''{}''),
      coalesce(array_agg(ROW(c._ingest_file, c._ingest_record, c._ingest_unknown)::ingest.unknown_seen) FILTER (WHERE c._ingest_unknown IS NOT NULL AND NOT c._ingest_suspect), ''{}'')
    FROM checked AS c', about.clean, ingest.typed_sql(about, source),
    ingest.rejects_sql(about, '(0, true, NULL, NULL, NULL)', 'NOT c._ingest_clean AND NOT c._ingest_suspect', 'NOT c._ingest_suspect'));
END
$$;
COMMENT ON FUNCTION ingest.aside_judge_sql(ingest.description, text)
  IS 'The statement that loads nothing and judges records that were set aside: whether any is good, which have to be inspected, and the faults and unknown members of the others.';

CREATE FUNCTION ingest.load_aside(a ingest.load_attempt, c ingest.compiled_dataset, read ingest.parsed_record[]) RETURNS ingest.load_outcome
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  of_files refcursor;
  of_odd refcursor;
  outcome ingest.load_outcome;
  odd ingest.parsed_record[];
  passes boolean;
  unknown ingest.unknown_seen[];
  inspected ingest.claimed_file[];
  prepares boolean := a.excluded IS NULL AND read = '{}' AND ingest.may_be_prepared(c.dataset, c.sift_contract ? 'only_where');
BEGIN
  IF a.contract ? 'children' THEN
    EXECUTE c.aside_load INTO outcome USING a.files, a.contract, read, a.excluded, NULL::integer, NULL::integer;
    RETURN outcome;
  ELSIF prepares THEN
    OPEN of_files FOR SELECT a.files;
    EXECUTE ingest.prepared_call(c.aside_load, of_files, NULL) INTO outcome.good, outcome.unknown, odd;
  ELSE
    EXECUTE c.aside_load INTO outcome.good, outcome.unknown, odd USING a.files, a.contract, read, a.excluded, NULL::integer, NULL::integer;
  END IF;
  outcome.loaded := outcome.good; outcome.lost := '{}'; outcome.suspects := '{}'; outcome.rejects := '{}'; outcome.filtered := '{}';
  outcome.unknown := coalesce(outcome.unknown, '{}');
  IF odd <> '{}' THEN
    -- Files that count as inspected are not read again.
    inspected := ARRAY(SELECT ingest.recognised(f, f.object_id, 'inspected') FROM unnest(a.files) AS f);
    IF prepares THEN
      OPEN of_files FOR SELECT inspected;
      OPEN of_odd FOR SELECT odd;
      EXECUTE ingest.prepared_call(c.aside_judge, of_files, of_odd) INTO passes, outcome.suspects, outcome.rejects, unknown;
    ELSE
      EXECUTE c.aside_judge INTO passes, outcome.suspects, outcome.rejects, unknown USING inspected, a.contract, odd, NULL::bigint[], NULL::integer, NULL::integer;
    END IF;
    outcome.unknown := outcome.unknown || unknown;
  END IF;
  IF odd IS NULL OR passes THEN
    RAISE EXCEPTION 'records that were set aside may be good' USING ERRCODE = 'PI001';
  END IF;
  RETURN outcome;
END
$$;
COMMENT ON FUNCTION ingest.load_aside(ingest.load_attempt, ingest.compiled_dataset, ingest.parsed_record[])
  IS 'Inserts what is plainly good, and tells what is wrong with the rest. Raises where some of that is good after all, or where it is much. read: files that were read before.';

-- Whoever sends a bad value often sends the next. So a batch begins where the last one of the dataset in this session ended.
CREATE FUNCTION ingest.begin_dirty(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  way text := current_setting('ingest.dirty_' || md5(c.dataset), true);
BEGIN
  -- Code of any target may have set it to anything.
  IF way = 'aside' AND (a.plain OR a.clean AND a.contract ? 'children') AND c.aside_load IS NOT NULL THEN
    RETURN ingest.set_aside(a, c);
  ELSIF way ~ '^(aside|careful [0-9]{1,2})$' THEN
    RETURN ingest.read_carefully(a, c);
  ELSIF way ~ '^quick [0-9]{1,2}$' THEN
    a.plain := false; a.clean := false; a.statement := c.quick_load;
  END IF;
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.begin_dirty(ingest.load_attempt, ingest.compiled_dataset) IS 'The first attempt of the sql engine, past those that the last batch found to be in vain.';

CREATE FUNCTION ingest.keep_dirty(a ingest.load_attempt, of_dataset text, dirty boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  name text := 'ingest.dirty_' || md5(of_dataset);
  way text := coalesce(current_setting(name, true), '');
  left_to_go integer := coalesce(substring(way FROM '^[a-z]+ ([0-9]{1,2})$')::integer, 16) - 1;
  next text := CASE WHEN NOT dirty OR a.plain AND NOT coalesce(a.aside, false) OR a.clean THEN '' WHEN a.aside THEN 'aside' WHEN left_to_go = 0 THEN ''
    WHEN a.careful THEN 'careful ' || left_to_go ELSE 'quick ' || left_to_go END;
BEGIN
  IF next <> way THEN
    PERFORM set_config(name, next, false);
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.keep_dirty(ingest.load_attempt, text, boolean)
  IS 'Keeps for the session by which way a batch that was not clean was loaded. After 15 batches by a slow one the quicker ones are tried again.';

CREATE FUNCTION ingest.set_aside(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  a.aside := true; a.clean := false; a.careful := true; a.source := c.careful_source;
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.set_aside(ingest.load_attempt, ingest.compiled_dataset) IS 'An attempt by load_aside().';

CREATE FUNCTION ingest.not_aside(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  a.aside := false; a.plain := false; a.careful := false; a.source := c.quick_source;
  -- With children that was the clean load, of what is sound.
  a.clean := c.clean_load IS NOT NULL AND NOT a.contract ? 'children';
  a.statement := CASE WHEN a.clean THEN c.clean_load ELSE c.quick_load END;
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.not_aside(ingest.load_attempt, ingest.compiled_dataset) IS 'The attempt after load_aside() was in vain.';

CREATE FUNCTION ingest.read_carefully(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_attempt
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  a.plain := false; a.clean := false; a.careful := true;
  a.source := CASE WHEN a.contract = c.contract THEN c.careful_source ELSE ingest.careful_source(a.contract) END;
  -- Who deletes has the target to itself.
  a.alone := a.contract = c.contract AND NOT a.contract ? 'deletes';
  a.statement := CASE WHEN a.contract = c.contract THEN c.careful_load ELSE ingest.load_sql(ingest.description(c.dataset), a.source, false) END;
  RETURN a;
END
$$;
COMMENT ON FUNCTION ingest.read_carefully(ingest.load_attempt, ingest.compiled_dataset) IS 'An attempt by the careful reader.';
