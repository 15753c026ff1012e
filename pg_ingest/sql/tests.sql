-- What the server tests share: a contract for one column v of any type, and what becomes of a value in it.
CREATE OR REPLACE FUNCTION probe_description(type_oid oid, modifier integer) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object('type', format_type(t.oid, modifier), 'base_oid', t.oid::bigint, 'typmod', modifier,
    'kind', CASE WHEN t.oid = 'boolean'::regtype THEN 'boolean'
      WHEN t.typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'json', 'jsonb') THEN t.typname::text
      WHEN t.typcategory = 'S' THEN 'text' WHEN t.typcategory IN ('D', 'T') THEN 'datetime'
      WHEN t.typcategory = 'A' THEN 'array' WHEN t.typcategory = 'N' AND t.oid <> 'regclass'::regtype THEN 'other_number' ELSE 'other' END,
    'max_length', CASE WHEN t.typname IN ('varchar', 'bpchar') AND modifier > 4 THEN modifier - 4 WHEN t.typname = 'name' THEN 63 END,
    'element', CASE WHEN t.typcategory = 'A' THEN probe_description(t.typelem, modifier) END)
  FROM pg_type AS t WHERE t.oid = type_oid
$$;

CREATE OR REPLACE FUNCTION probe_contract(declared text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  described jsonb;
BEGIN
  DROP TABLE IF EXISTS probe;
  EXECUTE 'CREATE TEMP TABLE probe (v ' || declared || ')';
  SELECT probe_description(a.atttypid, a.atttypmod) INTO described FROM pg_attribute AS a WHERE a.attrelid = 'probe'::regclass AND a.attname = 'v';
  RETURN jsonb_build_object('dataset', 'probe', 'records_path', NULL, 'records_path_text', NULL, 'on_unknown', 'ignore',
    'want_rescued', false, 'want_record', false, 'columns', jsonb_build_array(described ||
      '{"name": "v", "path": ["v"], "path_text": "$.v", "required": false, "has_default": false}'));
END
$$;

CREATE OR REPLACE FUNCTION became(declared text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  contract jsonb := probe_contract(declared);
  result text;
BEGIN
  PERFORM ingest_native.begin_run();
  EXECUTE format('SELECT v::text FROM ingest_native.read_rows($1, 1, $2, ''{}'') AS r (record_no integer, faults smallint[], v %s)', declared)
    INTO result USING contract, convert_to('{"v": ' || value || '}', 'UTF8');
  RETURN coalesce((SELECT r.error_code FROM ingest_native.rejects() AS r), result);
END
$$;

CREATE OR REPLACE FUNCTION became_numeric(value text) RETURNS numeric LANGUAGE sql AS $$
  SELECT v FROM ingest_native.read_rows(probe_contract('numeric'), 1, convert_to('{"v": ' || value || '}', 'UTF8'), '{}')
    AS r (record_no integer, faults smallint[], v numeric)
$$;

CREATE OR REPLACE FUNCTION became_jsonb(value text) RETURNS jsonb LANGUAGE sql AS $$
  SELECT v FROM ingest_native.read_rows(probe_contract('jsonb'), 1, convert_to('{"v": ' || value || '}', 'UTF8'), '{}')
    AS r (record_no integer, faults smallint[], v jsonb)
$$;

CREATE OR REPLACE FUNCTION became_char(value text) RETURNS char(3) LANGUAGE sql AS $$
  SELECT v FROM ingest_native.read_rows(probe_contract('char(3)'), 1, convert_to('{"v": ' || value || '}', 'UTF8'), '{}')
    AS r (record_no integer, faults smallint[], v char(3))
$$;
