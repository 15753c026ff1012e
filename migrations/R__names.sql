-- pg_ingest 0.2.0
-- Members whose names are written otherwise than their columns': match_names. docs/semantics.md, section 2.

CREATE FUNCTION ingest.name_rules() RETURNS TABLE (name text, meaning text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('exact', 'A member has its column''s name, letter by letter.'),
    ('ignore_case', 'The case of letters (of ASCII) does not count: `OrderId` is `orderid`.'),
    ('snake_case', 'Words count, however they are joined: `orderId`, `OrderID`, `order-id` and `ORDER_ID` are `order_id`.')
$$;
COMMENT ON FUNCTION ingest.name_rules() IS 'The words of match_names.';

-- Letters of ASCII alone have cases here: those of other alphabets have cases that differ from place to place.
CREATE FUNCTION ingest.matched_name(name text, rule text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF rule = 'snake_case' THEN
    name := regexp_replace(name, '([a-z0-9])([A-Z])' COLLATE "C", '\1_\2', 'g');
    name := regexp_replace(name, '([A-Z])(?=[A-Z][a-z])' COLLATE "C", '\1_', 'g');
    name := regexp_replace(name, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+' COLLATE "C", '_', 'g');
  END IF;
  RETURN lower(name COLLATE "C");
END
$$;
COMMENT ON FUNCTION ingest.matched_name(text, text) IS 'What names have in common that are one by a rule of match_names (ignore_case, snake_case).';

CREATE FUNCTION ingest.spellings(name text, rule text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  one text := ingest.matched_name(name, rule);
  joined text := replace(initcap(one COLLATE "C"), '_', '');
BEGIN
  RETURN QUERY SELECT DISTINCT s.spelt FROM unnest(ARRAY[name, one, upper(one COLLATE "C"), joined, lower(left(joined, 1) COLLATE "C") || substr(joined, 2), replace(one, '_', '-')]) AS s (spelt)
    WHERE ingest.matched_name(s.spelt, rule) = one;
END
$$;
COMMENT ON FUNCTION ingest.spellings(text, text) IS 'The ways in which a column''s name is mostly written, all one by the rule: they are known without asking it.';

CREATE FUNCTION ingest.known_spellings(columns ingest.target_column[], explicit text[], rule text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(jsonb_object_agg(s, c.name), '{}') FROM unnest(columns) AS c CROSS JOIN LATERAL ingest.spellings(c.name, rule) AS s
    WHERE c.is_read AND c.name <> ALL (explicit));
END
$$;
COMMENT ON FUNCTION ingest.known_spellings(ingest.target_column[], text[], text)
  IS 'From spelling to column, of all columns that read the member of their own name: those that are read, without explicit ones.';

CREATE FUNCTION ingest.column_of_member(member text, names jsonb, rule text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN coalesce(names ->> member, names ->> ingest.matched_name(member, rule));
END
$$;
COMMENT ON FUNCTION ingest.column_of_member(text, jsonb, text) IS 'The column whose member that is, by spellings and rule; NULL where it is no column''s.';

CREATE FUNCTION ingest.ambiguous_columns(record jsonb, names jsonb, rule text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT m.name FROM (SELECT ingest.column_of_member(k.key, names, rule) AS name
      FROM jsonb_object_keys(CASE jsonb_typeof(record) WHEN 'object' THEN record ELSE '{}' END) AS k (key)) AS m
    WHERE m.name IS NOT NULL GROUP BY m.name HAVING count(*) > 1);
END
$$;
COMMENT ON FUNCTION ingest.ambiguous_columns(jsonb, jsonb, text) IS 'The columns for which several members of a record stand.';

-- Members mostly have one spelling in all of a file, so that one list of names reads its records as they are. What a member is
-- called is asked once for each name, and only a record that spells one otherwise is made anew.
CREATE FUNCTION ingest.spelt(INOUT records jsonb[], names jsonb, rule text, columns text[], besides text[], as_came boolean, OUT n text[], OUT known text[])
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  record jsonb;
  member text;
  at_column integer;
  at_record integer := 0;
  seen text[] := '{}';
BEGIN
  n := array_fill(NULL::text, ARRAY[cardinality(columns)]);
  FOREACH record IN ARRAY records LOOP
    at_record := at_record + 1;
    CONTINUE WHEN CASE jsonb_typeof(record) WHEN 'object' THEN pg_column_size(record - seen) = 8 ELSE true END;
    FOR member IN SELECT jsonb_object_keys(record - seen) LOOP
      at_column := array_position(columns, ingest.column_of_member(member, names, rule));
      IF at_column IS NULL THEN
        -- Names may be data: then each is asked for itself.
        seen := CASE WHEN cardinality(seen) < 500 THEN seen || member ELSE seen END;
      ELSIF n[at_column] IS NULL THEN
        n[at_column] := member;
        seen := seen || member;
      ELSIF as_came OR record ? n[at_column] THEN
        RAISE EXCEPTION 'members of a record meet, or it cannot stay as it came' USING ERRCODE = 'data_exception';
      ELSE
        record := (record - member) || jsonb_build_object(n[at_column], record -> member);
        records[at_record] := record;
      END IF;
    END LOOP;
  END LOOP;
  n := ARRAY(SELECT coalesce(s.spelling, s.own) FROM unnest(n, columns) WITH ORDINALITY AS s (spelling, own, no) ORDER BY s.no);
  known := n || besides;
END
$$;
COMMENT ON FUNCTION ingest.spelt(jsonb[], jsonb, text, text[], text[], boolean)
  IS 'What the members of a file''s records are called that columns read by names which match: n, in the order of these columns, and known, with the names that are read besides. A record that spells one otherwise than the others is given their spelling. It raises where members of a record meet, or where all have to stay as they came.';

CREATE FUNCTION ingest.matching_columns(contract jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY(SELECT c.value ->> 'name' FROM jsonb_array_elements(contract -> 'columns') AS c WHERE c.value ? 'match_no' ORDER BY (c.value -> 'match_no')::integer)
$$;
COMMENT ON FUNCTION ingest.matching_columns(jsonb) IS 'The columns of a contract whose members are matched by name.';

CREATE FUNCTION ingest.exact_members(columns jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT coalesce((SELECT k.members FROM ingest.known_members((SELECT coalesce(jsonb_agg(c.value), '[]') FROM jsonb_array_elements(columns) AS c WHERE NOT c.value ? 'match_no')) AS k WHERE k.parent = '{}'), '{}')
$$;
COMMENT ON FUNCTION ingest.exact_members(jsonb) IS 'The members of the record itself that are read letter by letter.';

CREATE FUNCTION ingest.spelt_sql(contract jsonb, records text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
  SELECT format('ingest.spelt(%s, %L, %L, %L, %L, %L)', records, contract -> 'names', contract ->> 'match_names', ingest.matching_columns(contract), ingest.exact_members(ingest.all_read(contract)), contract ->> 'want_record')
$$;
COMMENT ON FUNCTION ingest.spelt_sql(jsonb, text) IS 'The call of spelt() for a file''s records under a contract.';

CREATE FUNCTION ingest.renamed(record jsonb, names jsonb, rule text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF jsonb_typeof(record) <> 'object' THEN
    RETURN record;
  END IF;
  RETURN (SELECT coalesce(jsonb_object_agg(coalesce(names ->> e.key, names ->> ingest.matched_name(e.key, rule), e.key), e.value), '{}') FROM jsonb_each(record) AS e);
END
$$;
COMMENT ON FUNCTION ingest.renamed(jsonb, jsonb, text)
  IS 'A record whose members have the names of their columns, others their own. Where several members stand for one column it takes any.';

CREATE FUNCTION ingest.record_sql(contract jsonb, record text, quick boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN CASE WHEN contract -> 'names' IS NULL THEN record || ' AS j'
    WHEN quick THEN format('%1$s AS j, %1$s AS whole, f.n, f.known', record)
    ELSE format('ingest.renamed(%1$s, %2$L, %3$L) AS j, %1$s AS whole, ingest.ambiguous_columns(%1$s, %2$L, %3$L) AS ambiguous, %4$L::text[] AS n, %5$L::text[] AS known', record, contract -> 'names',
      contract ->> 'match_names', ingest.matching_columns(contract), ingest.matching_columns(contract) || ingest.exact_members(ingest.all_read(contract))) END;
END
$$;
COMMENT ON FUNCTION ingest.record_sql(jsonb, text, boolean)
  IS 'What queries of records give of a record j: where the dataset matches names, also what its members are called and which are known. The quick form reads it as it came, in a file f of spelt(). The other renames it, and gives it as it came and the ambiguous columns besides.';

-- Of duplicate members the last counts: they are one.
CREATE FUNCTION ingest.members_of_column(record json, c jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT k.name COLLATE "C" FROM json_object_keys(record) AS k (name)
    WHERE ingest.matched_name(k.name, c ->> 'match_rule') = c ->> 'match' ORDER BY 1);
END
$$;
COMMENT ON FUNCTION ingest.members_of_column(json, jsonb) IS 'The names of a record''s members that stand for a column which matches names.';

CREATE FUNCTION ingest.raw_value(record json, steps text[], c jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN CASE WHEN c ? 'match' THEN record -> (ingest.members_of_column(record, c))[1] ELSE record #> steps END::text;
END
$$;
COMMENT ON FUNCTION ingest.raw_value(json, text[], jsonb) IS 'A column''s value as it stood in the record.';

CREATE FUNCTION ingest.name_problems(d ingest.dataset, columns jsonb, expressions jsonb) RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  IF d.match_names = 'exact' OR jsonb_typeof(columns) <> 'object' OR jsonb_typeof(expressions) <> 'object' THEN
    RETURN;
  END IF;
  RETURN QUERY WITH own AS (
    SELECT a.attname::text AS name, ingest.matched_name(a.attname, d.match_names) AS match FROM pg_attribute AS a
    WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a' AND a.attname <> ALL (ingest.metadata_columns())
      AND columns -> a.attname IS DISTINCT FROM 'null' AND ingest.source_object(columns -> a.attname) ->> 'path' IS NULL
      -- An expression that names its own column has it read as well.
      AND (NOT expressions ? a.attname OR a.attname = ANY (ingest.named_in(expressions ->> a.attname)))
  ), given AS (
    SELECT s.key AS name, s.path, ingest.matched_name(ingest.parse_path(s.path) ->> 0, d.match_names) AS match
    FROM (SELECT c.key, ingest.source_object(c.value) ->> 'path' AS path FROM jsonb_each(columns) AS c) AS s
    WHERE CASE WHEN s.path LIKE '$%' THEN jsonb_typeof(ingest.parse_path(s.path) -> 0) = 'string' END
  )
  SELECT format('match_names: columns %s are one name under %s; give all but one of them a path', string_agg(quote_ident(o.name), ' and ' ORDER BY o.name), d.match_names)
  FROM own AS o GROUP BY o.match HAVING count(*) > 1
  UNION ALL
  SELECT format('match_names: column %s reads %s, which is a member of column %s under %s; give %3$s a path, too', g.name, g.path, o.name, d.match_names)
  FROM given AS g JOIN own AS o ON o.match = g.match;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN; -- A path that cannot be read is told as that.
END
$$;
COMMENT ON FUNCTION ingest.name_problems(ingest.dataset, jsonb, jsonb) IS 'What is wrong with a registration''s match_names.';
