-- pg_ingest 0.2.0
-- What the keys of samples say: the prefix of the dataset, the pattern behind it, and columns made of its pieces.

CREATE FUNCTION ingest.is_partition(segment text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT segment ~ '^([A-Za-z_][A-Za-z0-9_.-]*=|(19|20)[0-9]{2}$|[0-9]{4}-[0-9]{2}-[0-9]{2}$)'
$$;
COMMENT ON FUNCTION ingest.is_partition(text) IS 'Whether a segment of a key parts files by what they hold: dt=2026-11-01, a year or a date.';

CREATE FUNCTION ingest.common_folder(keys text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  first text[] := string_to_array((SELECT min(k COLLATE "C") FROM unnest(keys) AS k), '/');
  last text[] := string_to_array((SELECT max(k COLLATE "C") FROM unnest(keys) AS k), '/');
  depth integer := 0;
BEGIN
  -- What the first and the last have in common, all between them have too.
  WHILE depth < least(cardinality(first), cardinality(last)) - 1 AND first[depth + 1] = last[depth + 1] AND NOT ingest.is_partition(first[depth + 1]) LOOP
    depth := depth + 1;
  END LOOP;
  RETURN array_to_string(first[1:depth], '/') || CASE WHEN depth > 0 THEN '/' ELSE '' END;
END
$$;
COMMENT ON FUNCTION ingest.common_folder(text[]) IS 'The folder that all keys stand in, up to the first segment that parts them.';

CREATE FUNCTION ingest.piece_column(piece text, keys text[], pattern text, prefix text) RETURNS ingest.inferred_column
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  c ingest.inferred_column;
  pieces jsonb[] := ARRAY(SELECT ingest.key_pieces(pattern, substr(k, length(prefix) + 1)) FROM unnest(keys) AS k);
  kinds text[] := ARRAY(SELECT DISTINCT ingest.value_kind('string', p ->> piece) FROM unnest(pieces) AS p);
BEGIN
  c.column_name := ingest.snake_case(piece);
  c.source := 'key:' || piece;
  c.type := CASE WHEN piece IN ('year', 'month', 'day', 'hour') AND ingest.all_cast(pieces, ARRAY[piece], 'bigint', '{}') THEN 'integer'
    WHEN kinds IN ('{date}', '{uuid}') AND ingest.all_cast(pieces, ARRAY[piece], kinds[1], '{}') THEN kinds[1] ELSE 'text' END;
  c.required := true;
  c.seen := cardinality(keys);
  c.note := 'of the key, such as ' || ingest.quoted_sample((SELECT min(p ->> piece COLLATE "C") FROM unnest(pieces) AS p));
  RETURN c;
END
$$;
COMMENT ON FUNCTION ingest.piece_column(text, text[], text, text) IS 'The column that is made of a piece of the keys.';

CREATE FUNCTION ingest.key_shape(keys text[], prefix text, OUT pattern text, OUT columns ingest.inferred_column[], OUT note text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  segments integer;
  deepest integer;
  parts text[] := '{}';
  named text[] := '{}';
  dates text[] := ARRAY['year', 'month', 'day', 'hour'];
  dated integer := 0;
  name text;
  part record;
BEGIN
  columns := '{}';
  SELECT min(n), max(n) INTO segments, deepest FROM (SELECT cardinality(string_to_array(substr(k, length(prefix) + 1), '/')) AS n FROM unnest(keys) AS k) AS x;
  IF prefix <> '' AND right(prefix, 1) <> '/' OR segments < 2 THEN
    RETURN;
  END IF;
  FOR i IN 1 .. segments - 1 LOOP
    SELECT count(DISTINCT s.v) AS n, min(s.v) AS v, bool_and(s.v ~ '^[A-Za-z_][A-Za-z0-9_.-]*=') AND count(DISTINCT split_part(s.v, '=', 1)) = 1 AS is_named,
      bool_and(s.v ~ '^(19|20)[0-9]{2}$') AS is_year, bool_and(s.v ~ '^[0-9]{2}$') AS is_two_digits,
      bool_and(s.v ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') AS is_date, bool_or(s.v ~ '[{}]') AS has_brace INTO part
    FROM (SELECT split_part(substr(k, length(prefix) + 1), '/', i) AS v FROM unnest(keys) AS k) AS s;
    -- A piece is named by letters, digits and _.
    name := CASE WHEN part.is_named THEN regexp_replace(split_part(part.v, '=', 1), '[^A-Za-z0-9_]+', '_', 'g') WHEN part.is_date THEN 'date'
      WHEN part.is_year AND dated = 0 OR part.is_two_digits AND dated BETWEEN 1 AND 3 THEN dates[dated + 1] END;
    dated := CASE WHEN name = dates[dated + 1] AND NOT part.is_named THEN dated + 1 ELSE 0 END;
    IF name IS NULL OR name = ANY (named) THEN
      parts := parts || CASE WHEN part.n = 1 AND NOT part.has_brace THEN part.v ELSE '{}' END;
    ELSE
      named := named || name;
      parts := parts || format('%s{%s}', CASE WHEN part.is_named THEN split_part(part.v, '=', 1) || '=' ELSE '' END, name);
    END IF;
  END LOOP;
  IF named = '{}' THEN
    RETURN;
  ELSIF segments <> deepest AND parts[cardinality(parts)] = '{}' THEN
    note := 'Doubt: the keys are of different depth, so they have no pattern; pieces of them are no columns';
    RETURN;
  END IF;
  pattern := array_to_string(parts, '/') || '/{}';
  columns := ARRAY(SELECT ingest.piece_column(n.name, keys, pattern, prefix) FROM unnest(named) WITH ORDINALITY AS n (name, no) ORDER BY n.no);
END
$$;
COMMENT ON FUNCTION ingest.key_shape(text[], text)
  IS 'The pattern of the keys behind the prefix, with the columns of its pieces; none where no segment parts the files by what they hold.';
