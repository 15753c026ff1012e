-- pg_ingest 0.2.0
-- Conditions that a few texts of the record decide: the native engine holds records to them while it reads, and asks no SQL.

CREATE FUNCTION ingest.plain_operand(about ingest.description, kinds text[], words text[], at integer, OUT operand jsonb, OUT last integer)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  mention integer := at;
  found record;
BEGIN
  -- A column that holds what came as it came: no value is made of another, and only an object or array can be at fault.
  IF kinds[at] = 'name' AND words[at] <> 'record' AND words[at + 1] IS DISTINCT FROM '(' THEN
    SELECT jsonb_build_object('path', c.value -> 'path', 'column', true, 'required', c.value -> 'required'), at INTO operand, last
    FROM jsonb_array_elements(about.contract -> 'columns') AS c JOIN unnest(about.columns) AS x ON x.name = c.value ->> 'name'
    WHERE x.name = words[at] AND x.expression IS NULL AND x.default_sql IS NULL AND NOT x.is_kept AND x.collation_clause = '' AND x.domains = '{}'
      AND c.value ->> 'base_oid' IN ('25', '1043') AND c.value ->> 'max_length' IS NULL AND c.value ->> 'origin' = 'record' AND NOT c.value ? 'match'
      AND c.value ->> 'conversion' IS NULL AND NOT c.value ? 'null_strings';
    RETURN;
  END IF;
  WHILE words[mention] <> 'record' OR kinds[mention] <> 'name' LOOP
    mention := mention + 1;
    IF words[mention] IS NULL OR mention > at + 5 THEN
      RETURN;
    END IF;
  END LOOP;
  found := ingest.path_from(kinds, words, mention);
  -- What looks like a position may be one.
  IF found.first = at AND found.gives_text AND found.path <> '{}'
    AND NOT EXISTS (SELECT FROM generate_series(found.first, found.last) AS i WHERE kinds[i] = 'string' AND words[i] ~ '(^|[{,"\s])[-+]?[0-9]+($|[},"\s])') THEN
    operand := jsonb_build_object('path', to_jsonb(found.path), 'column', false, 'required', false);
    last := found.last;
  END IF;
END
$$;
COMMENT ON FUNCTION ingest.plain_operand(ingest.description, text[], text[], integer)
  IS 'The text that a condition reads at a token, with the last token of what reads it: of the record by a path of constants, or of a column of texts. NULLs where it is anything else.';

CREATE FUNCTION ingest.plain_term(kinds text[], words text[], at integer, OUT term jsonb, OUT last integer)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  texts text[] := '{}';
  constant integer;
  -- The operator's words, up to the constant.
  said text := CASE WHEN words[at] IN ('=', '<>', '!=', 'in') THEN words[at] WHEN words[at] = 'not' AND words[at + 1] = 'in' THEN 'not in' ELSE (SELECT string_agg(words[i], ' ' ORDER BY i) FROM generate_series(at, at + CASE
    WHEN words[at + 1] = 'null' THEN 1 WHEN words[at + 1] = 'not' AND words[at + 2] = 'null' THEN 2 WHEN words[at + 1] = 'distinct' THEN 2 ELSE 3 END) AS i) END;
BEGIN
  last := at + array_length(string_to_array(said, ' '), 1) - 1;
  IF said IN ('in', 'not in') THEN
    IF words[last + 1] IS DISTINCT FROM '(' THEN
      last := NULL;
      RETURN;
    END IF;
    LOOP
      constant := ingest.constant_end(kinds, words, last + 2);
      IF constant IS NULL OR words[constant + 1] NOT IN (',', ')') THEN
        last := NULL;
        RETURN;
      END IF;
      texts := texts || words[last + 2];
      last := constant;
      EXIT WHEN words[constant + 1] = ')';
    END LOOP;
    last := last + 1;
  ELSIF said IN ('=', '<>', '!=', 'is distinct from', 'is not distinct from') THEN
    texts := texts || words[last + 1];
    last := ingest.constant_end(kinds, words, last + 1);
  ELSIF said NOT IN ('is null', 'is not null') THEN
    last := NULL;
  END IF;
  -- The text of an object or array begins with its bracket.
  IF last IS NULL OR EXISTS (SELECT FROM unnest(texts) AS t WHERE t ~ '^[\[{]') THEN
    last := NULL;
    RETURN;
  END IF;
  term := jsonb_build_object('texts', texts, 'listed', said IN ('=', 'in', 'is null', 'is not distinct from'), 'null', said IN ('is null', 'is distinct from'));
END
$$;
COMMENT ON FUNCTION ingest.plain_term(text[], text[], integer)
  IS 'What a condition says of a text from its operator at a token on, with the last token of it: one of these texts or none of them, and whether it is so of null. NULLs where it says anything else.';

CREATE FUNCTION ingest.plain_condition(about ingest.description, condition text) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  t record := ingest.sql_tokens(condition);
  at integer := 1;
  operand record;
  said record;
  operands jsonb := '[]';
  terms jsonb := '[]';
  alternatives jsonb := '[]';
BEGIN
  LOOP
    operand := ingest.plain_operand(about, t.kinds, t.words, at);
    EXIT WHEN operand.operand IS NULL OR t.kinds[operand.last + 1] IS NULL;
    said := ingest.plain_term(t.kinds, t.words, operand.last + 1);
    EXIT WHEN said.term IS NULL;
    -- Equal, not contained: a path holds each of its steps.
    IF NOT EXISTS (SELECT FROM jsonb_array_elements(operands) AS o WHERE o.value = operand.operand) THEN
      operands := operands || operand.operand;
    END IF;
    terms := terms || (said.term || jsonb_build_object('operand', (SELECT o.no - 1 FROM jsonb_array_elements(operands) WITH ORDINALITY AS o (value, no) WHERE o.value = operand.operand)));
    at := said.last + 1;
    IF t.words[at] IS NULL THEN
      RETURN (SELECT jsonb_build_object('operands', operands, 'alternatives', alternatives || jsonb_build_array(terms))
        -- Columns whose names stand there have a say, whatever is meant.
        WHERE (SELECT count(*) FROM jsonb_array_elements(about.contract -> 'columns') AS c WHERE c.value ->> 'name' = ANY (ingest.named_in(condition)))
          = (SELECT count(*) FROM jsonb_array_elements(operands) AS o WHERE (o.value ->> 'column')::boolean)
          AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = (about.dataset).target AND a.attname = 'record' AND NOT a.attisdropped));
    ELSIF t.kinds[at] = 'name' AND t.words[at] = 'or' THEN
      alternatives := alternatives || jsonb_build_array(terms);
      terms := '[]';
    ELSIF t.kinds[at] <> 'name' OR t.words[at] <> 'and' THEN
      RETURN NULL;
    END IF;
    at := at + 1;
  END LOOP;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.plain_condition(ingest.description, text)
  IS 'A condition as docs/row-source.md has it (only_where), where comparisons of texts with constants, AND and OR are all that it is made of; else NULL.';
