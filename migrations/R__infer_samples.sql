-- pg_ingest 0.2.0
-- From samples to their records, for inference: which documents can be read, and where in them the records stand.

CREATE FUNCTION ingest.quoted_sample(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  -- A comment ends with its line. As JSON no value has a line break.
  SELECT CASE WHEN length(value) > 60 THEN to_json(left(value, 60))::text || '…' ELSE coalesce(to_json(value)::text, 'null') END
$$;
COMMENT ON FUNCTION ingest.quoted_sample(text) IS 'A value or name of a sample as a comment may hold it: as JSON, on one line, cut at 60 characters.';

CREATE FUNCTION ingest.counted(n bigint, noun text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT n || ' ' || noun || CASE n WHEN 1 THEN '' ELSE 's' END
$$;
COMMENT ON FUNCTION ingest.counted(bigint, text) IS 'A number with its noun.';

CREATE FUNCTION ingest.envelope_place(candidates jsonb[], evidence ingest.member_seen[], is_alone boolean, OUT place text[], OUT own_key text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  parents jsonb := '[[]]';
  parent text[];
  member record;
  found jsonb;
  inner_objects jsonb;
  collections text := '^(records?|data|results?|values?|rows|events|features|hits|objects|log_?files|files|contents?|documents|docs|list|entities|configuration_items)$';
BEGIN
  FOR depth IN 1 .. CASE WHEN is_alone THEN 3 ELSE 1 END LOOP
    found := '[]';
    inner_objects := '[]';
    own_key := NULL;
    FOR parent IN SELECT ARRAY(SELECT jsonb_array_elements_text(p.value)) FROM jsonb_array_elements(parents) AS p LOOP
      FOR member IN SELECT e.member AS key, array_agg(e.kind) AS kinds
        FROM unnest(CASE parent WHEN '{}' THEN evidence ELSE ARRAY(SELECT m FROM ingest.member_evidence(candidates, parent) AS m) END) AS e GROUP BY e.member ORDER BY e.member COLLATE "C"
      LOOP
        -- One record may stand there without its array.
        IF member.kinds <@ ARRAY['array', 'null', 'object'] AND 'array' = ANY (member.kinds) AND ingest.element_kinds(candidates, parent || member.key) = '{object}' THEN
          found := found || jsonb_build_array(parent || member.key);
        ELSIF member.kinds = '{object}' AND parent || member.key <> '{}' THEN
          inner_objects := inner_objects || jsonb_build_array(parent || member.key);
        ELSIF NOT member.kinds && ARRAY['object', 'array', 'null', 'boolean'] AND depth = 1 AND ingest.snake_case(member.key) ~ '(^|_)(id|uuid|guid|key|no|number)$' THEN
          own_key := coalesce(own_key, member.key);
        END IF;
      END LOOP;
    END LOOP;
    -- Of several, the one whose name says that it is the collection.
    IF jsonb_array_length(found) > 1 THEN
      found := (SELECT coalesce(jsonb_agg(f.value), '[]') FROM jsonb_array_elements(found) AS f WHERE ingest.snake_case(f.value ->> -1) ~ collections);
      IF jsonb_array_length(found) <> 1 THEN
        RETURN;
      END IF;
    END IF;
    IF jsonb_array_length(found) = 1 THEN
      place := ARRAY(SELECT jsonb_array_elements_text(found -> 0));
      IF NOT is_alone AND (own_key IS NOT NULL OR ingest.snake_case(place[cardinality(place)]) !~ collections) THEN
        place := NULL;
      ELSIF ingest.snake_case(place[cardinality(place)]) ~ collections THEN
        own_key := NULL;
      END IF;
      RETURN;
    END IF;
    EXIT WHEN jsonb_array_length(inner_objects) NOT BETWEEN 1 AND 20;
    parents := inner_objects;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.envelope_place(jsonb[], ingest.member_seen[], boolean)
  IS 'Where the one array of objects stands in candidates, of whose members evidence tells; NULL where there is none. is_alone: each document has one candidate; else only a name that says so makes an envelope. own_key is a member that makes the document look like a record with lines rather than an envelope.';

CREATE FUNCTION ingest.sampled_records(samples ingest.sample[]) RETURNS ingest.sampled
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  s ingest.sampled;
  unread ingest.sample[];
  more jsonb[];
  fault record;
  most integer;
  others bigint;
  place text[];
  own_key text;
  absent bigint;
BEGIN
  WITH documents AS MATERIALIZED (
    SELECT x.key, x.body, ingest.readable_records(x.body, NULL, false, false) AS candidates FROM unnest(samples) AS x ORDER BY x.key COLLATE "C")
  SELECT ARRAY(SELECT unnest(d.candidates) FROM documents AS d), (SELECT max(cardinality(d.candidates)) FROM documents AS d),
    ARRAY(SELECT ROW(d.key, d.body)::ingest.sample FROM documents AS d WHERE d.candidates IS NULL) INTO s.records, most, unread;
  -- What the quick reader cannot tell is read with words.
  FOR fault IN
    SELECT array_agg(r.record) FILTER (WHERE r.record IS NOT NULL AND NOT r.void) AS records, r.error_code, count(*) AS n,
      count(*) FILTER (WHERE r.record_no = 0) AS files, (array_agg(r.key || ': ' || r.error ORDER BY r.key COLLATE "C", r.record_no))[1] AS first
    FROM (SELECT x.key, y.*, bool_or(y.record_no = 0) OVER (PARTITION BY x.key) AS void
      FROM unnest(unread) AS x CROSS JOIN LATERAL ingest.records(x.body, ingest.of_single_records(), NULL, NULL) AS y) AS r
    GROUP BY r.error_code ORDER BY r.error_code
  LOOP
    IF fault.error_code IS NULL THEN
      more := fault.records;
    ELSE
      s.notes := s.notes || format('Left out: %s with %s, whatever the contract; such as %s',
        CASE WHEN fault.files > 0 THEN ingest.counted(fault.n, 'file') ELSE ingest.counted(fault.n, 'record') END, fault.error_code, to_json(left(fault.first, 300)));
    END IF;
  END LOOP;
  -- Joining copies both.
  s.records := CASE WHEN more IS NULL THEN coalesce(s.records, '{}') ELSE coalesce(s.records, '{}') || more END;
  others := (SELECT count(*) FROM (SELECT unnest(s.records) AS r) AS u WHERE jsonb_typeof(u.r) <> 'object' OR ingest.too_deep(u.r));
  IF others > 0 THEN
    s.notes := s.notes || format('Left out: %s that are no objects, or are nested deeper than 512 levels; they are rejected', ingest.counted(others, 'candidate'));
    s.records := ARRAY(SELECT r FROM unnest(s.records) AS r WHERE jsonb_typeof(r) = 'object' AND NOT ingest.too_deep(r));
  END IF;
  s.evidence := ARRAY(SELECT m FROM ingest.member_evidence(s.records, '{}') AS m);
  SELECT e.place, e.own_key INTO place, own_key FROM ingest.envelope_place(s.records, s.evidence, most = 1) AS e;
  IF place IS NOT NULL AND own_key IS NOT NULL THEN
    s.notes := s.notes || format('Doubt: each document is taken as one record, for its member %s looks like its key. If it is an envelope, say records_path => %s',
      ingest.quoted_sample(own_key), quote_literal(ingest.steps_path(place)));
  ELSIF place IS NOT NULL AND '' <> ALL (place) THEN
    s.records_path := ingest.steps_path(place);
    s.envelopes := s.records;
    s.evidence := NULL;
    absent := (SELECT count(*) FROM unnest(s.records) AS r WHERE coalesce(jsonb_typeof(r #> place), 'null') = 'null');
    s.skip_missing := absent > 0;
    s.notes := s.notes || format('Each document is an envelope: its records stand at %s%s', s.records_path,
      CASE WHEN absent > 0 THEN format(', which is absent in %s', ingest.counted(absent, 'document')) ELSE '' END);
    s.records := ARRAY(SELECT e.value FROM unnest(s.records) WITH ORDINALITY AS r (r, no)
      CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(r #> place) WHEN 'array' THEN r #> place WHEN 'object' THEN jsonb_build_array(r #> place) ELSE '[]' END) WITH ORDINALITY AS e (value, no)
      WHERE NOT ingest.too_deep(e.value) ORDER BY r.no, e.no);
  END IF;
  RETURN s;
END
$$;
COMMENT ON FUNCTION ingest.sampled_records(ingest.sample[]) IS 'The records of the samples that can be read, found in their envelopes where they have one.';
