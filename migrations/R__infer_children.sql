-- pg_ingest 0.2.0
-- Arrays of objects as children: a table for the elements of each, under the key of the record that they stand in.

CREATE FUNCTION ingest.singular(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN name ~ '..ies$' THEN left(name, -3) || 'y' WHEN name ~ '[^_isu]s$' THEN left(name, -1) ELSE name END
$$;
COMMENT ON FUNCTION ingest.singular(text) IS 'A name for one of those that the name stands for, by its ending.';

CREATE FUNCTION ingest.arrays_of_children(columns ingest.inferred_column[], at_most integer) RETURNS ingest.inferred_column[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN ARRAY(SELECT x FROM unnest(columns) AS x WHERE x.note = 'an array of objects, kept whole' ORDER BY x.column_name COLLATE "C" LIMIT greatest(at_most, 0));
END
$$;
COMMENT ON FUNCTION ingest.arrays_of_children(ingest.inferred_column[], integer) IS 'The columns that are arrays of nothing but objects, at most so many.';

CREATE FUNCTION ingest.key_of_parent(key ingest.inferred_column[], parent text, hidden text[]) RETURNS ingest.inferred_column[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  k ingest.inferred_column;
  c ingest.inferred_column;
  named ingest.inferred_column[] := '{}';
BEGIN
  FOREACH k IN ARRAY key LOOP
    c := NULL;
    c.type := k.type; c.required := true; c.note := format('of its record in %s', parent);
    -- A name such as id would be taken for that of the child.
    c.column_name := ingest.free_name(CASE WHEN k.column_name = ANY (hidden) OR k.column_name ~ '^_?(id|uuid|guid|key|no|number|code|name)$' THEN ingest.singular(parent) || '_' || k.column_name ELSE k.column_name END, hidden);
    hidden := hidden || c.column_name;
    named := named || c;
  END LOOP;
  RETURN named;
END
$$;
COMMENT ON FUNCTION ingest.key_of_parent(ingest.inferred_column[], text, text[]) IS 'The columns of a child that hold its parent''s key, without names that hide something else.';

CREATE FUNCTION ingest.proposed_children(records jsonb[], arrays ingest.inferred_column[], parent text, parent_table text[], parent_key ingest.inferred_column[],
  INOUT taken text[], INOUT room integer, OUT sql text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  a ingest.inferred_column;
  elements jsonb[];
  total bigint;
  dataset text;
  of_schema text := CASE cardinality(parent_table) WHEN 1 THEN 'public' ELSE parent_table[1] END;
  child_table text[];
  made text;
  columns ingest.inferred_column[];
  inner_arrays ingest.inferred_column[];
  of_parent ingest.inferred_column[];
  place ingest.inferred_column;
  key text[];
  hidden text[];
  left_out bigint;
  notes text[];
  inside text;
BEGIN
  FOREACH a IN ARRAY arrays LOOP
    elements := ARRAY(SELECT jsonb_array_elements(CASE jsonb_typeof(r #> a.steps) WHEN 'array' THEN r #> a.steps ELSE '[]' END) FROM unnest(records) AS r);
    total := cardinality(elements);
    dataset := ingest.unused_name(ingest.singular(parent) || '_' || a.column_name, NULL, taken);
    child_table := parent_table[:cardinality(parent_table) - 1]
      || ingest.unused_name(ingest.singular(parent_table[cardinality(parent_table)]) || '_' || a.column_name, of_schema, taken);
    made := ingest.qualified_name(child_table);
    taken := taken || dataset || child_table[cardinality(child_table)];
    SELECT i.columns, i.left_out INTO columns, left_out FROM ingest.inferred_columns(elements, NULL) AS i;
    columns := ingest.named_columns(columns);
    hidden := ARRAY(SELECT x.column_name FROM unnest(columns) AS x UNION SELECT x.steps[1] FROM unnest(columns) AS x);
    -- Deeper ones are kept whole: a key has a column more with each level.
    inner_arrays := ingest.arrays_of_children(columns, CASE WHEN cardinality(parent_key) < 5 THEN room ELSE 0 END);
    room := room - cardinality(inner_arrays);
    columns := ARRAY(SELECT x FROM unnest(columns) AS x WHERE x.column_name NOT IN (SELECT i.column_name FROM unnest(inner_arrays) AS i)
      ORDER BY array_to_string(x.steps, '.') COLLATE "C", x.column_name COLLATE "C");
    of_parent := ingest.key_of_parent(parent_key, parent, hidden);
    key := ARRAY(SELECT k.column_name FROM unnest(of_parent) AS k);
    place := NULL;
    place.column_name := ingest.free_name(ingest.singular(a.column_name) || '_no', hidden || key);
    place.source := 'position:'; place.type := 'integer'; place.required := true; place.note := 'its place in that array';
    notes := format('Children of %s: %s of %s, which %s of %s have. They are replaced with their record, and one at fault rejects it', parent, ingest.counted(total, 'object'),
        ingest.quoted_sample(ingest.steps_path(a.steps)), CASE WHEN a.seen = cardinality(records) THEN 'all' ELSE a.seen::text END, ingest.counted(cardinality(records), 'record'))
      || ingest.column_notes(columns, inner_arrays, total, left_out);
    SELECT x.taken, x.room, x.sql INTO taken, room, inside FROM ingest.proposed_children(elements, inner_arrays, dataset, child_table, of_parent || place, taken, room) AS x;
    sql := concat_ws(E'\n', sql,
      (SELECT string_agg('-- ' || n, E'\n' ORDER BY o) FROM unnest(notes) WITH ORDINALITY AS n (n, o)),
      ingest.proposed_table(made, of_parent || place || columns, total, NULL, ARRAY[
        format('PRIMARY KEY (%s)', (SELECT string_agg(quote_ident(k), ', ' ORDER BY no) FROM unnest(key || place.column_name) WITH ORDINALITY AS k (k, no))),
        format('FOREIGN KEY (%s) REFERENCES %s', (SELECT string_agg(quote_ident(k), ', ' ORDER BY no) FROM unnest(key) WITH ORDINALITY AS k (k, no)), ingest.qualified_name(parent_table))]),
      format('SELECT ingest_register_dataset(name => %L, parent => %L, records_path => %L, target => %L%s%s);', dataset, parent, ingest.steps_path(a.steps) || '[*]', made,
        CASE WHEN a.seen < cardinality(records) THEN ', on_missing_path => ''skip''' ELSE '' END, ingest.proposed_mapping(place || columns)),
      inside);
  END LOOP;
END
$$;
COMMENT ON FUNCTION ingest.proposed_children(jsonb[], ingest.inferred_column[], text, text[], ingest.inferred_column[], text[], integer)
  IS 'The SQL that makes a table and registers a child for each of the arrays in records, and for the arrays in these. taken are names that others of the proposal have, and then those of these too. room is how many children may stand in these, and then how many still may. sql is NULL without arrays.';
