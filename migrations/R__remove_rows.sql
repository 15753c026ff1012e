-- pg_ingest 0.2.0
-- Rows that go by their keys, with what was loaded of the children that stand in them.

CREATE FUNCTION ingest.remove_family(of_dataset text, keys jsonb[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d record;
  own_keys jsonb[];
  removed bigint := 0;
BEGIN
  SELECT x.has_children INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  IF d.has_children THEN
    own_keys := (ingest.run_remove_rows(of_dataset, keys, false)).own_keys;
    IF own_keys <> '{}' THEN
      removed := ingest.remove_children_of(of_dataset, own_keys);
    END IF;
  END IF;
  RETURN removed + (ingest.run_remove_rows(of_dataset, keys, true)).removed;
END
$$;
COMMENT ON FUNCTION ingest.remove_family(text, jsonb[]) IS 'Deletes the rows of a child that have these keys of its parent, and before them the rows that stand in these; how many.';

CREATE FUNCTION ingest.remove_children_of(of_parent text, keys jsonb[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  child text;
  removed bigint := 0;
BEGIN
  FOREACH child IN ARRAY ARRAY(SELECT d.name FROM ingest.dataset AS d WHERE d.parent = of_parent ORDER BY ingest.foreign_depth(d.target) DESC, d.target::oid DESC, d.name) LOOP
    removed := removed + ingest.remove_family(child, keys);
  END LOOP;
  RETURN removed;
END
$$;
COMMENT ON FUNCTION ingest.remove_children_of(text, jsonb[])
  IS 'Deletes all that was loaded of the children of rows of a dataset; how many rows. keys: their primary keys, each an array of values as text, in the key''s order.';

-- Keys are an array of PostgreSQL's: one of jsonb holds some million.
CREATE FUNCTION ingest.remove_rows_as_caller(of_dataset text, keys jsonb[], really boolean) RETURNS ingest.keyed_rows
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  d ingest.dataset;
  statement text;
  done ingest.keyed_rows;
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT * INTO STRICT d FROM ingest.own_dataset AS x WHERE x.name = of_dataset;
  -- Without its length: a cast would cut a key that is longer, or round it, and mean another row.
  SELECT format(CASE WHEN really THEN 'DELETE FROM %1$s AS t USING (%2$s) AS u WHERE %3$s' ELSE 'SELECT coalesce(array_agg(%4$s), ''{}'') FROM %1$s AS t JOIN (%2$s) AS u ON %3$s' END,
    d.target, format('SELECT DISTINCT %s FROM unnest($1) AS k (v)', string_agg(format('(k.v ->> %s)::%s AS k%1$s', u.o - 1, format_type(b.base_oid, -1)), ', ')),
    string_agg(format('t.%I %s u.k%s', u.name, ingest.order_operator(b.base_oid, 3::smallint), u.o - 1), ' AND '), ingest.key_json_sql(d.target, 't'))
  INTO statement
  FROM unnest(coalesce(d.parent_key::text[], ingest.key_columns(d.target))) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.name
  CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b;
  IF really THEN
    EXECUTE statement USING keys;
    GET DIAGNOSTICS done.removed = ROW_COUNT;
  ELSE
    EXECUTE statement INTO done.own_keys USING keys;
  END IF;
  PERFORM ingest.restore_settings();
  PERFORM ingest.fire_deferred();
  RETURN done;
END
$$;
COMMENT ON FUNCTION ingest.remove_rows_as_caller(text, jsonb[], boolean)
  IS 'Deletes the rows of a child that have these keys of its parent, or of another dataset those that have these keys themselves, and tells how many; or, not really, gives their own keys.';

CREATE FUNCTION ingest.remove_rows(of_dataset text, keys jsonb[], really boolean) RETURNS ingest.keyed_rows
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  PERFORM ingest.require_owner('remove_rows', 'ingest_loader');
  RETURN ingest.remove_rows_as_caller(of_dataset, keys, really);
END
$$;
COMMENT ON FUNCTION ingest.remove_rows(text, jsonb[], boolean) IS 'remove_rows_as_caller() as ingest_loader.';

CREATE FUNCTION ingest.run_remove_rows(of_dataset text, keys jsonb[], really boolean) RETURNS ingest.keyed_rows
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  definer text := (SELECT ingest.definer_of('remove_rows', d.loader) FROM ingest.dataset AS d WHERE d.name = of_dataset);
  done ingest.keyed_rows;
  held text[] := ingest.held();
BEGIN
  EXECUTE format('SELECT * FROM ingest.%I($1, $2, $3)', definer) INTO done USING of_dataset, keys, really;
  PERFORM ingest.clean_up(held);
  RETURN done;
END
$$;
COMMENT ON FUNCTION ingest.run_remove_rows(text, jsonb[], boolean) IS 'remove_rows() as the dataset''s loader.';
