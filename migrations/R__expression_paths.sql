-- pg_ingest 0.2.0
-- What an expression reads of the record by constant paths: record -> 'a' ->> 'b' reads $.a.b. That is no unknown member
-- then. Where its text is cast, it is held to what strings of data may mean.
--
-- Found in the expression's text. PostgreSQL's own parse of it is to be had only from an object that is made of it, a
-- view, and registering a dataset makes no objects.

CREATE FUNCTION ingest.sql_token(content text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  opening text := substring(content FROM '^\$(?:[^]\s0-9''"$()[,;.:+*/<>=~!@#%^&|`?{}\\-][^]\s''"$()[,;.:+*/<>=~!@#%^&|`?{}\\-]*)?\$');
  operator text := regexp_replace(substring(content FROM '^[-+*/<>=~!@#%^&|`?]+'), '(.)(?:--|/\*).*', '\1');
BEGIN
  IF opening IS NOT NULL THEN
    RETURN left(content, length(opening) + strpos(substr(content, length(opening) + 1), opening) + length(opening) - 1);
  ELSIF starts_with(content, '/*') THEN
    RETURN left(content, strpos(content, '*/') + 1);
  ELSIF starts_with(content, '--') THEN
    RETURN substring(content FROM '^[^\n\r]*');
  END IF;
  -- An operator may end in + or - only if it has a character that no other operator of that name has (PostgreSQL's
  -- documentation, "Operators" in "Lexical Structure").
  WHILE length(operator) > 1 AND right(operator, 1) IN ('+', '-') AND operator !~ '[~!@#%^&|`?]' LOOP
    operator := left(operator, -1);
  END LOOP;
  RETURN coalesce(operator,
    substring(content FROM '^\s+'),
    substring(content FROM '^[eE]''(?:[^''\\]|\\.|'''')*'''),
    substring(content FROM '^(?:[bBnNxX]|[uU]&)?''(?:[^'']|'''')*'''),
    substring(content FROM '^(?:[uU]&)?"(?:[^"]|"")*"'),
    substring(content FROM '^[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?'),
    substring(content FROM '^[^]\s0-9''"$()[,;.:+*/<>=~!@#%^&|`?{}\\-][^]\s''"()[,;.:+*/<>=~!@#%^&|`?{}\\-]*'),
    substring(content FROM '^::'),
    left(content, 1));
END
$$;
COMMENT ON FUNCTION ingest.sql_token(text) IS 'The first token of SQL text; white space and comments are tokens too.';

CREATE FUNCTION ingest.sql_tokens(content text, OUT kinds text[], OUT words text[], OUT ends integer[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rest text := content;
  token text;
BEGIN
  kinds := '{}'; words := '{}'; ends := '{}';
  WHILE rest <> '' LOOP
    token := ingest.sql_token(rest);
    rest := substr(rest, length(token) + 1);
    CONTINUE WHEN token ~ '^(\s|--|/\*)';
    ends := ends || length(content) - length(rest);
    -- What a backslash or U& means is not worked out: such a string is a constant of another kind.
    kinds := kinds || CASE WHEN token ~ '^(\$.|'')' OR token ~ '^[eE]''[^\\]*$' THEN 'string' WHEN token ~ '^[a-zA-Z]&?''' THEN 'other string'
      WHEN token ~ '^[0-9]' THEN 'number' WHEN token ~ '^[-+*/<>=~!@#%^&|`?]' OR token IN ('(', ')', '[', ']', ',', ';', '.', ':', '::', '{', '}') THEN 'sign' ELSE 'name' END;
    words := words || CASE WHEN token ~ '^\$' THEN substring(token FROM '^\$[^$]*\$(.*)\$[^$]*\$\Z') WHEN token ~ '^[eE]?''' THEN replace(substring(token FROM '''(.*)'''), '''''', '''')
      WHEN token ~ '^"' THEN replace(substr(token, 2, length(token) - 2), '""', '"') ELSE lower(token) END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.sql_tokens(text)
  IS 'The tokens of SQL text, each with its kind (string, other string, number, sign or name), its word and where it ends. A string''s word is its text, a name''s is folded as PostgreSQL folds it.';

CREATE FUNCTION ingest.constant_end(kinds text[], words text[], at integer) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last integer := at;
BEGIN
  IF words[at + 1] = '::' AND words[at + 2] = 'text' THEN
    last := at + 2;
  END IF;
  -- What binds more tightly than -> makes another value of it.
  RETURN CASE WHEN kinds[at] = 'string' AND (words[last + 1] IS NULL OR kinds[last + 1] = 'sign'
    AND words[last + 1] NOT IN ('+', '-', '*', '/', '%', '^', '::', '[', '.') OR kinds[last + 1] = 'name' AND words[last + 1] NOT IN ('collate', 'at', 'uescape')) THEN last END;
END
$$;
COMMENT ON FUNCTION ingest.constant_end(text[], text[], integer) IS 'The last token of a constant text that begins at a token; NULL where none does.';

CREATE FUNCTION ingest.member_steps(steps text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(s.step ORDER BY s.no), '{}') FROM unnest(steps) WITH ORDINALITY AS s (step, no)
  WHERE s.no < coalesce((SELECT min(x.no) FROM unnest(steps) WITH ORDINALITY AS x (step, no) WHERE x.step IS NULL OR x.step ~ '^[-+]?[0-9]+$'), cardinality(steps) + 1)
$$;
COMMENT ON FUNCTION ingest.member_steps(text[]) IS 'The steps of #> up to the first that may be a position: below positions no member is unknown.';

-- From a mention of the record on, the longest path of constants is followed. Parentheses around it are gone through where
-- they are no function's; an operand on the left that binds as tightly takes the record away from the path.
CREATE FUNCTION ingest.path_from(kinds text[], words text[], mention integer, OUT path text[], OUT first integer, OUT last integer, OUT gives_text boolean)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  next integer;
  sign text;
BEGIN
  path := '{}'; first := mention; last := mention; gives_text := false;
  IF words[mention - 1] = '(' AND words[mention - 2] IN ('jsonb_extract_path', 'jsonb_extract_path_text') THEN
    WHILE words[last + 1] = ',' LOOP
      next := ingest.constant_end(kinds, words, last + 2);
      EXIT WHEN next IS NULL;
      path := path || words[last + 2]; last := next;
    END LOOP;
    gives_text := words[mention - 2] = 'jsonb_extract_path_text' AND words[last + 1] = ')' AND cardinality(path) > 0;
    path := ingest.member_steps(path); first := mention - 2; last := last + 1;
    RETURN;
  END IF;
  LOOP
    sign := CASE WHEN kinds[last + 1] = 'sign' THEN words[last + 1] END;
    EXIT WHEN gives_text AND sign <> ')';
    IF sign = '[' THEN
      next := ingest.constant_end(kinds, words, last + 2);
      EXIT WHEN next IS NULL OR words[next + 1] <> ']';
      path := path || words[last + 2]; last := next + 1;
    ELSIF kinds[first - 1] = 'sign' AND words[first - 1] NOT IN ('(', '[', ',', '=', '<', '>', '<=', '>=', '<>', '!=', '=>', ':=') THEN
      EXIT;
    ELSIF sign IN ('->', '->>', '#>', '#>>') THEN
      next := ingest.constant_end(kinds, words, last + 2);
      EXIT WHEN next IS NULL;
      IF sign IN ('->', '->>') THEN
        path := path || words[last + 2];
      ELSE
        path := path || ingest.member_steps(ARRAY(SELECT unnest(words[last + 2]::text[])));
      END IF;
      last := next; gives_text := sign IN ('->>', '#>>');
      EXIT WHEN sign = '#>';
    ELSIF sign = ')' AND words[first - 1] = '(' AND (kinds[first - 2] IS DISTINCT FROM 'name' OR words[first - 2] IN ('when', 'then', 'else', 'and', 'or', 'not', 'select', 'case', 'where', 'on')) THEN
      first := first - 1; last := last + 1;
    ELSE
      EXIT;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.path_from(text[], text[], integer)
  IS 'The path that an expression follows from the record at a token on (empty where it follows none), the first and the last token of what does so, and whether that is a text.';

CREATE FUNCTION ingest.expression_paths(expression text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record := ingest.sql_tokens(expression);
  path text[];
  paths jsonb := '[]';
BEGIN
  FOR i IN 1 .. cardinality(t.words) LOOP
    CONTINUE WHEN t.kinds[i] <> 'name' OR t.words[i] <> 'record' OR t.words[i - 1] = '.';
    -- A subquery that calls something else record.
    IF t.words[i - 1] = 'as' AND t.kinds[i - 1] = 'name' THEN
      RETURN '[]';
    END IF;
    path := (ingest.path_from(t.kinds, t.words, i)).path;
    IF path <> '{}' THEN
      paths := paths || jsonb_build_object('path', to_jsonb(path));
    END IF;
  END LOOP;
  RETURN paths;
END
$$;
COMMENT ON FUNCTION ingest.expression_paths(text) IS 'The constant paths by which an expression reads the record, as the contract has paths.';

CREATE FUNCTION ingest.fit(content text, unfit jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF ingest.unfit_within(content, unfit) THEN
    RAISE EXCEPTION 'unfit string "%"', ingest.shown(content) USING ERRCODE = 'invalid_text_representation';
  END IF;
  RETURN content;
END
$$;
COMMENT ON FUNCTION ingest.fit(text, jsonb) IS 'The text, which an expression is about to cast; raises where it is none that data mean (unfit()).';

-- Only a cast at the path itself is seen. What is done with a text on its way to a cast is the expression's own affair.
CREATE FUNCTION ingest.guarded_expression(expression text, column_type oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record := ingest.sql_tokens(expression);
  guarded text := expression;
  place record;
  unfit text[];
BEGIN
  -- From the last to the first: what is put in moves nothing that is still to be looked at.
  FOR i IN REVERSE cardinality(t.words) .. 1 LOOP
    CONTINUE WHEN t.kinds[i] <> 'name' OR t.words[i] <> 'record' OR t.words[i - 1] = '.';
    place := ingest.path_from(t.kinds, t.words, i);
    CONTINUE WHEN NOT place.gives_text;
    unfit := array_remove(ingest.unfit_marks(CASE
      WHEN place.first = 1 AND place.last = cardinality(t.words) THEN column_type
      WHEN t.words[place.last + 1] = '::' OR t.words[place.first - 1] = '(' AND t.words[place.first - 2] = 'cast' AND t.words[place.last + 1] = 'as'
        THEN to_regtype(CASE WHEN t.words[place.last + 2] = 'double' THEN 'float8' WHEN t.words[place.last + 2] ~ '^[a-z][a-z0-9_]*$' THEN t.words[place.last + 2] ELSE quote_ident(t.words[place.last + 2]) END
          || CASE WHEN t.words[place.last + 3] = '.' THEN '.' || quote_ident(t.words[place.last + 4]) ELSE '' END
          || CASE WHEN t.words[place.last + CASE t.words[place.last + 3] WHEN '.' THEN 5 ELSE 3 END] = '[' THEN '[]' ELSE '' END) END), 'bytes');
    IF unfit <> '{}' THEN
      guarded := format('%singest.fit(%s, %L)%s', left(guarded, coalesce(t.ends[place.first - 1], 0)),
        substr(guarded, coalesce(t.ends[place.first - 1], 0) + 1, t.ends[place.last] - coalesce(t.ends[place.first - 1], 0)), to_jsonb(unfit),
        substr(guarded, t.ends[place.last] + 1));
    END IF;
  END LOOP;
  RETURN guarded;
END
$$;
COMMENT ON FUNCTION ingest.guarded_expression(text, oid)
  IS 'An expression in which the texts that it reads by constant paths and casts are held to what strings of data may mean.';
