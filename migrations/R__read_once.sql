-- pg_ingest 0.2.0
-- Files that datasets share, read once for all of them (sql engine). docs/architecture.md.
--
-- Only the parser's work is shared. Whatever a dataset has of its own (its filter, its columns) is asked by its own statement, as its
-- loader. Of records that a filter of plain comparisons leaves out for certain, that statement gets no more than their number.

-- Where places are read, or lists stand in lists, each reads by itself.
CREATE FUNCTION ingest.reads_as_others(about ingest.description) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset := about.dataset;
BEGIN
  RETURN NOT ingest.is_placed(about.contract) AND EXISTS (SELECT FROM ingest.sharing(d.name) AS s JOIN ingest.dataset AS x ON x.name = s
    WHERE x.name <> d.name AND (x.records_path, x.on_missing_path, x.document_format) IS NOT DISTINCT FROM (d.records_path, d.on_missing_path, d.document_format));
END
$$;
COMMENT ON FUNCTION ingest.reads_as_others(ingest.description) IS 'Whether a dataset finds the same records in its files as another one that shares its prefix.';

CREATE FUNCTION ingest.way_of_reading(contract jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN contract ? 'read_once' THEN jsonb_build_object('records_path', contract -> 'records_path', 'skip_missing', contract -> 'skip_missing', 'lines', contract -> 'lines') END
$$;
COMMENT ON FUNCTION ingest.way_of_reading(jsonb) IS 'How a dataset finds records in files that it shares; NULL where nobody else finds them so.';

-- A column's text may come with a fault, members may be spelt otherwise, and a record may delete: that only the dataset's own statement can say.
CREATE FUNCTION ingest.told_beforehand(contract jsonb, only_where jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT only_where IS NOT NULL AND NOT contract ? 'deletes' AND contract -> 'names' IS NULL AND NOT only_where -> 'operands' @> '[{"column": true}]'
$$;
COMMENT ON FUNCTION ingest.told_beforehand(jsonb, jsonb) IS 'Whether a dataset''s filter, which docs/row-source.md has as only_where, can be held against records before its statement reads them.';

CREATE FUNCTION ingest.own_records_sql(only_where jsonb, paths jsonb[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT string_agg(a.terms, ' OR ' ORDER BY a.no)
  FROM (SELECT l.no, string_agg(format('CASE WHEN e.o%1$s IS NULL THEN %2$L ELSE (e.o%1$s = ANY (%3$L::text[])) = %4$L END', array_position(paths, only_where -> 'operands' -> (t.value ->> 'operand')::integer -> 'path'),
      t.value -> 'null', ARRAY(SELECT x FROM jsonb_array_elements_text(t.value -> 'texts') AS x), t.value -> 'listed'), ' AND ' ORDER BY t.no) AS terms
    FROM jsonb_array_elements(only_where -> 'alternatives') WITH ORDINALITY AS l (value, no) CROSS JOIN LATERAL jsonb_array_elements(l.value) WITH ORDINALITY AS t (value, no) GROUP BY l.no) AS a);
END
$$;
COMMENT ON FUNCTION ingest.own_records_sql(jsonb, jsonb[]) IS 'SQL that tells of a record e whether such a filter lets it pass, from the texts o<n> that stand at these paths.';

-- They stay in memory while the datasets load. Above 8 MB of bodies each dataset reads them by itself, in a statement that spills. Who has no
-- filter that is told beforehand gets a copy of all records, so their bodies count for each.
-- Each text is looked up once, and each filter asked once.
CREATE FUNCTION ingest.read_at_once(files ingest.claimed_file[], way jsonb, members text[]) RETURNS ingest.member_records[]
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_seqscan = off AS $$
DECLARE
  paths jsonb[];
  asked record;
  read ingest.member_records[];
BEGIN
  IF cardinality(members) < 2 OR (SELECT sum(f.body_bytes) FROM unnest(files) AS f) * greatest(1, (SELECT count(*) FROM ingest.compiled_dataset AS c WHERE c.dataset = ANY (members)
      AND ingest.way_of_reading(c.contract) = way AND NOT ingest.told_beforehand(c.contract, c.sift_contract -> 'only_where'))) > 8388608 THEN
    RETURN '{}';
  END IF;
  paths := ARRAY(SELECT DISTINCT o.value -> 'path' FROM ingest.compiled_dataset AS c CROSS JOIN LATERAL jsonb_array_elements(c.sift_contract -> 'only_where' -> 'operands') AS o WHERE c.dataset = ANY (members));
  SELECT string_agg(', ' || m.own || ' AS c' || m.no, '' ORDER BY m.no) AS filters,
    string_agg(format(', array_agg(e.j) FILTER (WHERE e.c%1$s) AS j%1$s, array_agg(e.no) FILTER (WHERE e.c%1$s) AS n%1$s', m.no), '' ORDER BY m.no) FILTER (WHERE m.own IS NOT NULL) AS parted,
    string_agg(format('ROW(%L, coalesce((SELECT array_agg(ROW(r.file_no, NULL, NULL, NULL, %s)::ingest.parsed_record) FROM read AS r), ''{}''))::ingest.member_records', m.name,
      CASE WHEN m.own IS NULL THEN 'r.records, NULL, 0' ELSE format('coalesce(r.j%1$s, ''{}''), coalesce(r.n%1$s, ''{}''), r.all_of_them - coalesce(cardinality(r.n%1$s), 0)', m.no) END), ', ' ORDER BY m.no) AS given,
    CASE WHEN bool_or(m.own IS NULL) THEN ', r.records' END AS whole
  INTO asked
  FROM (SELECT u.name, u.no, CASE WHEN ingest.told_beforehand(c.contract, c.sift_contract -> 'only_where') THEN ingest.own_records_sql(c.sift_contract -> 'only_where', paths) END AS own
    FROM unnest(members) WITH ORDINALITY AS u (name, no) JOIN ingest.compiled_dataset AS c ON c.dataset = u.name WHERE ingest.way_of_reading(c.contract) = way) AS m;
  -- What is no object is told by whoever reads the file.
  EXECUTE format('WITH read AS MATERIALIZED (SELECT f.file_no%s, x.* FROM unnest($1) AS f JOIN ingest.staging AS b ON b.ctid = f.staged
      CROSS JOIN LATERAL (SELECT ingest.readable_records(ingest.staged_body(b.body, b.held), %L, %L, %L) AS records OFFSET 0) AS r
      CROSS JOIN LATERAL (SELECT count(*) AS all_of_them, coalesce(bool_and(jsonb_typeof(e.j) = ''object'' AND NOT ingest.too_deep(e.j)), true) AS plain%s
        FROM (SELECT e.j, e.no%s FROM (SELECT e.j, e.no::integer AS no%s FROM unnest(r.records) WITH ORDINALITY AS e (j, no) OFFSET 0) AS e OFFSET 0) AS e) AS x
      WHERE f.status IS NULL AND f.error_code IS NULL AND r.records IS NOT NULL AND x.plain)
    SELECT ARRAY[%s]', asked.whole, nullif(way -> 'records_path', 'null'), way -> 'skip_missing', way -> 'lines', asked.parted, asked.filters,
    (SELECT string_agg(format(', %s AS o%s', ingest.path_accessor('e.j', p.path, true), p.no), '') FROM unnest(paths) WITH ORDINALITY AS p (path, no)), asked.given) INTO read USING files;
  RETURN read;
EXCEPTION
  -- What each of many datasets would get may be more than PostgreSQL makes one array of.
  WHEN program_limit_exceeded OR internal_error THEN
    RETURN '{}';
END
$$;
COMMENT ON FUNCTION ingest.read_at_once(ingest.claimed_file[], jsonb, text[])
  IS 'For each of the datasets that read so, the records of files that they share: all, or those that its filter lets pass. There are none of files that need a closer look, and none at all of many bytes.';

-- By places: to go through such an array as rows copies all records that stand in it.
CREATE FUNCTION ingest.read_for(of_dataset text, read ingest.member_records[]) RETURNS ingest.parsed_record[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  FOR place IN 1 .. cardinality(read) LOOP
    IF (read[place]).dataset = of_dataset THEN
      RETURN (read[place]).files;
    END IF;
  END LOOP;
  RETURN '{}';
END
$$;
COMMENT ON FUNCTION ingest.read_for(text, ingest.member_records[]) IS 'What was read for a dataset.';

CREATE FUNCTION ingest.left_out_before(read ingest.parsed_record[], files ingest.claimed_file[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  numbers integer[] := ARRAY(SELECT f.file_no FROM unnest(files) AS f);
BEGIN
  RETURN (SELECT coalesce(jsonb_object_agg((read[n]).file_no, (read[n]).left_out), '{}') FROM generate_series(1, cardinality(read)) AS n
    WHERE (read[n]).left_out > 0 AND (read[n]).file_no = ANY (numbers));
END
$$;
COMMENT ON FUNCTION ingest.left_out_before(ingest.parsed_record[], ingest.claimed_file[]) IS 'How many records of files that were read before their filter leaves out, by file_no.';

-- Who has no file that was read before gives none: each is read then.
CREATE FUNCTION ingest.read_before_sql(contract jsonb, documents text, OUT records text, OUT numbers text, OUT origin text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN contract ? 'read_once' THEN format('coalesce(w.whole, %s)', documents) ELSE documents END,
    CASE WHEN contract ? 'read_once' THEN ', w.numbers' ELSE '' END,
    CASE WHEN contract ? 'read_once' THEN ' LEFT JOIN unnest($3) AS w ON w.file_no = f.file_no AND w.record_no IS NULL' ELSE '' END
$$;
COMMENT ON FUNCTION ingest.read_before_sql(jsonb, text) IS 'SQL for the records of a file f, which may have been read before, for their numbers where these are not all, and what has to be joined for that. documents: SQL that reads them.';
