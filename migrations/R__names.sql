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

CREATE FUNCTION ingest.renamed(record jsonb, names jsonb, rule text, raises boolean) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  renamed jsonb;
  members bigint;
  names_left bigint;
BEGIN
  IF jsonb_typeof(record) <> 'object' THEN
    RETURN record;
  END IF;
  SELECT jsonb_object_agg(m.name, m.value), count(*), count(DISTINCT m.name) INTO renamed, members, names_left
  FROM (SELECT coalesce(names ->> e.key, names ->> ingest.matched_name(e.key, rule), e.key) AS name, e.value FROM jsonb_each(record) AS e) AS m;
  IF raises AND members <> names_left THEN
    RAISE EXCEPTION 'members of a record meet' USING ERRCODE = 'data_exception';
  END IF;
  RETURN coalesce(renamed, '{}');
END
$$;
COMMENT ON FUNCTION ingest.renamed(jsonb, jsonb, text, boolean)
  IS 'A record whose members have the names of their columns, others their own. Where several members stand for one column it raises, or takes any.';

CREATE FUNCTION ingest.record_sql(contract jsonb, record text, raises boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN CASE WHEN contract -> 'names' IS NULL THEN record || ' AS j'
    ELSE format('ingest.renamed(%1$s, %2$L, %3$L, %4$L) AS j, %1$s AS whole%5$s', record, contract -> 'names', contract ->> 'match_names', raises,
      CASE WHEN NOT raises THEN format(', ingest.ambiguous_columns(%s, %L, %L) AS ambiguous', record, contract -> 'names', contract ->> 'match_names') ELSE '' END) END;
END
$$;
COMMENT ON FUNCTION ingest.record_sql(jsonb, text, boolean)
  IS 'What queries of records give of a record: as j, renamed where the dataset matches names; then also as it came, and, where nothing may raise, the ambiguous columns.';

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
