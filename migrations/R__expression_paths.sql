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
    substring(content FROM '^0[xXoObB][0-9a-fA-F_]+'),
    substring(content FROM '^[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?'),
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

-- Where not all mentions are understood, the record is needed whole.
CREATE FUNCTION ingest.members_read(expression text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  t record := ingest.sql_tokens(expression);
  path text[];
  members text[] := '{}';
BEGIN
  FOR i IN 1 .. cardinality(t.words) LOOP
    -- A name in another notation may be the record's. The row that it is a column of is called typed, and a subquery may call anything record.
    IF t.kinds[i] = 'name' AND (t.words[i] IN ('typed', 'select') OR t.words[i] LIKE 'u&%') THEN
      RETURN NULL;
    END IF;
    CONTINUE WHEN t.kinds[i] <> 'name' OR t.words[i] <> 'record';
    path := (ingest.path_from(t.kinds, t.words, i)).path;
    IF path = '{}' OR t.words[i - 1] = '.' THEN
      RETURN NULL;
    END IF;
    members := members || path[1];
  END LOOP;
  RETURN members;
END
$$;
COMMENT ON FUNCTION ingest.members_read(text) IS 'The members of the record that an expression reads, where it reads nothing else of it; else NULL.';

CREATE FUNCTION ingest.members_read(expressions text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN (SELECT CASE WHEN count(*) = count(m.members) THEN (SELECT coalesce(jsonb_agg(DISTINCT u), '[]') FROM unnest(expressions) AS x CROSS JOIN LATERAL unnest(ingest.members_read(x)) AS u) END
    FROM (SELECT ingest.members_read(e) AS members FROM unnest(expressions) AS e WHERE e IS NOT NULL OFFSET 0) AS m);
END
$$;
COMMENT ON FUNCTION ingest.members_read(text[]) IS 'The same of several expressions together.';

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

-- What is no text says by its type what it is. PostgreSQL puts the value in the place of such a call.
CREATE FUNCTION ingest.fit(content anyelement, unfit jsonb) RETURNS anyelement
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT $1
$$;
COMMENT ON FUNCTION ingest.fit(anyelement, jsonb) IS 'The value, which is no text and is left as it is.';

-- The tokens of one operand of ::, which binds more tightly than all but a dot: a name, a call, a subscript, brackets, a CASE.
CREATE FUNCTION ingest.operand_start(kinds text[], words text[], last integer) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  at integer := last;
  depth integer;
  opening text;
BEGIN
  LOOP
    opening := CASE WHEN kinds[at] = 'sign' THEN CASE words[at] WHEN ')' THEN '(' WHEN ']' THEN '[' END WHEN kinds[at] = 'name' AND words[at] = 'end' THEN 'case' END;
    IF opening IS NOT NULL THEN
      depth := 1;
      WHILE depth > 0 LOOP
        at := at - 1;
        IF at < 1 THEN
          RETURN NULL;
        END IF;
        depth := depth + CASE WHEN opening = 'case' THEN CASE WHEN kinds[at] <> 'name' THEN 0 WHEN words[at] = 'end' THEN 1 WHEN words[at] = 'case' THEN -1 ELSE 0 END
          WHEN kinds[at] <> 'sign' THEN 0 WHEN words[at] IN (')', ']') THEN 1 WHEN words[at] IN ('(', '[') THEN -1 ELSE 0 END;
      END LOOP;
      IF opening = 'case' THEN
        RETURN at;
      END IF;
      -- A call's name or a subscripted value stands before it, or nothing does that belongs to it.
      IF opening = '(' AND (kinds[at - 1] IS DISTINCT FROM 'name' OR words[at - 1] = ANY (ingest.sql_connectives())) THEN
        RETURN at;
      END IF;
      at := at - 1;
      CONTINUE WHEN kinds[at] = 'sign' AND words[at] IN (')', ']');
    END IF;
    -- Of what is read otherwise (a window, a type of several words, a typed literal) nothing is known.
    IF kinds[at] IS DISTINCT FROM 'name' OR words[at] IN ('over', 'filter', 'group', 'zone', 'precision', 'varying') THEN
      RETURN NULL;
    END IF;
    IF words[at - 1] = '.' AND kinds[at - 1] = 'sign' THEN
      at := at - 2;
      CONTINUE;
    ELSIF words[at - 1] = '::' THEN
      RETURN ingest.operand_start(kinds, words, at - 2);
    ELSIF kinds[at - 1] = 'name' AND words[at - 1] <> ALL (ingest.sql_connectives()) THEN
      RETURN NULL;
    END IF;
    RETURN at;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.operand_start(text[], text[], integer) IS 'The first token of the operand of :: that ends with a token; NULL where that is not known.';

CREATE FUNCTION ingest.sql_connectives() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '{when,then,else,case,and,or,not,is,in,like,ilike,between,distinct,from,where,select,on,as,by,having,limit,offset,any,all,some,similar,to,using,union,except,intersect,return,symmetric,asymmetric,for,placing,escape}'::text[]
$$;
COMMENT ON FUNCTION ingest.sql_connectives() IS 'Words of SQL before which no value ends, so that brackets behind them are no call''s.';

CREATE FUNCTION ingest.type_at(kinds text[], words text[], at integer) RETURNS oid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_regtype(CASE WHEN words[at] = 'double' THEN 'float8' WHEN words[at] = 'national' THEN 'bpchar' WHEN words[at] ~ '^[a-z][a-z0-9_]*$' THEN words[at] ELSE quote_ident(words[at]) END
    || CASE WHEN words[at + 1] = '.' THEN '.' || quote_ident(words[at + 2]) ELSE '' END
    || CASE WHEN words[at + CASE words[at + 1] WHEN '.' THEN 3 ELSE 1 END] = '[' THEN '[]' ELSE '' END)
  WHERE kinds[at] = 'name'
$$;
COMMENT ON FUNCTION ingest.type_at(text[], text[], integer) IS 'The type that is named from a token on; NULL where none is.';

CREATE FUNCTION ingest.no_text_is_unfit(type_oid oid) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- boolean, int8, int2, int4, text, json, varchar, bpchar, uuid, jsonb.
  SELECT $1 IS NULL OR $1 IN (16, 20, 21, 23, 25, 114, 1043, 1042, 2950, 3802)
$$;
COMMENT ON FUNCTION ingest.no_text_is_unfit(oid) IS 'Of the usual types, those for which unfit_marks() has none; no type at all counts too.';

CREATE FUNCTION ingest.casts(kinds text[], words text[], column_type oid) RETURNS TABLE (first integer, last integer, type_oid oid)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  depth integer;
  many integer := cardinality(words);
BEGIN
  FOR i IN 1 .. many LOOP
    IF kinds[i] = 'sign' AND words[i] = '::' THEN
      type_oid := ingest.type_at(kinds, words, i + 1);
      CONTINUE WHEN ingest.no_text_is_unfit(type_oid);
      first := ingest.operand_start(kinds, words, i - 1); last := i - 1;
      RETURN NEXT;
    ELSIF kinds[i] = 'name' AND words[i] = 'cast' AND words[i + 1] = '(' THEN
      depth := 0;
      FOR j IN i + 1 .. many LOOP
        depth := depth + CASE WHEN kinds[j] <> 'sign' THEN 0 WHEN words[j] IN ('(', '[') THEN 1 WHEN words[j] IN (')', ']') THEN -1 ELSE 0 END;
        IF depth = 1 AND kinds[j] = 'name' AND words[j] = 'as' THEN
          first := i + 2; last := j - 1; type_oid := ingest.type_at(kinds, words, j + 1);
          RETURN NEXT;
          EXIT;
        END IF;
        EXIT WHEN depth = 0;
      END LOOP;
    -- The name of a type may be called like a function.
    ELSIF kinds[i] = 'name' AND words[i] IN ('date', 'timestamptz', 'timetz', 'float4', 'float8') AND words[i + 1] = '(' AND coalesce(words[i - 1], '') NOT IN ('::', 'as', '.') THEN
      depth := 0;
      FOR j IN i + 1 .. many LOOP
        depth := depth + CASE WHEN kinds[j] <> 'sign' THEN 0 WHEN words[j] IN ('(', '[') THEN 1 WHEN words[j] IN (')', ']') THEN -1 ELSE 0 END;
        EXIT WHEN depth = 1 AND words[j] = ',' AND kinds[j] = 'sign';
        IF depth = 0 THEN
          first := i + 2; last := j - 1; type_oid := ingest.type_at(kinds, words, i);
          RETURN NEXT;
          EXIT;
        END IF;
      END LOOP;
    END IF;
  END LOOP;
  -- The whole is cast to the column's type.
  IF NOT ingest.no_text_is_unfit(column_type) THEN
    first := 1; last := many; type_oid := column_type;
    RETURN NEXT;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.casts(text[], text[], oid) IS 'What an expression casts: the first and last token of each operand that is known, and the type.';

-- Of a text that is cast nothing is known but that it may come from data, so all are held to what data mean. An expression that
-- writes such a word itself means it: what holds one, but as a member''s name, is left as it is.
CREATE FUNCTION ingest.guarded_expression(expression text, column_type oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record;
  before text[];
  behind text[];
  place record;
BEGIN
  IF ingest.no_text_is_unfit(column_type) AND expression !~* '::|cast|date|timetz|timestamptz|float' THEN
    RETURN expression;
  END IF;
  t := ingest.sql_tokens(expression);
  before := array_fill(''::text, ARRAY[cardinality(t.words)]); behind := before;
  -- The wider around the narrower.
  FOR place IN
    SELECT c.first, c.last, array_remove(ingest.unfit_marks(c.type_oid), 'bytes') AS unfit,
      EXISTS (SELECT FROM pg_type AS y WHERE y.oid = (ingest.base_type(c.type_oid, -1)).base_oid AND (y.typtype = 'c' OR y.typcategory = 'A')) AS has_parts
    FROM ingest.casts(t.kinds, t.words, column_type) AS c
    WHERE c.first IS NOT NULL AND c.type_oid IS NOT NULL ORDER BY c.last - c.first
  LOOP
    CONTINUE WHEN place.unfit = '{}' OR NOT EXISTS (SELECT FROM generate_series(place.first, place.last) AS i WHERE t.kinds[i] = 'name')
      -- ROW(…) and ARRAY[…] are made of the type that they are cast to.
      OR place.has_parts AND NOT EXISTS (SELECT FROM generate_series(place.first, place.last) AS i CROSS JOIN LATERAL ingest.path_from(t.kinds, t.words, i) AS p
        WHERE t.kinds[i] = 'name' AND t.words[i] = 'record' AND p.gives_text AND (p.first, p.last) = (place.first, place.last))
      OR EXISTS (SELECT FROM generate_series(place.first, place.last) AS i WHERE t.kinds[i] IN ('string', 'other string') AND coalesce(t.words[i - 1], '') NOT IN ('->', '->>', '#>', '#>>', '[')
        AND ingest.unfit_within(t.words[i], to_jsonb(place.unfit)));
    before[place.first] := ' ingest.fit(' || before[place.first];
    behind[place.last] := behind[place.last] || format(', %L)', to_jsonb(place.unfit));
  END LOOP;
  RETURN (SELECT string_agg(before[i] || substr(expression, coalesce(t.ends[i - 1], 0) + 1, t.ends[i] - coalesce(t.ends[i - 1], 0)) || behind[i], '' ORDER BY i)
    || substr(expression, t.ends[cardinality(t.ends)] + 1) FROM generate_series(1, cardinality(t.words)) AS i);
END
$$;
COMMENT ON FUNCTION ingest.guarded_expression(text, oid)
  IS 'An expression in which texts that it casts are held to what strings of data may mean.';
