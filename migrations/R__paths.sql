-- pg_ingest 0.2.0
-- Paths into a record, such as $.shipping.city: parsed once, then followed in jsonb.

CREATE FUNCTION ingest.parse_path(path text, through boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rest text := substr(path, 2);
  steps jsonb := '[]';
  piece text[];
BEGIN
  IF left(path, 1) <> '$' THEN
    RAISE EXCEPTION 'path % does not begin with $; write $.member, $."any name", $[''any name''] or $.list[0]', path USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WHILE rest <> '' LOOP
    IF through AND rest ~ '^(\[\*\]|\.\*)' THEN
      steps := steps || jsonb_build_object('each', CASE left(rest, 1) WHEN '[' THEN 'element' ELSE 'member' END);
      rest := regexp_replace(rest, '^(\[\*\]|\.\*)', '');
      CONTINUE;
    END IF;
    piece := regexp_match(rest, '^(\.([^."''\[\]()*?\s]+))');
    IF piece IS NOT NULL THEN
      steps := steps || to_jsonb(piece[2]);
    ELSE
      piece := regexp_match(rest, '^(\.("(?:[^"\\]|\\.)+"))');
      IF piece IS NOT NULL THEN
        BEGIN
          steps := steps || jsonb_build_array(piece[2]::jsonb);
        EXCEPTION WHEN data_exception THEN
          RAISE EXCEPTION 'path %: % is no JSON string', path, piece[2] USING ERRCODE = 'invalid_parameter_value';
        END;
      ELSE
        piece := regexp_match(rest, '^(\[''((?:[^'']|'''')+)''\])');
        IF piece IS NOT NULL THEN
          steps := steps || to_jsonb(replace(piece[2], '''''', ''''));
        ELSE
          piece := regexp_match(rest, '^(\[(0|[1-9][0-9]{0,8})\])');
          IF piece IS NULL THEN
            RAISE EXCEPTION 'path % cannot be read from % on%; write $.member, $."any name", $[''any name''] or $.list[0]', path, rest,
              CASE WHEN through THEN ': it goes through arrays by [*] and through maps by .*, without filters and slices'
                WHEN rest ~ '^.[^.[]*[*?(]' THEN ': a path leads to one place, without wildcards and filters' ELSE '' END
              USING ERRCODE = 'invalid_parameter_value';
          END IF;
          steps := steps || to_jsonb(piece[2]::integer);
        END IF;
      END IF;
    END IF;
    rest := substr(rest, length(piece[1]) + 1);
  END LOOP;
  RETURN steps;
END
$$;
COMMENT ON FUNCTION ingest.parse_path(text, boolean)
  IS 'Steps of a path such as $.items[0]."unit price": strings for members, integers for positions. through: and {"each": "element"} for [*], {"each": "member"} for .*, as a records_path may have them.';

CREATE FUNCTION ingest.member_path(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN $1 ~ '^[A-Za-z_][A-Za-z0-9_]*$' THEN '$.' || $1 ELSE '$.' || pg_catalog.to_json($1)::text END
$$;
COMMENT ON FUNCTION ingest.member_path(text) IS 'The path of the member of that name, quoted where it is no plain name.';

CREATE FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text DEFAULT 'jsonb') RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found text := source;
  step record;
BEGIN
  FOR step IN SELECT s.value, CASE WHEN as_text AND s.no = jsonb_array_length(steps) THEN '->>' ELSE '->' END AS arrow
    FROM jsonb_array_elements(steps) WITH ORDINALITY AS s (value, no) ORDER BY s.no
  LOOP
    -- A scalar passes for an array of one element in jsonb, so positions ask first.
    found := CASE jsonb_typeof(step.value)
      WHEN 'number' THEN format('CASE %s_typeof(%s) WHEN ''array'' THEN %2$s %s %s END', type, found, step.arrow, step.value)
      ELSE format('%s %s %L::text', found, step.arrow, step.value #>> '{}') END;
  END LOOP;
  RETURN '(' || found || ')';
END
$$;
COMMENT ON FUNCTION ingest.path_accessor(text, jsonb, boolean, text)
  IS 'SQL that follows the steps through a jsonb or json expression; a step into the wrong kind of value gives NULL.';
