-- pg_ingest 0.2.0
-- What an expression reads of the record by constant paths: record -> 'a' ->> 'b' reads $.a.b, which is no unknown member then.
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

CREATE FUNCTION ingest.sql_tokens(content text, OUT kinds text[], OUT words text[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rest text := content;
  token text;
BEGIN
  kinds := '{}'; words := '{}';
  WHILE rest <> '' LOOP
    token := ingest.sql_token(rest);
    rest := substr(rest, length(token) + 1);
    CONTINUE WHEN token ~ '^(\s|--|/\*)';
    -- What a backslash or U& means is not worked out: such a string is a constant of another kind.
    kinds := kinds || CASE WHEN token ~ '^(\$.|'')' OR token ~ '^[eE]''[^\\]*$' THEN 'string' WHEN token ~ '^[a-zA-Z]&?''' THEN 'other string'
      WHEN token ~ '^[0-9]' THEN 'number' WHEN token ~ '^[-+*/<>=~!@#%^&|`?]' OR token IN ('(', ')', '[', ']', ',', ';', '.', ':', '::', '{', '}') THEN 'sign' ELSE 'name' END;
    words := words || CASE WHEN token ~ '^\$' THEN substring(token FROM '^\$[^$]*\$(.*)\$[^$]*\$\Z') WHEN token ~ '^[eE]?''' THEN replace(substring(token FROM '''(.*)'''), '''''', '''')
      WHEN token ~ '^"' THEN replace(substr(token, 2, length(token) - 2), '""', '"') ELSE lower(token) END;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.sql_tokens(text)
  IS 'The tokens of SQL text, each with its kind: string, other string, number, sign or name. A string''s word is its text, a name''s is folded as PostgreSQL folds it.';

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
CREATE FUNCTION ingest.path_from(kinds text[], words text[], mention integer) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  path text[] := '{}';
  first integer := mention;
  last integer := mention;
  next integer;
  sign text;
BEGIN
  IF words[mention - 1] = '(' AND words[mention - 2] IN ('jsonb_extract_path', 'jsonb_extract_path_text') THEN
    WHILE words[last + 1] = ',' LOOP
      next := ingest.constant_end(kinds, words, last + 2);
      EXIT WHEN next IS NULL;
      path := path || words[last + 2]; last := next;
    END LOOP;
    RETURN ingest.member_steps(path);
  END IF;
  LOOP
    sign := CASE WHEN kinds[last + 1] = 'sign' THEN words[last + 1] END;
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
      EXIT WHEN sign <> '->';
      last := next;
    ELSIF sign = ')' AND words[first - 1] = '(' AND (kinds[first - 2] IS DISTINCT FROM 'name' OR words[first - 2] IN ('when', 'then', 'else', 'and', 'or', 'not', 'select', 'case', 'where', 'on')) THEN
      first := first - 1; last := last + 1;
    ELSE
      EXIT;
    END IF;
  END LOOP;
  RETURN path;
END
$$;
COMMENT ON FUNCTION ingest.path_from(text[], text[], integer) IS 'The path that an expression follows from the record at a token on; empty where it follows none.';

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
    path := ingest.path_from(t.kinds, t.words, i);
    IF path <> '{}' THEN
      paths := paths || jsonb_build_object('path', to_jsonb(path));
    END IF;
  END LOOP;
  RETURN paths;
END
$$;
COMMENT ON FUNCTION ingest.expression_paths(text) IS 'The constant paths by which an expression reads the record, as the contract has paths.';
