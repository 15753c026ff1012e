--
-- PostgreSQL database dump
--

\restrict kh0VO2MSvGN9wYTnKM0mrRfLm2oCsfChkElLdquJR5WyZ8KxJ2dWLA7ncAzY8JV

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: analytics; Type: SCHEMA; Schema: -; Owner: ingest_dbt
--

CREATE SCHEMA analytics;


ALTER SCHEMA analytics OWNER TO ingest_dbt;

--
-- Name: SCHEMA analytics; Type: COMMENT; Schema: -; Owner: ingest_dbt
--

COMMENT ON SCHEMA analytics IS 'The marts of the dbt project: what the data''s users read.';


--
-- Name: analytics_intermediate; Type: SCHEMA; Schema: -; Owner: ingest_dbt
--

CREATE SCHEMA analytics_intermediate;


ALTER SCHEMA analytics_intermediate OWNER TO ingest_dbt;

--
-- Name: SCHEMA analytics_intermediate; Type: COMMENT; Schema: -; Owner: ingest_dbt
--

COMMENT ON SCHEMA analytics_intermediate IS 'dbt: what several marts are made from.';


--
-- Name: analytics_snapshots; Type: SCHEMA; Schema: -; Owner: ingest_dbt
--

CREATE SCHEMA analytics_snapshots;


ALTER SCHEMA analytics_snapshots OWNER TO ingest_dbt;

--
-- Name: SCHEMA analytics_snapshots; Type: COMMENT; Schema: -; Owner: ingest_dbt
--

COMMENT ON SCHEMA analytics_snapshots IS 'dbt: history that cannot be rebuilt from the sources; back it up.';


--
-- Name: analytics_staging; Type: SCHEMA; Schema: -; Owner: ingest_dbt
--

CREATE SCHEMA analytics_staging;


ALTER SCHEMA analytics_staging OWNER TO ingest_dbt;

--
-- Name: SCHEMA analytics_staging; Type: COMMENT; Schema: -; Owner: ingest_dbt
--

COMMENT ON SCHEMA analytics_staging IS 'dbt: the sources under the project''s names; views.';


--
-- Name: ingest; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA ingest;


ALTER SCHEMA ingest OWNER TO postgres;

--
-- Name: SCHEMA ingest; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON SCHEMA ingest IS 'The pipeline: staging, ledger, quarantine, datasets and the functions behind them.';


--
-- Name: shop; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA shop;


ALTER SCHEMA shop OWNER TO postgres;

--
-- Name: claimed_file; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.claimed_file AS (
	file_no integer,
	file_id bigint,
	staged tid,
	dataset text,
	bucket text,
	key text,
	version_id text,
	etag text,
	sequencer text,
	size bigint,
	event_time timestamp with time zone,
	last_modified timestamp with time zone,
	source_time timestamp with time zone,
	object_id bigint,
	body_bytes bigint,
	status text,
	error_code text,
	record_no integer
);


ALTER TYPE ingest.claimed_file OWNER TO postgres;

--
-- Name: TYPE claimed_file; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.claimed_file IS 'A staged file on its way: file_no orders it in its unit, staged is its row in ingest.staging; record_no is set when the body is one record of an earlier file.';


--
-- Name: drift_seen; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.drift_seen AS (
	file_no integer,
	record_no integer,
	path text,
	json_type text,
	steps text[],
	sample text
);


ALTER TYPE ingest.drift_seen OWNER TO postgres;

--
-- Name: TYPE drift_seen; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.drift_seen IS 'An unknown member: the native engine gives its sample, the sql engine the record to take it from.';


--
-- Name: fault; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.fault AS (
	file_no integer,
	record_no integer,
	record bytea,
	column_name text,
	error_code text,
	error text
);


ALTER TYPE ingest.fault OWNER TO postgres;

--
-- Name: TYPE fault; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.fault IS 'A reject before it is written to ingest.rejected_record.';


--
-- Name: file_outcome; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.file_outcome AS (
	file_no integer,
	records bigint,
	loaded bigint,
	stale bigint,
	rejected bigint,
	status text,
	error_code text,
	error text
);


ALTER TYPE ingest.file_outcome OWNER TO postgres;

--
-- Name: TYPE file_outcome; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.file_outcome IS 'What became of a file.';


--
-- Name: dataset_outcome; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.dataset_outcome AS (
	files ingest.file_outcome[],
	faults ingest.fault[],
	drift ingest.drift_seen[]
);


ALTER TYPE ingest.dataset_outcome OWNER TO postgres;

--
-- Name: TYPE dataset_outcome; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.dataset_outcome IS 'What became of a dataset''s files in one unit, with rejects and unknown members.';


--
-- Name: deferral; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.deferral AS (
	dataset text,
	sqlstate text,
	error text,
	files ingest.claimed_file[]
);


ALTER TYPE ingest.deferral OWNER TO postgres;

--
-- Name: TYPE deferral; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.deferral IS 'Files of a dataset that wait, with what its target says against all that is brought to it.';


--
-- Name: delivery; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.delivery AS (
	file_no integer,
	object_id bigint,
	first_file_id bigint,
	is_newest boolean,
	later boolean,
	stale boolean,
	present boolean
);


ALTER TYPE ingest.delivery OWNER TO postgres;

--
-- Name: TYPE delivery; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.delivery IS 'A file of a known key: the ledger entry of which it is another delivery, whether that is the newest of its key, how it compares with the newest.';


--
-- Name: kept_column; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.kept_column AS (
	name text,
	flag text,
	attnum smallint
);


ALTER TYPE ingest.kept_column OWNER TO postgres;

--
-- Name: TYPE kept_column; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.kept_column IS 'A column that an update keeps where a record leaves it out: flag is the row source''s column that says so.';


--
-- Name: parsed_record; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.parsed_record AS (
	file_no integer,
	record_no integer,
	record jsonb
);


ALTER TYPE ingest.parsed_record OWNER TO postgres;

--
-- Name: TYPE parsed_record; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.parsed_record IS 'A record that was inspected; without a record where the fault is the record itself.';


--
-- Name: load_attempt; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.load_attempt AS (
	gather boolean,
	plain boolean,
	clean boolean,
	alone boolean,
	statement text,
	source text,
	contract jsonb,
	careful boolean,
	inspected boolean,
	files ingest.claimed_file[],
	parsed ingest.parsed_record[],
	read_faults ingest.fault[],
	insert_faults ingest.fault[],
	excluded bigint[],
	skipped integer[],
	skipped_faults ingest.fault[],
	skipped_good jsonb,
	drift ingest.drift_seen[]
);


ALTER TYPE ingest.load_attempt OWNER TO postgres;

--
-- Name: TYPE load_attempt; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.load_attempt IS 'What the next attempt at a dataset''s files will do, and what earlier ones found out.';


--
-- Name: unknown_seen; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.unknown_seen AS (
	file_no integer,
	record_no integer,
	remainder jsonb
);


ALTER TYPE ingest.unknown_seen OWNER TO postgres;

--
-- Name: TYPE unknown_seen; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.unknown_seen IS 'What is left of a record without the members that columns read.';


--
-- Name: load_outcome; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.load_outcome AS (
	good jsonb,
	loaded jsonb,
	lost jsonb,
	suspects bigint[],
	rejects ingest.fault[],
	unknown ingest.unknown_seen[]
);


ALTER TYPE ingest.load_outcome OWNER TO postgres;

--
-- Name: TYPE load_outcome; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.load_outcome IS 'What one load statement did: counts by file_no, the records that have to be inspected (as file_no << 32 | record_no), rejects, unknown members.';


--
-- Name: unit; Type: TYPE; Schema: ingest; Owner: postgres
--

CREATE TYPE ingest.unit AS (
	files ingest.claimed_file[]
);


ALTER TYPE ingest.unit OWNER TO postgres;

--
-- Name: TYPE unit; Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON TYPE ingest.unit IS 'Staged files that are processed together: at most one entry a key, bounded in files and bytes.';


--
-- Name: apply_sql(regclass, text, text, text, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- An insert that minds conflicts writes each row to the log twice (it is speculative until its index entries stand);
  -- a plain one raises where another session was quicker. Only one of the two runs, so that every session goes through
  -- its keys once and in their order.
  RETURN (SELECT CASE WHEN alone THEN format('some_known AS (SELECT EXISTS (SELECT FROM checked AS i CROSS JOIN LATERAL (SELECT FROM %1$s AS t WHERE %6$s LIMIT 1) AS t WHERE i._ingest_good) AS yes),
    inserted AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM incoming WHERE NOT (SELECT yes FROM some_known) ORDER BY %3$s RETURNING %4$s),
    upserted AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM attempted WHERE (SELECT yes FROM some_known) AND _ingest_state IN (''new'', ''newer'') ORDER BY %3$s
      ON CONFLICT (%3$s) %5$s RETURNING %4$s),
    applied AS (SELECT * FROM inserted UNION ALL SELECT * FROM upserted)', target, names, k.list, k.returned, on_conflict, ingest.key_match_sql(target, 'i'))
    ELSE format('applied AS (INSERT INTO %1$s AS t (%2$s) SELECT %2$s FROM %6$s AS a WHERE _ingest_state IN (''new'', ''newer'') ORDER BY %3$s
      ON CONFLICT (%3$s) %5$s RETURNING %4$s)', target, names, k.list, k.returned, on_conflict, probed) END
  FROM (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) AS list, string_agg(format('t.%I', u.k), ', ' ORDER BY u.o) AS returned
    FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (k, o)) AS k);
END
$_$;


ALTER FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) OWNER TO postgres;

--
-- Name: FUNCTION apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) IS 'The CTEs that write rows of the states new and newer into the target.';


--
-- Name: array_text(jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.array_text(value jsonb, element jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  item jsonb;
  parts text[] := '{}';
BEGIN
  IF jsonb_typeof(value) <> 'array' THEN
    IF jsonb_typeof(value) <> 'string' OR ingest.unfit_within(value #>> '{}', element -> 'unfit') THEN
      RAISE EXCEPTION 'no array' USING ERRCODE = 'invalid_text_representation';
    END IF;
    IF element ->> 'max_length' IS NOT NULL OR element ->> 'base_oid' IN ('1560', '1562') THEN
      -- The cast of a whole array would cut its elements in silence.
      PERFORM ingest.scalar_text(to_jsonb(e), element) FROM unnest((value #>> '{}')::text[]) AS e;
    END IF;
    RETURN value #>> '{}';
  END IF;
  FOR item IN SELECT e.value FROM jsonb_array_elements(value) AS e LOOP
    parts := parts || ingest.scalar_text(item, element);
  END LOOP;
  RETURN parts::text;
END
$$;


ALTER FUNCTION ingest.array_text(value jsonb, element jsonb) OWNER TO postgres;

--
-- Name: FUNCTION array_text(value jsonb, element jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.array_text(value jsonb, element jsonb) IS 'The array literal for a JSON array (or a string given to the array''s own input); raises class 22 where an element does not fit.';


--
-- Name: asked(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.asked(c jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- PostgreSQL's own types answer without raising from 16 on. Types of extensions may raise all the same.
  RETURN (SELECT c - ARRAY['name', 'path', 'path_text', 'type'] || jsonb_build_object('softly', current_setting('server_version_num')::integer >= 160000
    AND (c ->> 'base_oid')::oid < 16384));
END
$$;


ALTER FUNCTION ingest.asked(c jsonb) OWNER TO postgres;

--
-- Name: FUNCTION asked(c jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.asked(c jsonb) IS 'What value_code() has to know of a column.';


--
-- Name: attempted_counts_sql(); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.attempted_counts_sql() RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT 'coalesce((SELECT jsonb_object_agg(n._ingest_file, n.loaded) FROM (SELECT _ingest_file, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded
        FROM attempted GROUP BY 1) AS n), ''{}''),
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_state IN (''new'', ''newer''))
        THEN (SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n) ELSE ''{}'' END'
$$;


ALTER FUNCTION ingest.attempted_counts_sql() OWNER TO postgres;

--
-- Name: FUNCTION attempted_counts_sql(); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.attempted_counts_sql() IS 'By file, from the CTEs of write_sql(): the records whose keys were attempted and not stale, and those that lost a race.';


--
-- Name: base_type(oid, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]) RETURNS record
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  parent record;
BEGIN
  base_oid := type_oid; base_typmod := typmod; domains := '{}';
  LOOP
    SELECT t.typbasetype, t.typtypmod INTO parent FROM pg_type AS t WHERE t.oid = base_oid AND t.typtype = 'd';
    EXIT WHEN NOT FOUND;
    domains := domains || base_oid;
    base_oid := parent.typbasetype; base_typmod := parent.typtypmod;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]) OWNER TO postgres;

--
-- Name: FUNCTION base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]) IS 'The type under a domain, with its modifier, and the domains passed on the way, outermost first.';


--
-- Name: body_format(bytea); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.body_format(body bytea) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT f.name
  FROM (VALUES (1, '\x1f8b'::bytea, 'gzip that is damaged, cut off, or was staged without being inflated'), (2, '\x28b52ffd', 'zstd'),
    (3, 'BZh', 'bzip2'), (4, '\x504b0304', 'a zip archive'), (5, '\xfd377a585a00', 'xz'), (6, '\x04224d18', 'lz4'),
    (7, '\xfffe0000', 'UTF-32'), (8, '\x0000feff', 'UTF-32'), (9, '\xfffe', 'UTF-16'), (10, '\xfeff', 'UTF-16'),
    (11, 'PAR1', 'Parquet'), (12, '\x4f626a01', 'Avro'), (13, 'ORC', 'ORC')) AS f (no, start, name)
  WHERE substring(body FOR length(f.start)) = f.start ORDER BY f.no LIMIT 1
$$;


ALTER FUNCTION ingest.body_format(body bytea) OWNER TO postgres;

--
-- Name: FUNCTION body_format(body bytea); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.body_format(body bytea) IS 'The name of a format that is not read, where the body begins like one: what people send where JSON was meant.';


--
-- Name: bounded_drift(text, ingest.drift_seen[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) RETURNS ingest.drift_seen[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  room bigint;
  bounded ingest.drift_seen[];
BEGIN
  IF NOT EXISTS (SELECT FROM (SELECT DISTINCT ingest.shortened_path(s.path) AS path, s.json_type FROM unnest(seen) AS s) AS p
    WHERE NOT EXISTS (SELECT FROM ingest.schema_drift AS d WHERE d.dataset = of_dataset AND d.path = p.path AND d.json_type = p.json_type)) THEN
    RETURN ARRAY(SELECT ROW(s.file_no, s.record_no, ingest.shortened_path(s.path), s.json_type, s.steps, s.sample)::ingest.drift_seen FROM unnest(seen) AS s);
  END IF;
  -- One session at a time adds paths, so that several together cannot exceed the bound.
  PERFORM FROM ingest.dataset AS d WHERE d.name = of_dataset FOR NO KEY UPDATE;
  room := greatest(ingest.setting('drift_paths_per_dataset')::bigint
    - (SELECT count(*) FROM ingest.schema_drift AS d WHERE d.dataset = of_dataset AND d.path <> '…'), 0);
  WITH shortened AS (
    SELECT s.file_no, s.record_no, ingest.shortened_path(s.path) AS path, s.json_type, s.steps, s.sample FROM unnest(seen) AS s
  ), paths AS (
    SELECT p.path, p.json_type, EXISTS (SELECT FROM ingest.schema_drift AS d WHERE d.dataset = of_dataset AND d.path = p.path AND d.json_type = p.json_type) AS known
    FROM (SELECT DISTINCT s.path, s.json_type FROM shortened AS s) AS p
  ), kept AS (
    SELECT p.path, p.json_type FROM (SELECT x.path, x.json_type, x.known,
      row_number() OVER (PARTITION BY x.known ORDER BY x.path COLLATE "C", x.json_type) AS place FROM paths AS x) AS p WHERE p.known OR p.place <= room
  )
  SELECT array_agg(ROW(s.file_no, s.record_no, CASE WHEN k.path IS NULL THEN '…' ELSE s.path END, s.json_type, s.steps, s.sample)::ingest.drift_seen
    ORDER BY s.path COLLATE "C", s.record_no) INTO bounded
  FROM shortened AS s LEFT JOIN kept AS k ON k.path = s.path AND k.json_type = s.json_type;
  RETURN bounded;
END
$$;


ALTER FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) OWNER TO postgres;

--
-- Name: FUNCTION bounded_drift(of_dataset text, seen ingest.drift_seen[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) IS 'What was seen, with the path … for what would be more than drift_paths_per_dataset paths of the dataset; known paths stay, and of new ones the first by name.';


--
-- Name: caller_problems(regclass, name); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.caller_problems(target regclass, caller name) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
  SELECT format('target: %s is in schema %I, which is %s; use a table in a schema of your own', target, n.nspname,
    CASE WHEN n.nspname ~ '^pg_(toast_)?temp' THEN 'one session''s' WHEN n.nspname ~ '^pg_' THEN 'PostgreSQL''s own' ELSE 'the pipeline''s' END)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid = target AND n.nspname ~ '^(pg_|ingest$|ingest_native$|information_schema$)'
  UNION ALL
  SELECT format('privileges: %I has no %s on %s; whoever registers a target needs the rights that loading it takes', caller,
    string_agg(p.name, ', ' ORDER BY p.no), target)
  FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) WITH ORDINALITY AS p (name, no) WHERE NOT has_table_privilege(caller, target, p.name)
  HAVING count(*) > 0
$_$;


ALTER FUNCTION ingest.caller_problems(target regclass, caller name) OWNER TO postgres;

--
-- Name: FUNCTION caller_problems(target regclass, caller name); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.caller_problems(target regclass, caller name) IS 'Why a login may not have a table loaded: it is nobody''s own, or the login itself may not write it.';


--
-- Name: came(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.came(raw text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN CASE left(raw, 1) WHEN '"' THEN 'string' WHEN '{' THEN 'object' WHEN '[' THEN 'array'
      WHEN 't' THEN 'boolean' WHEN 'f' THEN 'boolean' WHEN 'n' THEN 'null' ELSE 'number' END
    || CASE WHEN raw = 'null' THEN '' WHEN length(raw) > 100 THEN ' ' || left(raw, 100) || '…' ELSE ' ' || raw END;
END
$$;


ALTER FUNCTION ingest.came(raw text) OWNER TO postgres;

--
-- Name: FUNCTION came(raw text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.came(raw text) IS 'What a message says came: the JSON type and the raw value, cut at 100 characters.';


--
-- Name: candidates(bytea, integer[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text) RETURNS SETOF record
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  mark integer := CASE WHEN substring(body FOR 3) = '\xefbbbf' THEN 3 ELSE 0 END;
  content text;
  pieces text[];
  bad_at integer;
BEGIN
  SELECT t.content, t.bad_at INTO content, bad_at FROM ingest.readable_text(body, mark) AS t;
  IF bad_at IS NOT NULL THEN
    no := 0; error_code := 'invalid_utf8';
    error := format('not UTF-8 at byte offset %s%s', bad_at, coalesce(
      ', for the body is ' || ingest.body_format(body) || '; expected UTF-8 text, plain or in gzip', '; expected UTF-8 text'));
    RETURN NEXT;
    RETURN;
  END IF;
  BEGIN
    -- Looked at as bytes: trimming a text takes longer than parsing it.
    IF substring(ltrim(substring(body FROM mark + 1), '\x20090a0d') FOR 1) = '[' THEN
      RETURN QUERY SELECT e.no::integer, convert_to(e.value::text, 'UTF8'), false, NULL::text, NULL::text
        FROM json_array_elements(content::json) WITH ORDINALITY AS e (value, no) WHERE wanted IS NULL OR e.no = ANY (wanted);
      RETURN;
    ELSIF position(E'}\n{' IN content) > 0 OR position(E'}\r\n{' IN content) > 0 THEN
      -- Nothing may be returned before every line is known to be a document. Raw line feeds stand between tokens only.
      PERFORM count(line::json) FROM string_to_table(content, E'\n') AS line WHERE btrim(line, E' \t\r') <> '';
      RETURN QUERY SELECT l.no, convert_to(btrim(l.line, E' \t\r'), 'UTF8'), false, NULL::text, NULL::text
        FROM (SELECT t.line, row_number() OVER (ORDER BY t.o)::integer AS no FROM string_to_table(content, E'\n')
          WITH ORDINALITY AS t (line, o) WHERE btrim(t.line, E' \t\r') <> '') AS l WHERE wanted IS NULL OR l.no = ANY (wanted);
      RETURN;
    ELSIF substring(ltrim(substring(body FROM mark + 1), '\x20090a0d') FOR 1) = '{' AND position(E'\x01' IN content) = 0 THEN
      -- One object, or objects without a line each. A raw control character can stand nowhere in JSON, so it marks the cuts.
      pieces := CASE WHEN content ~ '\}[ \t\n\r]*\{'
        THEN string_to_array(regexp_replace(content, '\}([ \t\n\r]*)\{', E'}\x01{', 'g'), E'\x01') ELSE ARRAY[content] END;
      PERFORM count(p::json) FROM unnest(pieces) AS p;
      RETURN QUERY SELECT p.no::integer, convert_to(btrim(p.piece, E' \t\n\r'), 'UTF8'), false, NULL::text, NULL::text
        FROM unnest(pieces) WITH ORDINALITY AS p (piece, no) WHERE wanted IS NULL OR p.no = ANY (wanted);
      RETURN;
    END IF;
  EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    NULL; -- The scan says what is wrong, and where.
  END;
  -- Nothing may be returned before the whole document is known to be good.
  SELECT s.error_code, s.error INTO error_code, error
  FROM ingest.scan_candidates(content, mark, length(body)) AS s WHERE s.no = 0;
  IF FOUND THEN
    no := 0;
    RETURN NEXT;
    RETURN;
  END IF;
  RETURN QUERY SELECT s.no, substring(ingest.without_nul(body) FROM s.from_byte + 1 FOR s.bytes), s.deep, NULL::text, NULL::text
    FROM ingest.scan_candidates(content, mark, length(body)) AS s WHERE wanted IS NULL OR s.no = ANY (wanted);
END
$$;


ALTER FUNCTION ingest.candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text) OWNER TO postgres;

--
-- Name: FUNCTION candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text) IS 'Candidates of a body with their bytes, all or those wanted, or, with no 0, the one fault of the file.';


--
-- Name: careful_records_sql(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.careful_records_sql(contract jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT format('SELECT f.file_no, CASE WHEN d.records IS NULL THEN 0 ELSE coalesce(f.record_no, e.no::integer) END AS record_no, 
      e.j, f.file_id, f.source_time, f.sequencer FROM unnest($1) AS f
      JOIN ingest.staging AS b ON b.ctid = f.staged
      CROSS JOIN LATERAL (SELECT ingest.readable_records(ingest.staged_body(b.body, b.held), %L) AS records OFFSET 0) AS d
      CROSS JOIN LATERAL unnest(coalesce(d.records, ARRAY[''null''::jsonb])) WITH ORDINALITY AS e (j, no)
      WHERE f.status IS NULL AND (f.file_no, coalesce(f.record_no, e.no::integer)) NOT IN (SELECT p.file_no, p.record_no FROM unnest($3) AS p)
    UNION ALL SELECT p.file_no, p.record_no, p.record, f.file_id, f.source_time, f.sequencer
      FROM unnest($3) AS p JOIN unnest($1) AS f ON f.file_no = p.file_no WHERE p.record IS NOT NULL',
    CASE WHEN jsonb_typeof(contract -> 'records_path') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(contract -> 'records_path')) END));
END
$_$;


ALTER FUNCTION ingest.careful_records_sql(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION careful_records_sql(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.careful_records_sql(contract jsonb) IS 'The records of the claimed files f, one row each, those that were inspected from $3; a file that cannot be read quickly is one row with record_no 0.';


--
-- Name: careful_source(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.careful_source(contract jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (WITH columns AS (
    SELECT c.no, c.value AS c, m.member, ingest.careful_suspect_sql(c.value, m.member) AS suspect, m.beside
    FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
    -- PostgreSQL takes 1,664 columns in one query: of a wide table members are looked up where they are needed.
    CROSS JOIN LATERAL (SELECT CASE WHEN jsonb_array_length(contract -> 'columns') <= 700 THEN 'r.m' || c.no ELSE x.looked_up END AS member,
        CASE WHEN jsonb_array_length(contract -> 'columns') <= 700 THEN format(', %s AS m%s', x.looked_up, c.no) ELSE '' END AS beside
      FROM (SELECT ingest.quick_member_sql(c.value, (SELECT ingest.opened_objects(contract -> 'columns'))) AS looked_up) AS x) AS m
  ), parts AS (
    SELECT string_agg(c.beside, '' ORDER BY c.no) AS members,
      string_agg(format(', CASE WHEN %s THEN ingest.value_code(%L, %s) END AS f%s', c.suspect, ingest.asked(c.c), ingest.path_accessor('r.j', c.c -> 'path', false), c.no),
        '' ORDER BY c.no) FILTER (WHERE c.suspect IS NOT NULL) AS codes,
      string_agg(format('r.f%s', c.no), ', ' ORDER BY c.no) FILTER (WHERE c.suspect IS NOT NULL) AS all_codes,
      string_agg(format('CASE WHEN r.f%s IS NOT NULL THEN %1$s END', c.no), ', ' ORDER BY c.no) FILTER (WHERE c.suspect IS NOT NULL) AS places,
      string_agg(format(', %s AS %I', CASE WHEN c.suspect IS NULL THEN v.value ELSE format('CASE WHEN r.f%s IS NULL THEN %s END', c.no, v.value) END,
        c.c ->> 'name'), '' ORDER BY c.no) AS columns
    FROM columns AS c CROSS JOIN LATERAL (SELECT ingest.careful_value_sql(c.c, c.member) AS value) AS v
  ), unknown AS (
    -- Of unknown members that are refused the position is 0.
    SELECT CASE WHEN contract ->> 'on_unknown' = 'reject' THEN ', CASE WHEN r.unknown IS NOT NULL THEN ''unknown_member'' END AS f0' ELSE '' END AS code,
      CASE WHEN contract ->> 'on_unknown' = 'reject' THEN 'CASE WHEN r.f0 IS NOT NULL THEN 0 END' END AS place,
      CASE WHEN contract ->> 'on_unknown' = 'reject' THEN 'r.f0' END AS name
  )
  SELECT format('SELECT r.file_no AS _ingest_file, r.record_no AS _ingest_record, CASE WHEN %1$s IS NOT NULL THEN array_remove(ARRAY[%2$s]::smallint[], NULL) END AS _ingest_faults,
      CASE WHEN %1$s IS NOT NULL THEN array_remove(ARRAY[%3$s], NULL) END AS _ingest_codes, r.suspect AS _ingest_suspect, %4$s%5$s
    FROM (SELECT r.*%6$s FROM (SELECT r.*, jsonb_typeof(r.j) <> ''object'' OR ingest.too_deep(r.j) AS suspect, CASE jsonb_typeof(r.j) WHEN ''object'' THEN %7$s END AS unknown%8$s
      FROM (%9$s) AS r OFFSET 0) AS r OFFSET 0) AS r',
    coalesce('coalesce(' || nullif(concat_ws(', ', p.all_codes, u.name), '') || ')', 'NULL'),
    concat_ws(', ', p.places, u.place), coalesce(nullif(concat_ws(', ', p.all_codes, u.name), ''), 'NULL::text'),
    ingest.common_outputs_sql(contract), coalesce(p.columns, ''), concat(p.codes, u.code), ingest.remainder_sql(contract -> 'columns'), coalesce(p.members, ''),
    ingest.opened_sql(contract -> 'columns', ingest.careful_records_sql(contract)))
  FROM parts AS p CROSS JOIN unknown AS u);
END
$_$;


ALTER FUNCTION ingest.careful_source(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION careful_source(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.careful_source(contract jsonb) IS 'The sql engine''s row source where something is amiss: raises at nothing, tells of every column what is wrong with its value, and marks as suspect what is no record; then $3 has it.';


--
-- Name: careful_suspect_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.careful_suspect_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- Where no pattern is known, the type itself is asked.
  RETURN (SELECT nullif(concat_ws(' OR ', ingest.null_suspect_sql(c, member), CASE
    WHEN c ->> 'kind' IN ('json', 'jsonb') THEN NULL
    WHEN c ->> 'kind' = 'boolean' THEN format('jsonb_typeof(%s) <> ''boolean''', member)
    WHEN c ->> 'kind' = 'text' AND ingest.takes_any_text((c ->> 'base_oid')::oid) THEN ingest.nested_suspect_sql(c, member)
    ELSE coalesce(ingest.odd_sql(c, member), format('%s IS NOT NULL', member)) END,
    ingest.long_suspect_sql(c, member)), ''));
END
$$;


ALTER FUNCTION ingest.careful_suspect_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION careful_suspect_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.careful_suspect_sql(c jsonb, member text) IS 'SQL that is true where the type has to be asked about the column''s value, and never raises; what it does not suspect is right. NULL where all is.';


--
-- Name: careful_value_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.careful_value_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- What the type was asked about is right, but need not be plain.
  RETURN (SELECT CASE
    WHEN c ->> 'kind' IN ('int2', 'int4', 'int8')
      THEN format('CASE WHEN ltrim(%2$s, ''0123456789'') <> '''' AND jsonb_typeof(%1$s) = ''number'' THEN (%1$s)::numeric::%3$s ELSE %2$s::%3$s END', p.as_json, member, c ->> 'base_type')
    WHEN c ->> 'kind' = 'boolean' THEN format('(%s #>> ''{}'')::boolean', member)
    ELSE ingest.quick_value_sql(c, member) END
  FROM (SELECT ingest.path_accessor('r.j', c -> 'path', false) AS as_json) AS p);
END
$_$;


ALTER FUNCTION ingest.careful_value_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION careful_value_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.careful_value_sql(c jsonb, member text) IS 'SQL that gives a member the column''s base type and raises at nothing but a fault of that column.';


--
-- Name: checked_sql(text, jsonb, text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT format('SELECT *, _ingest_clean AND (_ingest_first IS NULL OR _ingest_first = _ingest_record) AS _ingest_good
      FROM (SELECT *, %2$s AS _ingest_first FROM (SELECT *, %3$s AS _ingest_clean FROM (%1$s) AS t OFFSET 0) AS c) AS c',
    ingest.typed_sql(of_dataset, contract, source),
    coalesce((SELECT format('CASE WHEN _ingest_clean THEN min(_ingest_record) FILTER (WHERE _ingest_clean) OVER (PARTITION BY _ingest_file, %s) END',
        string_agg(quote_ident(u.k), ', ' ORDER BY u.o))
      FROM unnest(ingest.record_key(of_dataset)) WITH ORDINALITY AS u (k, o) WHERE d.load_mode = 'append' HAVING count(*) > 0), 'NULL::integer'),
    clean)
  FROM ingest.dataset AS d WHERE d.name = of_dataset);
END
$_$;


ALTER FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) OWNER TO postgres;

--
-- Name: FUNCTION checked_sql(of_dataset text, contract jsonb, clean text, source text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) IS 'The query that tells of every record whether it is clean and, in an append, which record of its file was the first with its key.';


--
-- Name: checks_sql(text, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text) RETURNS record
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT '_ingest_faults IS NULL AND NOT _ingest_suspect' || coalesce(string_agg(' AND ' || k.good_sql, '' ORDER BY k.no), ''),
    coalesce(string_agg(format('(%s, %s, %L, %L, %s), ', k.no, k.good_sql, k.columns_text, k.error_code, k.message_sql), '' ORDER BY k.no), '')
  FROM ingest.contract_checks(of_dataset, contract) AS k
$$;


ALTER FUNCTION ingest.checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text) OWNER TO postgres;

--
-- Name: FUNCTION checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text) IS 'contract_checks() as SQL: whether a typed record passes all of them, and a VALUES row for each (no, good, column_name, error_code, error), a comma behind.';


--
-- Name: claim_units(uuid); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.claim_units(batch uuid) RETURNS ingest.unit[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  c record;
BEGIN
  -- A statement each: one for both could be planned only as a scan of all that anybody has staged.
  IF batch = '00000000-0000-0000-0000-000000000000' THEN
    RAISE EXCEPTION 'no batch has the id %', batch USING ERRCODE = 'invalid_parameter_value', HINT = 'Make one by gen_random_uuid().';
  ELSIF batch IS NULL THEN
    SELECT array_agg(s.ctid) AS staged, count(DISTINCT s.key COLLATE "C") AS keys, sum(s.body_bytes) AS bytes INTO c
    FROM (SELECT x.ctid, x.key, ingest.staged_bytes(x.body, x.held, x.size) AS body_bytes FROM ingest.staging AS x
      WHERE x.batch_id IS DISTINCT FROM '00000000-0000-0000-0000-000000000000' FOR UPDATE SKIP LOCKED) AS s;
  ELSE
    SELECT array_agg(s.ctid) AS staged, count(DISTINCT s.key COLLATE "C") AS keys, sum(s.body_bytes) AS bytes INTO c
    FROM (SELECT x.ctid, x.key, ingest.staged_bytes(x.body, x.held, x.size) AS body_bytes FROM ingest.staging AS x WHERE x.batch_id = batch
      FOR UPDATE SKIP LOCKED) AS s;
  END IF;
  IF c.staged IS NULL THEN
    RETURN '{}';
  -- The common batch is one unit, without being sorted by key to find out.
  ELSIF cardinality(c.staged) = c.keys AND c.keys <= ingest.setting('unit_files')::bigint
    AND coalesce(c.bytes, 0) <= ingest.setting('unit_bytes')::bigint THEN
    RETURN ARRAY[ROW(ingest.claimed_files(c.staged))::ingest.unit];
  END IF;
  RETURN ingest.cut_units(c.staged);
END
$$;


ALTER FUNCTION ingest.claim_units(batch uuid) OWNER TO postgres;

--
-- Name: FUNCTION claim_units(batch uuid); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.claim_units(batch uuid) IS 'Locks what is staged (of one batch, or all that nobody else holds) and cuts it into units, older entries of a key in earlier ones.';


--
-- Name: claimed_files(tid[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.claimed_files(staged tid[]) RETURNS ingest.claimed_file[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  RETURN ARRAY(SELECT ROW(
      row_number() OVER (ORDER BY c.source_time NULLS FIRST, c.sequence NULLS FIRST, c.key COLLATE "C", c.bucket)::integer,
      nextval('ingest.file_file_id_seq'), c.staged, c.dataset, c.bucket, c.key, c.version_id,
      coalesce(c.etag, (SELECT md5(ingest.staged_body(s.body, s.held)) FROM ingest.staging AS s WHERE s.ctid = c.staged)), c.sequencer,
      coalesce(c.size, c.body_bytes), c.event_time, c.last_modified, c.source_time, NULL, c.body_bytes, NULL, c.error_code,
      NULL)::ingest.claimed_file
    FROM (SELECT s.ctid AS staged, d.name AS dataset, s.bucket, s.key, nullif(nullif(s.version_id, ''), 'null') AS version_id,
        btrim(s.etag, '"') AS etag, s.sequencer, ingest.sequencer_order(s.sequencer) AS sequence, s.size, s.event_time, s.last_modified,
        greatest(s.event_time, s.last_modified) AS source_time, ingest.staged_bytes(s.body, s.held, s.size) AS body_bytes, s.error_code
      FROM ingest.staging AS s LEFT JOIN LATERAL ingest.match_dataset(s.bucket, s.key) AS d (name) ON true
      WHERE s.ctid = ANY (claimed_files.staged)) AS c
    ORDER BY c.source_time NULLS FIRST, c.sequence NULLS FIRST, c.key COLLATE "C", c.bucket);
END
$$;


ALTER FUNCTION ingest.claimed_files(staged tid[]) OWNER TO postgres;

--
-- Name: FUNCTION claimed_files(staged tid[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.claimed_files(staged tid[]) IS 'Staged files as one unit: matched with their datasets and numbered from the oldest on.';


--
-- Name: clashes(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  many integer := cardinality(files);
  good integer := 0;
  bad integer;
  middle integer;
  found ingest.fault[] := '{}';
  theirs ingest.fault[];
BEGIN
  -- That the whole fails is why one searches.
  LOOP
    bad := many;
    WHILE bad - good > 1 LOOP
      middle := (good + bad) / 2;
      IF (ingest.probe(files[1:middle], contract, parsed, excluded, NULL, NULL)).state IS NULL THEN good := middle; ELSE bad := middle; END IF;
    END LOOP;
    theirs := ingest.clashes_of_last(source, files[1:bad], contract, parsed, excluded);
    EXIT WHEN theirs = '{}';
    found := found || theirs;
    excluded := coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(theirs) AS f);
    good := bad;
    EXIT WHEN good = many OR (ingest.probe(files, contract, parsed, excluded, NULL, NULL)).state IS NULL;
  END LOOP;
  RETURN found;
END
$$;


ALTER FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'Records, each welcome by itself, that clash with those before them in the order of the unit.';


--
-- Name: clashes_of_last(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  file ingest.claimed_file := files[cardinality(files)];
  last_record integer := ingest.last_record(source, ARRAY[file], contract, parsed);
  good integer := 0;
  bad integer;
  step integer := 1;
  probed integer;
  outcome record;
  reason record;
  found ingest.fault[] := '{}';
BEGIN
  IF file.record_no IS NOT NULL THEN
    reason := ingest.probe(files, contract, parsed, excluded, NULL, NULL);
    RETURN CASE WHEN reason.state IS NULL THEN '{}' ELSE
      ARRAY[ROW(file.file_no, file.record_no, NULL, NULL, 'sqlstate_' || reason.state, reason.message)::ingest.fault] END;
  END IF;
  -- Clashes come together (a file exported twice), so the next is looked for from the last on, in steps that grow.
  WHILE good < last_record LOOP
    probed := CASE WHEN bad IS NULL THEN least(good + step, last_record) ELSE (good + bad) / 2 END;
    outcome := ingest.probe(files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT file.file_no::bigint << 32 | n FROM generate_series(probed + 1, last_record) AS n), NULL, NULL);
    IF outcome.state IS NULL THEN
      good := probed;
      step := CASE WHEN bad IS NULL THEN step * 2 ELSE step END;
    ELSE
      bad := probed; reason := outcome;
    END IF;
    IF bad - good = 1 THEN
      found := found || ROW(file.file_no, bad, NULL, NULL, 'sqlstate_' || reason.state, reason.message)::ingest.fault;
      excluded := coalesce(excluded, '{}') || (file.file_no::bigint << 32 | bad);
      good := bad; bad := NULL; step := 1;
    END IF;
  END LOOP;
  RETURN found;
END
$$;


ALTER FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'Records of the last file that clash with those before them, in it or in the files before.';


--
-- Name: clean_load_sql(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.clean_load_sql(of_dataset text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT format('WITH files AS MATERIALIZED (%1$s),
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %2$s FROM (%3$s) AS c),
    %4$s
    SELECT (SELECT coalesce(jsonb_object_agg(f.file_no, cardinality(f.records)), ''{}'') FROM files AS f), n.loaded, n.lost, ''{}''::bigint[], ''{}''::ingest.fault[], ''{}''::ingest.unknown_seen[]
    FROM (SELECT %5$s OFFSET 0) AS n (loaded, lost)',
    ingest.quick_files_sql(k.contract), i.value_list,
    ingest.winners_sql(of_dataset, format('(%s OFFSET 0) AS t WHERE CASE WHEN %s AND _ingest_unknown IS NULL THEN true ELSE ingest.not_clean(_ingest_file) END',
      ingest.typed_sql(of_dataset, k.contract, ingest.quick_source(k.contract, ingest.elements_sql('files'))), (ingest.checks_sql(of_dataset, k.contract)).clean)),
    ingest.write_sql(of_dataset, true, false), ingest.attempted_counts_sql())
  FROM ingest.dataset AS d
  CROSS JOIN LATERAL (SELECT ingest.contract(of_dataset) AS contract OFFSET 0) AS k
  CROSS JOIN LATERAL (SELECT string_agg(format('%s AS %I', s.value_sql, s.name), ', ' ORDER BY s.sort) AS value_list
    FROM ingest.incoming_columns(of_dataset) AS s) AS i
  WHERE d.name = of_dataset AND d.load_mode = 'upsert' AND NOT (k.contract ->> 'want_record')::boolean);
END
$_$;


ALTER FUNCTION ingest.clean_load_sql(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION clean_load_sql(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.clean_load_sql(of_dataset text) IS 'The sql engine''s upsert of files whose records are all good and hold no unknown members; NULL where the dataset needs the whole load statement.';


--
-- Name: common_outputs_sql(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.common_outputs_sql(contract jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT format('r.file_id AS _ingest_file_id, r.source_time AS _ingest_source_time, r.sequencer AS _ingest_sequencer, %s AS _ingest_rescued, r.unknown AS _ingest_unknown, %s AS _ingest_whole',
    CASE WHEN (contract ->> 'want_rescued')::boolean THEN 'r.unknown' ELSE 'NULL::jsonb' END,
    CASE WHEN (contract ->> 'want_record')::boolean THEN 'r.j' ELSE 'NULL::jsonb' END)
    || coalesce((SELECT string_agg(format(', %s IS NULL AS _ingest_absent_%s', ingest.path_accessor('r.j', c.value -> 'path', false), c.no),
      '' ORDER BY c.no)
      FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) WHERE (c.value ->> 'has_default')::boolean), ''));
END
$$;


ALTER FUNCTION ingest.common_outputs_sql(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION common_outputs_sql(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.common_outputs_sql(contract jsonb) IS 'What both forms of the sql engine''s row source give besides the columns.';


--
-- Name: compile_check(text); Type: FUNCTION; Schema: ingest; Owner: ingest_loader
--

CREATE FUNCTION ingest.compile_check(of_dataset text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  outcome ingest.load_outcome;
  c ingest.compiled_dataset;
  statement text;
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'compile_check() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  SELECT * INTO STRICT c FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  -- A dataset that is disabled has no statements until it is enabled.
  FOREACH statement IN ARRAY array_remove(ARRAY[c.quick_load, c.careful_load], NULL) LOOP
    EXECUTE statement INTO outcome
    USING '{}'::ingest.claimed_file[], c.contract, '{}'::ingest.parsed_record[], NULL::bigint[], NULL::integer, NULL::integer;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.compile_check(of_dataset text) OWNER TO ingest_loader;

--
-- Name: FUNCTION compile_check(of_dataset text); Type: COMMENT; Schema: ingest; Owner: ingest_loader
--

COMMENT ON FUNCTION ingest.compile_check(of_dataset text) IS 'Runs the statements of a dataset, compiled before, over no files: raises where one does not even parse.';


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: compiled_dataset; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE UNLOGGED TABLE ingest.compiled_dataset (
    dataset text NOT NULL,
    fingerprint text NOT NULL,
    domains oid[] NOT NULL,
    problem text,
    contract jsonb,
    quick_source text,
    quick_load text,
    plain_load text,
    clean_load text,
    careful_source text,
    careful_load text,
    native_source text,
    native_load text,
    native_upsert text,
    native_judge text
);


ALTER TABLE ingest.compiled_dataset OWNER TO ingest_owner;

--
-- Name: TABLE compiled_dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.compiled_dataset IS 'Statements that ingest.compiled() made for each dataset and its target, so that a batch does no catalog work while neither changes.';


--
-- Name: COLUMN compiled_dataset.dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.dataset IS 'The dataset.';


--
-- Name: COLUMN compiled_dataset.fingerprint; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.fingerprint IS 'The state of the dataset, its mapping and its target''s catalog rows when it was compiled.';


--
-- Name: COLUMN compiled_dataset.domains; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.domains IS 'Domains among the target''s column types, whose constraints are part of the fingerprint.';


--
-- Name: COLUMN compiled_dataset.problem; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.problem IS 'Why the dataset cannot load just now; null when it can.';


--
-- Name: COLUMN compiled_dataset.contract; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.contract IS 'The contract: docs/row-source.md.';


--
-- Name: COLUMN compiled_dataset.quick_source; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.quick_source IS 'The sql engine''s row source for what is plainly good.';


--
-- Name: COLUMN compiled_dataset.quick_load; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.quick_load IS 'The load statement around it.';


--
-- Name: COLUMN compiled_dataset.plain_load; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.plain_load IS 'The insert of files whose records are all plainly good and new; null where the target has to be treated with more care.';


--
-- Name: COLUMN compiled_dataset.clean_load; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.clean_load IS 'The upsert of files whose records are all plainly good; null where only the load statement will do.';


--
-- Name: COLUMN compiled_dataset.careful_source; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.careful_source IS 'The sql engine''s row source for files that were read record by record.';


--
-- Name: COLUMN compiled_dataset.careful_load; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.careful_load IS 'The load statement around it.';


--
-- Name: COLUMN compiled_dataset.native_source; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.native_source IS 'The native row source.';


--
-- Name: COLUMN compiled_dataset.native_load; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.native_load IS 'The load statement around it.';


--
-- Name: COLUMN compiled_dataset.native_upsert; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.native_upsert IS 'The upsert of rows that the extension has gathered; null where only the load statement will do.';


--
-- Name: COLUMN compiled_dataset.native_judge; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.compiled_dataset.native_judge IS 'The statement that words the rejects of records that a constraint refused while rows were gathered.';


--
-- Name: compiled(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.compiled(of_dataset text) RETURNS ingest.compiled_dataset
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  c ingest.compiled_dataset;
  frame text;
  place text;
BEGIN
  SELECT * INTO c FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  IF FOUND AND c.fingerprint = ingest.fingerprint(of_dataset, c.domains) THEN
    RETURN c;
  END IF;
  c := NULL;
  c.dataset := of_dataset;
  c.domains := ARRAY(SELECT DISTINCT o FROM ingest.target_columns(of_dataset) AS t CROSS JOIN LATERAL unnest(t.domains) AS o ORDER BY 1);
  c.fingerprint := ingest.fingerprint(of_dataset, c.domains);
  c.problem := ingest.dataset_problem(of_dataset);
  IF c.problem IS NULL THEN
    c.contract := ingest.contract(of_dataset);
    c.quick_source := ingest.quick_source(c.contract);
    c.careful_source := ingest.careful_source(c.contract);
    c.native_source := ingest.native_source(c.contract);
    c.plain_load := ingest.plain_load_sql(of_dataset);
    c.clean_load := ingest.clean_load_sql(of_dataset);
    -- The first attempts count on being alone with their keys; whatever comes after them minds the others. These two
    -- differ in the row source alone, so the rest is made once. No name, default or expression can hold what is
    -- only made up here.
    place := 'source ' || gen_random_uuid();
    frame := ingest.load_sql(of_dataset, place, true);
    c.quick_load := replace(frame, place, c.quick_source);
    c.careful_load := replace(frame, place, c.careful_source);
    c.native_load := ingest.load_sql(of_dataset, c.native_source, false);
    c.native_upsert := ingest.gathered_upsert_sql(of_dataset);
    c.native_judge := ingest.judge_sql(of_dataset, ingest.native_rest_source(c.contract));
  END IF;
  INSERT INTO ingest.compiled_dataset VALUES (c.*)
  ON CONFLICT (dataset) DO UPDATE SET fingerprint = excluded.fingerprint, domains = excluded.domains, problem = excluded.problem,
    contract = excluded.contract,
    quick_source = excluded.quick_source, quick_load = excluded.quick_load, plain_load = excluded.plain_load,
    clean_load = excluded.clean_load, careful_source = excluded.careful_source,
      careful_load = excluded.careful_load,
    native_source = excluded.native_source, native_load = excluded.native_load,
    native_upsert = excluded.native_upsert, native_judge = excluded.native_judge;
  RETURN c;
END
$$;


ALTER FUNCTION ingest.compiled(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION compiled(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.compiled(of_dataset text) IS 'A dataset''s contract and statements, compiled anew only when something they are made from has changed.';


--
-- Name: contract(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.contract(of_dataset text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT jsonb_build_object(
    'dataset', d.name,
    'records_path', ingest.parse_path(nullif(d.records_path, '$')),
    'records_path_text', nullif(d.records_path, '$'),
    'on_unknown', d.on_unknown,
    'want_rescued', d.on_unknown = 'rescue' AND EXISTS (
      SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_rescued' AND NOT a.attisdropped),
    'keeps', EXISTS (SELECT FROM ingest.target_columns(d.name) AS c WHERE c.is_kept AND c.is_read),
    'want_record', EXISTS (SELECT FROM ingest.column_mapping AS m WHERE m.dataset = d.name AND m.expression IS NOT NULL),
    'columns', coalesce((
      SELECT jsonb_agg(c.described || jsonb_build_object(
        'name', c.name, 'path', ingest.parse_path(c.path), 'path_text', c.path,
        'required', (c.not_null OR c.name IS NOT DISTINCT FROM d.version_column) AND c.expression IS NULL,
        -- Absent is told of a column that is kept, too.
        'has_default', c.default_sql IS NOT NULL OR c.is_kept AND NOT c.not_null AND c.name IS DISTINCT FROM d.version_column) ORDER BY c.attnum)
      FROM ingest.target_columns(d.name) AS c WHERE c.is_read), '[]'))
  FROM ingest.dataset AS d WHERE d.name = of_dataset);
END
$_$;


ALTER FUNCTION ingest.contract(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION contract(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.contract(of_dataset text) IS 'The compiled contract of a dataset, as docs/row-source.md describes it.';


--
-- Name: contract_checks(text, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.contract_checks(of_dataset text, contract jsonb) RETURNS TABLE(no bigint, good_sql text, columns_text text, error_code text, message_sql text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH positions AS (
    SELECT c.value ->> 'name' AS name, c.no FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
  ), columns AS (
    SELECT c.*, p.no AS position, d.target, d.version_column FROM ingest.target_columns(of_dataset) AS c
    JOIN ingest.dataset AS d ON d.name = of_dataset LEFT JOIN positions AS p ON p.name = c.name
  ), generated AS (
    -- The table makes them of other columns: those that records bring.
    SELECT g.* FROM (SELECT a.attnum, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS declared, pg_get_expr(ad.adbin, ad.adrelid) AS expression,
        ARRAY(SELECT k.refobjsubid::smallint FROM pg_depend AS k WHERE k.refclassid = 'pg_class'::regclass AND k.refobjid = a.attrelid AND k.refobjsubid NOT IN (0, a.attnum)
          AND (k.classid = 'pg_class'::regclass AND k.objid = a.attrelid AND k.objsubid = a.attnum OR k.classid = 'pg_attrdef'::regclass AND k.objid = ad.oid)) AS made_of
      FROM ingest.dataset AS d JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attgenerated <> '' AND NOT a.attisdropped
      JOIN pg_type AS t ON t.oid = a.atttypid AND t.typcollation = a.attcollation
      JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum WHERE d.name = of_dataset) AS g
    WHERE g.made_of <@ ARRAY(SELECT c.attnum FROM columns AS c)
  ), wanted AS (
    SELECT 1 AS sort, c.attnum::text AS name, format('%I IS NOT NULL', c.name) AS good, ARRAY[c.name] AS mentions, ARRAY[c.name] AS told, ARRAY[c.position] AS at,
      'missing_required' AS code, quote_literal(format('column %s: its expression gave null; expected %s, not null', c.name,
        c.declared)) AS message
    FROM columns AS c WHERE c.expression IS NOT NULL AND (c.not_null OR c.name IS NOT DISTINCT FROM c.version_column)
    UNION ALL
    -- An absent member takes the default, and that may be NULL: DEFAULT NULL is one where the type has a modifier.
    SELECT 1, c.attnum::text, format('%I IS NOT NULL', c.name), ARRAY[c.name], ARRAY[c.name], ARRAY[c.position],
      'missing_required', quote_literal(format('column %s: its default gave null; expected %s, not null', c.name, c.declared))
    FROM columns AS c WHERE c.expression IS NULL AND c.default_sql IS NOT NULL AND (c.not_null OR c.name IS NOT DISTINCT FROM c.version_column)
    UNION ALL
    SELECT 2, lpad(c.attnum::text, 5, '0') || k.conname, format('(SELECT %s FROM (SELECT %I AS value) AS domain_of) IS NOT FALSE',
      pg_get_expr(k.conbin, 0), c.name), ARRAY[c.name], ARRAY[c.name], ARRAY[c.position],
      'check_violation', format('format(%L, ingest.shown(%I::text))',
        replace(format('column %s: came ', c.name), '%', '%%') || '%s' || replace(format('; expected %s, whose constraint %s says %s',
          c.declared, k.conname, pg_get_constraintdef(k.oid)), '%', '%%'), c.name)
    FROM columns AS c JOIN pg_constraint AS k ON k.contypid = ANY (c.domains) AND k.contype = 'c'
    UNION ALL
    SELECT 3, k.conname, format(CASE WHEN m.generated IS NULL THEN '(%1$s) IS NOT FALSE' ELSE '(SELECT (%1$s) IS NOT FALSE FROM (SELECT %2$s) AS generated_of)' END,
        pg_get_expr(k.conbin, k.conrelid), m.generated),
      m.names, m.told, m.positions, 'check_violation', format(CASE WHEN m.generated IS NULL THEN 'format(%1$L, %2$s)' ELSE '(SELECT format(%1$L, %2$s) FROM (SELECT %3$s) AS generated_of)' END,
        replace(format('constraint %s: came ', k.conname), '%',
          '%%') || '%s' || replace(format('; expected %s', regexp_replace(pg_get_constraintdef(k.oid), ' (NOT VALID|NO INHERIT)', '', 'g')),
          '%', '%%'), m.came, m.generated)
    FROM ingest.dataset AS d JOIN pg_constraint AS k ON k.conrelid = d.target AND k.contype = 'c'
      -- NOT ENFORCED, which is from PostgreSQL 18 on.
      AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
    CROSS JOIN LATERAL (
      SELECT array_agg(x.name ORDER BY u.o) || coalesce((SELECT array_agg(b.name) FROM generated AS g JOIN columns AS b ON b.attnum = ANY (g.made_of) WHERE g.attnum = ANY (k.conkey)), '{}') AS names,
        array_agg(x.name ORDER BY u.o) AS told,
        array_agg(c.position ORDER BY u.o) || coalesce((SELECT array_agg(b.position) FROM generated AS g JOIN columns AS b ON b.attnum = ANY (g.made_of) WHERE g.attnum = ANY (k.conkey)), '{}') AS positions,
        string_agg(format('%L || ingest.shown(%s::text)', CASE WHEN u.o > 1 THEN ', ' ELSE '' END || x.name || ' = ', quote_ident(x.name)), ' || '
          ORDER BY u.o) FILTER (WHERE x.name IS NOT NULL) AS came,
        string_agg(format('(%s)::%s AS %s', g.expression, g.declared, quote_ident(g.name)), ', ') FILTER (WHERE g.name IS NOT NULL) AS generated,
        count(x.name) = cardinality(k.conkey) AS all_filled
      FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, o) LEFT JOIN columns AS c ON c.attnum = u.attnum LEFT JOIN generated AS g ON g.attnum = u.attnum
      CROSS JOIN LATERAL (SELECT coalesce(c.name, g.name) AS name) AS x) AS m
    -- What mentions the whole row or identity columns is left to the insert.
    WHERE d.name = of_dataset AND m.all_filled AND cardinality(k.conkey) > 0
  )
  SELECT row_number() OVER (ORDER BY sort, name COLLATE "C"),
    format('(%s)', concat_ws(' OR ',
      CASE WHEN array_remove(at, NULL) <> '{}' THEN format('coalesce(_ingest_faults && %L::smallint[], false)', array_remove(at, NULL)) END,
      -- What mentions a column at fault is not evaluated, be the fault one of reading or of the column's domain.
      CASE WHEN sort = 3 THEN (SELECT format('NOT (%s)', string_agg(own.good, ' AND ')) FROM wanted AS own WHERE own.sort < 3
        AND own.mentions && wanted.mentions HAVING count(*) > 0) END,
      good)),
    array_to_string(told, ', '), code, message
  FROM wanted;
END
$_$;


ALTER FUNCTION ingest.contract_checks(of_dataset text, contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION contract_checks(of_dataset text, contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.contract_checks(of_dataset text, contract jsonb) IS 'What is checked on typed records in SQL: expressions and defaults that gave NULL, domains, CHECK constraints; with the SQL that words the reject.';


--
-- Name: cut_units(tid[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.cut_units(staged tid[]) RETURNS ingest.unit[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  unit_bytes bigint := ingest.setting('unit_bytes');
  unit_files bigint := ingest.setting('unit_files');
BEGIN
  RETURN ARRAY(WITH ranked AS (
    SELECT s.ctid AS staged, s.bucket, s.key, ingest.staged_bytes(s.body, s.held, s.size) AS body_bytes,
      row_number() OVER (PARTITION BY s.bucket, s.key ORDER BY ingest.sequencer_order(s.sequencer) NULLS FIRST,
        s.last_modified NULLS FIRST, s.event_time NULLS FIRST, s.ctid) AS round
    FROM ingest.staging AS s WHERE s.ctid = ANY (cut_units.staged)
  ), cut AS (
    SELECT r.staged, r.round, trunc(coalesce(sum(coalesce(r.body_bytes, 0)) OVER w, 0)::numeric / unit_bytes)::bigint
      + count(*) OVER w / unit_files AS part
    FROM ranked AS r WINDOW w AS (PARTITION BY r.round ORDER BY r.bucket, r.key COLLATE "C" ROWS BETWEEN UNBOUNDED PRECEDING
      AND 1 PRECEDING)
  ), units AS (
    SELECT c.round, c.part, array_agg(c.staged) AS staged FROM cut AS c GROUP BY c.round, c.part ORDER BY c.round, c.part
  )
  SELECT ROW(ingest.claimed_files(u.staged))::ingest.unit FROM units AS u ORDER BY u.round, u.part);
END
$$;


ALTER FUNCTION ingest.cut_units(staged tid[]) OWNER TO postgres;

--
-- Name: FUNCTION cut_units(staged tid[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.cut_units(staged tid[]) IS 'Cuts staged files into units, older entries of a key in earlier ones.';


--
-- Name: dataset_problem(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.dataset_problem(of_dataset text) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE
      WHEN NOT d.enabled THEN format('dataset %s is disabled; enable it, then ingest_replay()', d.name)
      WHEN NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = d.target)
        THEN format('the target of dataset %s was dropped; register it again, then ingest_replay()', d.name)
      WHEN d.version_column IS NOT NULL AND NOT EXISTS (SELECT FROM ingest.target_columns(d.name) AS c WHERE c.name = d.version_column)
        THEN format('%s has lost version column %s of dataset %s; register it again, then ingest_replay()', d.target, d.version_column,
          d.name)
      WHEN d.load_mode = 'upsert' AND NOT coalesce((SELECT bool_and(k = ANY (ARRAY(SELECT c.name FROM ingest.target_columns(d.name) AS c)))
        FROM unnest(ingest.key_columns(d.target)) AS k), false)
        THEN format('%s has lost the primary key that dataset %s goes by; register it again, then ingest_replay()', d.target, d.name)
      WHEN d.load_mode = 'upsert' AND ingest.key_hindrance(d.target) IS NOT NULL
        THEN format('the primary key of %s is %s now, by which dataset %s cannot upsert; change it, then ingest_replay()', d.target,
          ingest.key_hindrance(d.target), d.name) END
  FROM ingest.dataset AS d WHERE d.name = of_dataset
$$;


ALTER FUNCTION ingest.dataset_problem(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION dataset_problem(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.dataset_problem(of_dataset text) IS 'Why a dataset cannot load just now, with what to do; NULL when it can.';


--
-- Name: defer(ingest.claimed_file[], ingest.deferral[], boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) RETURNS ingest.claimed_file[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  waiting integer[] := ARRAY(SELECT f.file_no FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) AS f);
BEGIN
  -- Objects that this batch has made know nothing but such a file.
  DELETE FROM ingest.object AS o WHERE o.object_id = ANY (ARRAY(SELECT f.object_id FROM unnest(files) AS f WHERE f.file_no = ANY (waiting)));
  RETURN CASE WHEN keep_staged THEN ARRAY(SELECT f FROM unnest(files) AS f WHERE f.file_no <> ALL (waiting)) ELSE files END;
END
$$;


ALTER FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) OWNER TO postgres;

--
-- Name: FUNCTION defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) IS 'Forgets that deferred files of a unit (as lock_objects() gave them) were ever seen; the files whose staged bytes go.';


--
-- Name: describe_type(oid, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.describe_type(type_oid oid, typmod integer) RETURNS jsonb
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT jsonb_build_object(
    'type', format_type(type_oid, typmod),
    'kind', ingest.type_kind(b.base_oid),
    'base_oid', b.base_oid::bigint,
    'typmod', b.base_typmod,
    'base_type', format_type(b.base_oid, b.base_typmod),
    'unfit', to_jsonb(ingest.unfit_marks(b.base_oid)),
    'max_length', CASE WHEN b.base_oid IN ('varchar'::regtype, 'bpchar'::regtype) AND b.base_typmod > 4 THEN b.base_typmod - 4
      WHEN b.base_oid = 'name'::regtype THEN 63 END,
    'element', CASE WHEN ingest.type_kind(b.base_oid) = 'array' THEN
      (SELECT ingest.describe_type(t.typelem, b.base_typmod) FROM pg_type AS t WHERE t.oid = b.base_oid) END)
  FROM ingest.base_type(type_oid, typmod) AS b);
END
$$;


ALTER FUNCTION ingest.describe_type(type_oid oid, typmod integer) OWNER TO postgres;

--
-- Name: FUNCTION describe_type(type_oid oid, typmod integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.describe_type(type_oid oid, typmod integer) IS 'A type as the contract describes it.';


--
-- Name: digits_pattern(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.digits_pattern(c jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- So few digits fit without being rounded.
  RETURN (SELECT CASE
      WHEN d.whole IS NULL THEN '^-?[0-9]{1,100}(\.[0-9]{1,100})?$'
      WHEN d.scale = 0 AND d.whole > 0 THEN format('^-?[0-9]{1,%s}$', least(d.whole, 100))
      WHEN d.scale > 0 AND d.whole > 0 THEN format('^-?[0-9]{1,%s}(\.[0-9]{1,%s})?$', least(d.whole, 100), least(d.scale, 100)) END
  FROM ingest.numeric_digits((c ->> 'typmod')::integer) AS d);
END
$_$;


ALTER FUNCTION ingest.digits_pattern(c jsonb) OWNER TO postgres;

--
-- Name: FUNCTION digits_pattern(c jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.digits_pattern(c jsonb) IS 'What only numbers that fit a numeric column as they are match; NULL where no such pattern is known.';


--
-- Name: document(bytea, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.document(body bytea, guarded boolean DEFAULT false) RETURNS jsonb[]
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  -- Trimmed as bytes: on text the same takes longer than parsing. The body is fetched and unpacked wherever it is named.
  trimmed bytea := btrim(body, '\x20090a0d');
  content text;
BEGIN
  IF octet_length(trimmed) > 33554432 AND NOT guarded THEN
    RETURN ingest.large_document(body);
  END IF;
  IF substring(trimmed FOR 3) = '\xefbbbf' AND substring(body FOR 3) = '\xefbbbf' THEN
    trimmed := btrim(substring(body FROM 4), '\x20090a0d');
  END IF;
  IF trimmed = '' THEN
    RETURN '{}';
  ELSIF get_byte(trimmed, 0) = 91 THEN
    RETURN ARRAY(SELECT jsonb_array_elements(convert_from(trimmed, 'UTF8')::jsonb));
  END IF;
  content := convert_from(trimmed, 'UTF8');
  IF position(E'}\n{' IN content) > 0 OR position(E'}\r\n{' IN content) > 0 THEN
    RETURN ARRAY(SELECT line::jsonb FROM string_to_table(content, E'\n') AS line WHERE btrim(line, E' \t\r') <> '');
  END IF;
  -- A raw control character can stand nowhere in JSON, so it marks the cuts safely: a cut made inside a
  -- string leaves two pieces that do not parse.
  RETURN ARRAY(SELECT piece::jsonb FROM string_to_table(regexp_replace(content, '\}([ \t\n\r]*)\{', E'}\x01{', 'g'), E'\x01') AS piece);
END
$$;


ALTER FUNCTION ingest.document(body bytea, guarded boolean) OWNER TO postgres;

--
-- Name: FUNCTION document(body bytea, guarded boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.document(body bytea, guarded boolean) IS 'All candidates of a body; raises (class 22 or 54) at anything that is not plainly good.';


--
-- Name: drift(text, jsonb, ingest.unknown_seen[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) RETURNS ingest.drift_seen[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  found ingest.drift_seen[];
BEGIN
  IF engine = 'native' THEN
    SELECT array_agg(ROW(x.file_no, 0, x.path, x.json_type, NULL, x.sample)::ingest.drift_seen) INTO found FROM ingest_native.drift() AS x;
  ELSIF unknown <> '{}' THEN
    SELECT array_agg(ROW(m.file_no, m.record_no, ingest.steps_path(m.parent || m.member), m.json_type, m.parent || m.member, NULL)::ingest.drift_seen) INTO found
    FROM (SELECT u.file_no, u.parent, u.member, u.json_type, min(u.record_no) AS record_no
      FROM ingest.unknown_members(unknown, contract -> 'columns') AS u GROUP BY 1, 2, 3, 4) AS m;
  END IF;
  RETURN coalesce(found, '{}');
END
$$;


ALTER FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) OWNER TO postgres;

--
-- Name: FUNCTION drift(engine text, contract jsonb, unknown ingest.unknown_seen[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) IS 'Unknown members by file, path and JSON type.';


--
-- Name: drift_samples(ingest.claimed_file[], jsonb, ingest.drift_seen[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) RETURNS ingest.drift_seen[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_mergejoin TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
BEGIN
  RETURN (WITH records AS MATERIALIZED (
    SELECT w.file_no, r.record_no, convert_from(r.raw, 'UTF8')::json AS record
    FROM (SELECT s.file_no, array_agg(DISTINCT s.record_no) AS record_nos FROM unnest(wanted) AS s WHERE s.sample IS NULL GROUP BY s.file_no) AS w
    JOIN unnest(files) AS f ON f.file_no = w.file_no
    CROSS JOIN LATERAL (SELECT x.raw, coalesce(f.record_no, x.record_no) AS record_no FROM ingest.raw_records(
      (SELECT ingest.staged_body(b.body, b.held) FROM ingest.staging AS b WHERE b.ctid = f.staged), nullif(contract -> 'records_path', 'null'),
      CASE WHEN f.record_no IS NULL THEN w.record_nos END) AS x) AS r
  ), places AS (
    SELECT DISTINCT s.file_no, s.record_no, s.steps[1:cardinality(s.steps) - 1] AS parent FROM unnest(wanted) AS s WHERE s.sample IS NULL
  ), members AS (
    SELECT p.file_no, p.record_no, p.parent || m.key AS steps, (array_agg(m.value::text ORDER BY m.no DESC))[1] AS raw
    FROM places AS p JOIN records AS r ON r.file_no = p.file_no AND r.record_no = p.record_no
    CROSS JOIN LATERAL json_each(CASE WHEN p.parent = '{}' THEN r.record ELSE r.record #> p.parent END) WITH ORDINALITY AS m (key, value, no)
    GROUP BY 1, 2, 3
  )
  SELECT array_agg(ROW(s.file_no, s.record_no, s.path, s.json_type, s.steps, coalesce(s.sample, ingest.shown(m.raw), ''))::ingest.drift_seen)
  FROM unnest(wanted) AS s LEFT JOIN members AS m ON m.file_no = s.file_no AND m.record_no = s.record_no AND m.steps = s.steps);
END
$$;


ALTER FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) OWNER TO postgres;

--
-- Name: FUNCTION drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) IS 'What was seen, each with its value as it stood in the file.';


--
-- Name: elements_sql(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.elements_sql(of_files text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT format('SELECT f.file_no, coalesce(f.record_no, e.no::integer) AS record_no, e.j, f.file_id, f.source_time, f.sequencer FROM %s AS f
      CROSS JOIN LATERAL unnest(f.records) WITH ORDINALITY AS e (j, no)', of_files));
END
$$;


ALTER FUNCTION ingest.elements_sql(of_files text) OWNER TO postgres;

--
-- Name: FUNCTION elements_sql(of_files text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.elements_sql(of_files text) IS 'The records of such files, one row each.';


--
-- Name: engine_in_force(); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.engine_in_force() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN CASE WHEN ingest.setting('engine') <> 'sql' AND ingest.native_problem() IS NULL THEN 'native' ELSE 'sql' END;
END
$$;


ALTER FUNCTION ingest.engine_in_force() OWNER TO postgres;

--
-- Name: FUNCTION engine_in_force(); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.engine_in_force() IS 'native where the extension can be used and is not switched off, else sql.';


--
-- Name: entry_key(bigint, ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: ingest_owner
--

CREATE FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT coalesce((SELECT c.key FROM unnest(claimed) AS c WHERE c.file_id = of_file LIMIT 1),
    (SELECT f.key FROM ingest.file AS f WHERE f.file_id = of_file)) COLLATE "C"
$$;


ALTER FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) OWNER TO ingest_owner;

--
-- Name: FUNCTION entry_key(of_file bigint, claimed ingest.claimed_file[]); Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) IS 'The S3 key of a ledger entry, or of a file that is just being processed.';


--
-- Name: enveloped(jsonb[], text[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.enveloped(candidates jsonb[], steps text[]) RETURNS jsonb[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  candidate jsonb;
  found jsonb;
  records jsonb[] := '{}';
BEGIN
  FOREACH candidate IN ARRAY candidates LOOP
    found := candidate #> steps;
    IF jsonb_typeof(candidate) <> 'object' OR found IS NULL OR jsonb_typeof(found) NOT IN ('array', 'object')
      OR ingest.too_deep(candidate) THEN
      RAISE EXCEPTION 'the envelope needs a closer look' USING ERRCODE = 'data_exception';
    END IF;
    records := records || CASE jsonb_typeof(found) WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements(found)) ELSE ARRAY[found] END;
  END LOOP;
  RETURN records;
END
$$;


ALTER FUNCTION ingest.enveloped(candidates jsonb[], steps text[]) OWNER TO postgres;

--
-- Name: FUNCTION enveloped(candidates jsonb[], steps text[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.enveloped(candidates jsonb[], steps text[]) IS 'The records that stand in the candidates at records_path; raises where any candidate is unusual.';


--
-- Name: expression_faults(text, ingest.claimed_file, jsonb, ingest.parsed_record[], integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  typed text;
  c record;
  found ingest.fault[] := '{}';
BEGIN
  IF NOT (contract ->> 'want_record')::boolean THEN
    RETURN found;
  END IF;
  typed := ingest.typed_sql(file.dataset, contract, source);
  FOR c IN SELECT x.name, x.declared FROM ingest.target_columns(file.dataset) AS x WHERE x.expression IS NOT NULL ORDER BY x.attnum LOOP
    BEGIN
      -- The planner leaves out what nobody asks for: of all expressions this one is evaluated.
      EXECUTE format('SELECT count(t.%I) FROM (%s) AS t', c.name, typed) USING ARRAY[file], contract, parsed, NULL::bigint[], of_record, of_record;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      IF ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      found := found || ROW(file.file_no, of_record, NULL, c.name, 'sqlstate_' || SQLSTATE,
        format('column %s: its expression raised %s; expected %s', c.name, SQLERRM, c.declared))::ingest.fault;
    END;
  END LOOP;
  RETURN found;
END
$$;


ALTER FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) OWNER TO postgres;

--
-- Name: FUNCTION expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) IS 'Of a record that is refused, the columns whose expressions raise, with what they say.';


--
-- Name: expression_problem(regclass, text, text, text[]); Type: FUNCTION; Schema: ingest; Owner: ingest_loader
--

CREATE FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without text[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  probe refcursor;
  scope text;
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'expression_problem() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  SELECT string_agg(format('NULL::%s AS %I', format_type(b.base_oid, b.base_typmod), a.attname), ', ') INTO scope
  FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
    AND a.attname <> ALL (ingest.metadata_columns() || without);
  -- A cursor takes one query only, so that nothing can follow the expression; it is planned, not run. Beside a plain
  -- column no aggregate may stand, inside CASE no function that returns a set.
  OPEN probe FOR EXECUTE format(E'SELECT pg_typeof((%s\n)), CASE WHEN true THEN (%s\n)::%s END, _ingest_one FROM (SELECT %s) AS typed',
    expression, expression, declared, concat_ws(', ', '1 AS _ingest_one', scope,
    CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attname = 'record') THEN NULL
      ELSE 'NULL::jsonb AS record' END));
  CLOSE probe;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  -- Whatever it is, it is an answer to "is this expression sound?", and nothing was done yet.
  RETURN format('%s (%s)', SQLERRM, SQLSTATE);
END
$$;


ALTER FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without text[]) OWNER TO ingest_loader;

--
-- Name: FUNCTION expression_problem(target regclass, expression text, declared text, without text[]); Type: COMMENT; Schema: ingest; Owner: ingest_loader
--

COMMENT ON FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without text[]) IS 'What PostgreSQL says against an expression over record and a target''s columns, without some; NULL when it is sound.';


--
-- Name: file_outcomes(ingest.claimed_file[], ingest.fault[], ingest.load_outcome, integer[], text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text) RETURNS ingest.file_outcome[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  RETURN (WITH at_fault AS (
    SELECT x.file_no, count(DISTINCT x.record_no) FILTER (WHERE x.record_no > 0) AS bad, (array_agg(x.error) FILTER (WHERE x.record_no = 0))[1] AS whole,
      (array_agg(x.error_code ORDER BY x.record_no, x.ordinality))[1] AS first_code, min(x.record_no) = 0 AS is_whole
    FROM unnest(faults) WITH ORDINALITY AS x GROUP BY x.file_no
  ), counted AS (
    SELECT f.file_no, coalesce(b.bad, 0) AS bad, b.whole, b.first_code, coalesce(b.is_whole, false) AS is_whole, f.file_no = ANY (skipped) AS skip,
      coalesce((outcome.good ->> f.file_no::text)::bigint, 0) AS good,
      coalesce((outcome.loaded ->> f.file_no::text)::bigint, 0) - coalesce((outcome.lost ->> f.file_no::text)::bigint, 0) AS loaded
    FROM unnest(files) AS f LEFT JOIN at_fault AS b ON b.file_no = f.file_no)
  SELECT array_agg(ROW(c.file_no, c.good + c.bad,
      CASE WHEN c.skip THEN 0 ELSE c.loaded END,
      CASE WHEN c.skip THEN 0 ELSE c.good - c.loaded END,
      CASE WHEN c.skip THEN c.good + c.bad ELSE c.bad END,
      CASE WHEN c.skip OR c.is_whole OR c.bad > 0 AND c.good = 0 THEN 'load_failed' WHEN c.bad > 0
        THEN 'partially_loaded' ELSE 'loaded' END,
      CASE WHEN c.skip OR c.is_whole THEN c.first_code END,
      CASE WHEN c.skip THEN format('%s of %s records rejected; the file was skipped whole (on_error %s)', c.bad, c.good + c.bad, on_error)
        ELSE c.whole END
    )::ingest.file_outcome)
  FROM counted AS c);
END
$$;


ALTER FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text) OWNER TO postgres;

--
-- Name: FUNCTION file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text) IS 'Counts and status of each file, from what the last statement did and what was rejected.';


--
-- Name: files_to_skip(text, ingest.fault[], jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) RETURNS integer[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  IF faults = '{}' OR on_error = 'continue' THEN
    RETURN '{}';
  END IF;
  RETURN (SELECT coalesce(array_agg(b.file_no), '{}') FROM (
    SELECT f.file_no, count(DISTINCT f.record_no) AS bad, coalesce((good ->> f.file_no::text)::bigint, 0) AS fine
    FROM unnest(faults) AS f WHERE f.record_no > 0 GROUP BY f.file_no) AS b
  WHERE CASE
    WHEN on_error = 'skip_file' THEN true
    WHEN on_error LIKE '%\%' THEN b.bad * 100 > rtrim(substr(on_error, 11), '%')::bigint * (b.bad + b.fine)
    ELSE b.bad >= substr(on_error, 11)::bigint END);
END
$$;


ALTER FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) OWNER TO postgres;

--
-- Name: FUNCTION files_to_skip(on_error text, faults ingest.fault[], good jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) IS 'Files whose rejects are too many for the dataset''s on_error.';


--
-- Name: find_refused(text, text, text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  found ingest.fault[];
BEGIN
  -- The statement is planned once, where EXECUTE would plan it for each probe. Only an error can have left the old one behind.
  IF EXISTS (SELECT FROM pg_prepared_statements AS p WHERE p.name = 'ingest_probe') THEN
    DEALLOCATE ingest_probe;
  END IF;
  EXECUTE 'PREPARE ingest_probe (ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer) AS ' || statement;
  BEGIN
    SET LOCAL plan_cache_mode = force_generic_plan;
    SET LOCAL ingest.hold_bodies = off;
    -- What refuses a load of nothing (a trigger for the statement, a right that is missing) is no record's fault.
    IF (ingest.probe(files[1:0], contract, parsed, excluded, NULL, NULL)).state IS NULL THEN
      PERFORM ingest.require_a_target_that_loads(source, files, contract, parsed, excluded);
      found := ingest.refused(source, files, contract, parsed, excluded, NULL, NULL);
    END IF;
    IF found <> '{}' AND ingest.refers_to_itself((SELECT d.target FROM ingest.dataset AS d WHERE d.name = of_dataset)) THEN
      SET LOCAL plan_cache_mode = force_custom_plan;
      found := ingest.still_refused(files, contract, parsed, excluded, found);
    END IF;
    IF found = '{}' THEN
      found := ingest.repeated(of_dataset, source, files, contract, parsed, excluded);
    END IF;
    IF found = '{}' THEN
      -- What lies behind a prefix is excluded: a list that only a plan which knows it looks up quickly.
      SET LOCAL plan_cache_mode = force_custom_plan;
      found := ingest.clashes(source, files, contract, parsed, excluded);
    END IF;
    -- Takes the parts of long files back.
    RAISE EXCEPTION 'the search is over' USING ERRCODE = 'PI000';
  EXCEPTION WHEN SQLSTATE 'PI000' THEN
    DEALLOCATE ingest_probe;
  END;
  RETURN coalesce(found, '{}');
END
$$;


ALTER FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'Records that the target refuses by themselves, found by loading ever smaller pieces of the unit and taking them back; where there are none, those that clash with others.';


--
-- Name: fingerprint(text, oid[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  d record;
BEGIN
  SELECT x.xmin::text || ' ' || x.target::text AS version, x.target INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  RETURN concat_ws('; ', d.version,
    ingest.is_plain_table(d.target)::text,
    (SELECT string_agg(m.column_name || ' ' || m.xmin::text, ', ' ORDER BY m.column_name) FROM ingest.column_mapping AS m
      WHERE m.dataset = of_dataset),
    -- PostgreSQL's own types (below the first oid that it gives to others' objects) do not change.
    (SELECT string_agg(a.attnum || ' ' || a.xmin::text || CASE WHEN a.atttypid >= 16384 THEN (SELECT ' ' || t.xmin::text FROM pg_type AS t
        WHERE t.oid = a.atttypid) ELSE '' END, ', ' ORDER BY a.attnum)
      FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum > 0),
    (SELECT string_agg(ad.adnum || ' ' || ad.xmin::text, ', ' ORDER BY ad.adnum) FROM pg_attrdef AS ad WHERE ad.adrelid = d.target),
    (SELECT string_agg(k.oid || ' ' || k.xmin::text, ', ' ORDER BY k.oid) FROM pg_constraint AS k WHERE k.conrelid = d.target),
    (SELECT string_agg(k.oid || ' ' || k.xmin::text, ', ' ORDER BY k.oid) FROM pg_constraint AS k WHERE k.contypid = ANY (domains)),
    (SELECT string_agg(t.oid || ' ' || t.xmin::text, ', ' ORDER BY t.oid) FROM pg_type AS t WHERE t.oid = ANY (domains)));
END
$$;


ALTER FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) OWNER TO postgres;

--
-- Name: FUNCTION fingerprint(of_dataset text, domains oid[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) IS 'Changes with anything that a dataset''s statements are made from.';


--
-- Name: first_attempt(ingest.compiled_dataset, ingest.claimed_file[], text, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean) RETURNS ingest.load_attempt
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  a ingest.load_attempt;
BEGIN
  a.contract := c.contract;
  IF single_records THEN
    -- Single records stand by themselves, without the envelope that they once came in.
    a.contract := a.contract || '{"records_path": null, "records_path_text": null}';
  END IF;
  a.careful := engine = 'native'; a.inspected := engine = 'native';
  a.source := CASE WHEN engine = 'native' THEN c.native_source WHEN a.contract = c.contract THEN c.quick_source
    ELSE ingest.quick_source(a.contract) END;
  a.statement := CASE WHEN engine = 'native' THEN c.native_load WHEN a.contract = c.contract THEN c.quick_load
    ELSE ingest.load_sql(c.dataset, a.source, true) END;
  -- What is gathered stays in memory; larger units go through the load statement, which spills.
  a.gather := engine = 'native' AND c.native_upsert IS NOT NULL
    AND (SELECT sum(f.body_bytes) FROM unnest(files) AS f) <= ingest.setting('unit_bytes')::bigint;
  a.plain := CASE WHEN engine = 'native' THEN a.gather ELSE a.contract = c.contract AND c.plain_load IS NOT NULL END AND ingest.plain_is_due(c.dataset);
  a.clean := engine <> 'native' AND a.contract = c.contract AND c.clean_load IS NOT NULL;
  -- Rows that may have to be updated are gathered in vain.
  a.gather := a.gather AND (a.plain OR NOT (a.contract ->> 'keeps')::boolean);
  a.statement := CASE WHEN engine = 'native' THEN a.statement WHEN a.plain THEN c.plain_load WHEN a.clean THEN c.clean_load ELSE a.statement END;
  a.files := files;
  a.parsed := '{}'; a.read_faults := '{}'; a.insert_faults := '{}';
  a.skipped := '{}'; a.skipped_faults := '{}'; a.skipped_good := '{}'; a.drift := '{}';
  RETURN a;
END
$$;


ALTER FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean) OWNER TO postgres;

--
-- Name: FUNCTION first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean) IS 'An attempt at all files, by the quickest way that the engine has.';


--
-- Name: foreign_depth(oid, oid[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.foreign_depth(of_target oid, seen oid[] DEFAULT '{}'::oid[]) RETURNS integer
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT coalesce(max(1 + ingest.foreign_depth(k.confrelid, seen || of_target)), 0)
    FROM pg_constraint AS k WHERE k.conrelid = of_target AND k.contype = 'f' AND k.confrelid <> of_target AND k.confrelid <> ALL (seen));
END
$$;


ALTER FUNCTION ingest.foreign_depth(of_target oid, seen oid[]) OWNER TO postgres;

--
-- Name: FUNCTION foreign_depth(of_target oid, seen oid[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.foreign_depth(of_target oid, seen oid[]) IS 'How many tables deep a target''s foreign keys reach: parents are loaded before their children.';


--
-- Name: function_at_fault(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.function_at_fault(context text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT m[1] FROM regexp_matches(context, 'function (\S+\([^)]*\))') AS m
  WHERE NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.pronamespace = 'ingest'::regnamespace AND p.proname = split_part(replace(m[1], 'ingest.', ''), '(', 1))
$$;


ALTER FUNCTION ingest.function_at_fault(context text) OWNER TO postgres;

--
-- Name: FUNCTION function_at_fault(context text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.function_at_fault(context text) IS 'The function in which an error was raised, by what PostgreSQL says of its context. NULL where that was none, or one of the pipeline''s.';


--
-- Name: gathered_upsert_sql(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.gathered_upsert_sql(of_dataset text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- Gathered rows do not tell what their records left out: a dataset that keeps such columns inserts them or gathers in vain.
  RETURN (SELECT CASE WHEN (ingest.contract(of_dataset) ->> 'keeps')::boolean THEN 'SELECT to_jsonb(ingest.in_doubt(0)), NULL::jsonb'
    ELSE format('WITH incoming AS (SELECT *%s FROM ingest_native.gathered_rows() AS i (_ingest_file integer, %s)),
    %s
    SELECT %s',
    -- An append writes in the order of reading, in which the rows come; the target need not have a column for it.
    CASE WHEN d.load_mode = 'append' THEN ', row_number() OVER () AS _ingest_record' ELSE '' END,
    (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
      WHERE a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped),
    ingest.write_sql(of_dataset, true, false), ingest.attempted_counts_sql()) END
  FROM ingest.dataset AS d
  -- Expressions see the whole record, and an append has to tell which record of a file repeats a key.
  WHERE d.name = of_dataset AND NOT (ingest.contract(of_dataset) ->> 'want_record')::boolean
    AND (d.load_mode = 'upsert' OR ingest.key_columns(d.target) IS NULL));
END
$$;


ALTER FUNCTION ingest.gathered_upsert_sql(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION gathered_upsert_sql(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.gathered_upsert_sql(of_dataset text) IS 'The statement that loads rows which the extension has gathered, counted by file; NULL where the dataset needs the whole load statement.';


--
-- Name: grant_on_target(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.grant_on_target(target regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  sequence regclass;
BEGIN
  -- As the caller: what it may grant is granted here, what not is named by ingest.privilege_problems().
  IF EXISTS (SELECT FROM ingest.privilege_problems(target)) AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = target
    AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO ingest_loader', target);
    IF (SELECT pg_has_role(n.nspowner, 'USAGE') FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target)
      THEN
      EXECUTE (SELECT format('GRANT USAGE ON SCHEMA %I TO ingest_loader', n.nspname) FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target);
    END IF;
  END IF;
  FOR sequence IN
    SELECT d.objid::regclass FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype IN ('a', 'i')
      AND CASE WHEN c.relkind = 'S' THEN pg_has_role(c.relowner, 'USAGE') AND NOT has_sequence_privilege('ingest_loader', d.objid, 'USAGE')
        ELSE false END
  LOOP
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO ingest_loader', sequence);
  END LOOP;
END
$$;


ALTER FUNCTION ingest.grant_on_target(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION grant_on_target(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.grant_on_target(target regclass) IS 'Grants ingest_loader what it needs on a target and its own sequences, as far as the caller may.';


--
-- Name: has_unknown_sql(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.has_unknown_sql(columns jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- An object without members takes 8 bytes. Seeing that costs less than comparing.
  RETURN (SELECT concat_ws(' OR ',
    coalesce((SELECT format('pg_column_size(r.j - %L::text[]) > 8', k.members) FROM ingest.known_members(columns) AS k WHERE k.parent = '{}'),
      'r.j <> ''{}'''),
    (SELECT string_agg(format('CASE jsonb_typeof(r.o%1$s) WHEN ''object'' THEN pg_column_size(r.o%1$s - %2$L::text[]) > 8 WHEN ''null'' THEN false ELSE r.o%1$s IS NOT NULL END',
      o.no, o.members), ' OR ' ORDER BY o.no) FROM ingest.inner_objects(columns) AS o)));
END
$_$;


ALTER FUNCTION ingest.has_unknown_sql(columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION has_unknown_sql(columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.has_unknown_sql(columns jsonb) IS 'SQL that is true where r.j, or an inner object r.o<n>, has a member that no column reads.';


--
-- Name: held_body(bigint); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.held_body(held bigint) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN
    RAISE EXCEPTION 'a row of ingest.staging came with held = %, which only the extension pg_ingest gives', held
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Stage the file again, with its body and no value of held.';
  END IF;
  RETURN ingest_native.held_body(held);
END
$$;


ALTER FUNCTION ingest.held_body(held bigint) OWNER TO postgres;

--
-- Name: FUNCTION held_body(held bigint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.held_body(held bigint) IS 'A body that this session holds in memory in place of storing it.';


--
-- Name: in_doubt(integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.in_doubt(of_file integer) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'the quick reader is in doubt of file %', of_file USING ERRCODE = 'PI001';
END
$$;


ALTER FUNCTION ingest.in_doubt(of_file integer) OWNER TO postgres;

--
-- Name: FUNCTION in_doubt(of_file integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.in_doubt(of_file integer) IS 'Ends a quick load at the first record that needs a closer look.';


--
-- Name: incoming_columns(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.incoming_columns(of_dataset text) RETURNS TABLE(name text, value_sql text, sort integer, is_written boolean)
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT c.name, format('c.%I', c.name), c.attnum::integer, true FROM ingest.target_columns(of_dataset) AS c
  UNION ALL
  SELECT k.flag::text, 'c.' || k.flag, 10000 + k.attnum::integer, false FROM ingest.kept_columns(of_dataset) AS k
  UNION ALL
  SELECT a.attname::text, CASE a.attname
      WHEN '_file_id' THEN 'c._ingest_file_id' WHEN '_record_no' THEN 'c._ingest_record' WHEN '_loaded_at' THEN 'statement_timestamp()'
      WHEN '_source_time' THEN 'c._ingest_source_time' WHEN '_sequencer' THEN 'c._ingest_sequencer' ELSE 'c._ingest_rescued' END, a.attnum::integer, true
  FROM ingest.dataset AS d JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped
  WHERE d.name = of_dataset AND a.attname = ANY (ingest.metadata_columns()) AND a.attgenerated = '' AND a.attidentity = '';
END
$$;


ALTER FUNCTION ingest.incoming_columns(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION incoming_columns(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.incoming_columns(of_dataset text) IS 'Every column that the pipeline writes into a target, with the SQL of its value; and, not written, whether a record left out a column that is kept.';


--
-- Name: inner_objects(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.inner_objects(columns jsonb) RETURNS TABLE(no bigint, steps text[], members text[])
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY k.parent), k.parent, k.members FROM ingest.known_members(columns) AS k WHERE k.parent <> '{}';
END
$$;


ALTER FUNCTION ingest.inner_objects(columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION inner_objects(columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.inner_objects(columns jsonb) IS 'The objects inside a record that paths go through, with the members that they continue into.';


--
-- Name: inspect_file(jsonb, integer, integer, bytea, integer[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  SELECT coalesce(array_agg(ROW(inspect_file.file_no, coalesce(only_record, r.record_no), r.record)::ingest.parsed_record), '{}'),
    coalesce(array_agg(ROW(inspect_file.file_no, coalesce(only_record, r.record_no), r.raw, NULL, r.error_code, r.error)::ingest.fault)
      FILTER (WHERE r.error_code IS NOT NULL), '{}')
  INTO parsed, faults
  FROM ingest.records(body, nullif(contract -> 'records_path', 'null'), contract ->> 'records_path_text', wanted) AS r;
  -- The fault of a file voids its records.
  IF EXISTS (SELECT FROM unnest(faults) AS f WHERE f.record_no = 0) THEN
    parsed := '{}';
    faults := ARRAY(SELECT ROW(f.file_no, 0, body, NULL, f.error_code, f.error)::ingest.fault FROM unnest(faults) AS f WHERE f.record_no = 0);
  END IF;
END
$$;


ALTER FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) OWNER TO postgres;

--
-- Name: FUNCTION inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) IS 'Records of one file, all or those wanted, and the faults of those that are none, or the fault of the file; only_record numbers the record of a body that is one.';


--
-- Name: inspect_suspects(jsonb, bigint[], ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  wanted integer[];
  content bytea;
  found record;
BEGIN
  parsed := '{}'; faults := '{}';
  FOR i IN 1 .. cardinality(files) LOOP
    wanted := ARRAY(SELECT (s & 2147483647)::integer FROM unnest(suspects) AS s WHERE s >> 32 = files[i].file_no);
    CONTINUE WHEN wanted = '{}';
    SELECT ingest.staged_body(s.body, s.held) INTO content FROM ingest.staging AS s WHERE s.ctid = files[i].staged;
    IF 0 = ANY (wanted) THEN
      files[i].status := 'inspected';
    END IF;
    -- A file that cannot be read quickly is inspected whole, and so is a body that is one record.
    SELECT r.parsed, r.faults INTO found FROM ingest.inspect_file(contract, files[i].file_no, files[i].record_no, content,
      CASE WHEN 0 <> ALL (wanted) AND files[i].record_no IS NULL THEN wanted END) AS r;
    parsed := parsed || found.parsed;
    faults := faults || found.faults;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) OWNER TO postgres;

--
-- Name: FUNCTION inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) IS 'Inspects the records that the careful reader suspects; a file of which it could tell no record is inspected whole and gets the status inspected.';


--
-- Name: is_constant(pg_node_tree); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.is_constant(tree pg_node_tree) RETURNS boolean
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT tree::text !~ '\{(SQLVALUEFUNCTION|NEXTVALUEEXPR|COERCEVIAIO) ' AND NOT EXISTS (
    SELECT FROM regexp_matches(tree::text, ':(?:funcid|opfuncid) ([0-9]+)', 'g') AS m JOIN pg_proc AS p ON p.oid = m[1]::oid WHERE p.provolatile <> 'i')
$$;


ALTER FUNCTION ingest.is_constant(tree pg_node_tree) OWNER TO postgres;

--
-- Name: FUNCTION is_constant(tree pg_node_tree); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.is_constant(tree pg_node_tree) IS 'Whether a default is the same whenever it is evaluated.';


--
-- Name: is_of_the_moment(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.is_of_the_moment(state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  SELECT $1 LIKE ANY ('{40%,53%,57%,58%,55P03,XX001,XX002,PI%}')
$_$;


ALTER FUNCTION ingest.is_of_the_moment(state text) OWNER TO postgres;

--
-- Name: FUNCTION is_of_the_moment(state text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.is_of_the_moment(state text) IS 'Whether an error of that SQLSTATE is nobody''s fault who is in the batch: neither a record''s nor its target''s.';


--
-- Name: is_plain_table(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.is_plain_table(target regclass) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relhasrules AND NOT c.relrowsecurity
      AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = target AND NOT t.tgisinternal)
    FROM pg_class AS c WHERE c.oid = target);
END
$$;


ALTER FUNCTION ingest.is_plain_table(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION is_plain_table(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.is_plain_table(target regclass) IS 'Whether an insert puts just its rows into this very table: no partitions or heirs, no rules, policies or triggers of a user''s.';


--
-- Name: judge_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.judge_sql(of_dataset text, source text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT format('SELECT bool_or(c._ingest_clean), coalesce(array_agg(ROW(c._ingest_file, c._ingest_record, NULL, k.column_name, k.error_code, k.error)::ingest.fault
      ORDER BY c._ingest_file, c._ingest_record, k.no) FILTER (WHERE NOT k.good), ''{}'')
    FROM (SELECT *, %s AS _ingest_clean FROM (%s) AS t OFFSET 0) AS c
    CROSS JOIN LATERAL (VALUES %s (0, true, NULL, NULL, NULL)) AS k (no, good, column_name, error_code, error)',
    s.clean, ingest.typed_sql(of_dataset, c, source), s.faults)
  FROM ingest.contract(of_dataset) AS c CROSS JOIN LATERAL ingest.checks_sql(of_dataset, c) AS s);
END
$$;


ALTER FUNCTION ingest.judge_sql(of_dataset text, source text) OWNER TO postgres;

--
-- Name: FUNCTION judge_sql(of_dataset text, source text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.judge_sql(of_dataset text, source text) IS 'The statement that loads nothing and tells what load_sql() would check: whether any record of the source passes, and the faults of the others.';


--
-- Name: judge_suspects(ingest.load_attempt, bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  seen record;
BEGIN
  SELECT s.files, s.parsed, s.faults INTO seen FROM ingest.inspect_suspects(a.contract, suspects, a.files) AS s;
  a.files := seen.files; a.parsed := seen.parsed; a.read_faults := seen.faults; a.inspected := true;
  complete := NOT EXISTS (SELECT FROM unnest(seen.parsed) AS p WHERE p.record IS NOT NULL);
END
$$;


ALTER FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean) OWNER TO postgres;

--
-- Name: FUNCTION judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean) IS 'Inspects what the careful reader left out as suspect. Where none of it is a record, the load is complete; else it has to be made again with what was inspected.';


--
-- Name: kept_columns(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.kept_columns(of_dataset text) RETURNS SETOF ingest.kept_column
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT c.name, '_ingest_absent_' || p.no, c.attnum
  FROM ingest.target_columns(of_dataset) AS c
  JOIN jsonb_array_elements(ingest.contract(of_dataset) -> 'columns') WITH ORDINALITY AS p (value, no) ON p.value ->> 'name' = c.name
  WHERE c.is_kept AND (p.value ->> 'has_default')::boolean
$$;


ALTER FUNCTION ingest.kept_columns(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION kept_columns(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.kept_columns(of_dataset text) IS 'The columns that an update keeps where a record leaves them out; the others of on_absent keep have to be brought.';


--
-- Name: kept_value_sql(ingest.kept_column, regclass, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT format('CASE WHEN %s THEN t.%I ELSE %s.%2$I END', CASE WHEN incoming <> 'excluded' THEN format('%s.%s', incoming, k.flag)
      ELSE format('(%s) IN (SELECT %s FROM attempted AS a WHERE a.%s)', string_agg(format('excluded.%I%s', a.attname, w.cast), ', ' ORDER BY u.o),
        string_agg(format('a.%I%s', a.attname, w.cast), ', ' ORDER BY u.o), k.flag) END,
    k.name, incoming)
  FROM unnest(ingest.key_columns(target)) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = u.name
  CROSS JOIN LATERAL (SELECT CASE WHEN (ingest.base_type(a.atttypid, a.atttypmod)).base_oid < 16384 THEN '' ELSE '::text' END AS cast) AS w
$_$;


ALTER FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) OWNER TO postgres;

--
-- Name: FUNCTION kept_value_sql(k ingest.kept_column, target regclass, incoming text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) IS 'SQL of the value that row t gets in such a column from the incoming row, or from excluded, whose keys are among those of attempted.';


--
-- Name: key_columns(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.key_columns(target regclass) RETURNS text[]
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT array_agg(a.attname::text ORDER BY k.o)
  FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, o)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indrelid = target AND i.indisprimary AND k.o <= i.indnkeyatts);
END
$$;


ALTER FUNCTION ingest.key_columns(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION key_columns(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.key_columns(target regclass) IS 'The columns of a table''s primary key, in its order; NULL without one.';


--
-- Name: key_hindrance(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.key_hindrance(target regclass) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN i.indisexclusion THEN 'temporal (WITHOUT OVERLAPS)' WHEN NOT i.indimmediate THEN 'DEFERRABLE' END
  FROM pg_index AS i WHERE i.indrelid = target AND i.indisprimary
$$;


ALTER FUNCTION ingest.key_hindrance(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION key_hindrance(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.key_hindrance(target regclass) IS 'What keeps an upsert from going by a table''s primary key; NULL where nothing does.';


--
-- Name: key_match_sql(regclass, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.key_match_sql(target regclass, incoming text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT string_agg(format('t.%1$I OPERATOR(%2$I.%3$s) %4$s.%1$I', a.attname, n.nspname, o.oprname, incoming), ' AND ' ORDER BY k.o)
  FROM pg_index AS i CROSS JOIN LATERAL unnest(i.indkey::smallint[], i.indclass::oid[]) WITH ORDINALITY AS k (attnum, opclass, o)
  JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  JOIN pg_opclass AS c ON c.oid = k.opclass
  JOIN pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
  JOIN pg_operator AS o ON o.oid = m.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
  WHERE i.indrelid = target AND i.indisprimary AND k.o <= i.indnkeyatts);
END
$_$;


ALTER FUNCTION ingest.key_match_sql(target regclass, incoming text) OWNER TO postgres;

--
-- Name: FUNCTION key_match_sql(target regclass, incoming text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.key_match_sql(target regclass, incoming text) IS 'SQL that tells whether row t has the incoming row''s primary key, by the operators of its index.';


--
-- Name: known_members(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.known_members(columns jsonb) RETURNS TABLE(parent text[], members text[])
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  -- Every prefix of a path that leads through objects alone is a place where members are known.
  RETURN QUERY WITH paths AS (
    SELECT DISTINCT c.value -> 'path' AS path FROM jsonb_array_elements(columns) AS c WHERE jsonb_array_length(c.value -> 'path') > 0
  ), names AS (
    -- Most paths are one member's name.
    SELECT p.path, CASE WHEN jsonb_array_length(p.path) = 1 AND jsonb_typeof(p.path -> 0) = 'string' THEN ARRAY[p.path ->> 0]
      ELSE ARRAY(SELECT s.value #>> '{}' FROM jsonb_array_elements(p.path) WITH ORDINALITY AS s (value, no)
        WHERE s.no < coalesce((SELECT min(x.no) FROM jsonb_array_elements(p.path) WITH ORDINALITY AS x (value, no)
          WHERE jsonb_typeof(x.value) = 'number'), jsonb_array_length(p.path) + 1) ORDER BY s.no) END AS steps
    FROM paths AS p
  ), places AS (
    SELECT n.steps[1:d.depth - 1] AS parent, array_agg(DISTINCT n.steps[d.depth]) AS members
    FROM names AS n CROSS JOIN LATERAL generate_series(1, cardinality(n.steps)) AS d (depth) GROUP BY 1
  )
  SELECT p.parent, p.members FROM places AS p
  -- An object that one column takes whole has no unknown members, whatever other paths go through it.
  WHERE NOT EXISTS (SELECT FROM generate_series(1, cardinality(p.parent)) AS d (depth) JOIN paths AS w ON w.path = to_jsonb(p.parent[1:d.depth]));
END
$$;


ALTER FUNCTION ingest.known_members(columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION known_members(columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.known_members(columns jsonb) IS 'For each object that paths go through, the members that they continue into.';


--
-- Name: known_places(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.known_places(columns jsonb) RETURNS TABLE(parent text[], inner_members text[])
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY WITH known AS MATERIALIZED (SELECT k.parent, k.members FROM ingest.known_members(columns) AS k)
  SELECT k.parent, ARRAY(SELECT o.parent[cardinality(o.parent)] FROM known AS o WHERE o.parent <> '{}' AND o.parent[1:cardinality(o.parent) - 1] = k.parent)
  FROM known AS k
  UNION ALL SELECT '{}', '{}' WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.parent = '{}');
END
$$;


ALTER FUNCTION ingest.known_places(columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION known_places(columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.known_places(columns jsonb) IS 'The objects that paths go through, with those of their members that are such objects themselves: inside them, and nowhere else, a remainder holds members apart.';


--
-- Name: known_values_sql(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.known_values_sql(of_dataset text) RETURNS TABLE(no bigint, refused_sql text, message_sql text, unsure_sql text)
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
BEGIN
  -- A row that this unit writes anew may give its value up: of whom it meets, only the load can tell.
  RETURN QUERY SELECT v.index_no, format('%s AND EXISTS (SELECT FROM %s AS t WHERE %s%s)', v.counts, d.target, s.same,
      CASE WHEN d.load_mode = 'upsert' THEN format(' AND NOT EXISTS (SELECT FROM written AS x WHERE %s)', ingest.key_match_sql(d.target, 'x')) ELSE '' END),
    format('format(%L, %s)', format('duplicate key value violates unique constraint "%s"; Key (%s)=(%s) already exists.', replace(v.index_name, '%', '%%'),
      replace(v.shown, '%', '%%'), v.places), v.value_list),
    CASE WHEN d.load_mode = 'upsert' THEN format('%s AND EXISTS (SELECT FROM %s AS t WHERE %s AND NOT (%s))', v.counts, d.target, s.same, ingest.key_match_sql(d.target, 'w')) ELSE 'false' END
  FROM ingest.unique_values(of_dataset) AS v JOIN ingest.dataset AS d ON d.name = of_dataset
  CROSS JOIN LATERAL (SELECT string_agg(format('t.%1$I %2$s w.%1$I', u.name, ingest.order_operator((ingest.base_type(a.atttypid, a.atttypmod)).base_oid, 3::smallint)), ' AND ' ORDER BY u.o) AS same
    FROM unnest(v.columns) WITH ORDINALITY AS u (name, o) JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = u.name) AS s;
END
$_$;


ALTER FUNCTION ingest.known_values_sql(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION known_values_sql(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.known_values_sql(of_dataset text) IS 'Of each unique index the SQL that tells whether another row of the target has record w''s values, and what PostgreSQL would say. The last column tells whether a row has them that may give them up.';


--
-- Name: large_document(bytea); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.large_document(body bytea) RETURNS jsonb[]
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN ingest.document(body, true);
EXCEPTION WHEN internal_error THEN
  RAISE EXCEPTION '%', SQLERRM USING ERRCODE = 'program_limit_exceeded';
END
$$;


ALTER FUNCTION ingest.large_document(body bytea) OWNER TO postgres;

--
-- Name: FUNCTION large_document(body bytea); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.large_document(body bytea) IS 'document() of a body that may hold more than jsonb can: raises class 54 then.';


--
-- Name: last_record(text, ingest.claimed_file[], jsonb, ingest.parsed_record[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  last_no integer;
BEGIN
  EXECUTE format('SELECT max(q._ingest_record) FROM (%s) AS q', source) INTO last_no USING files, contract, parsed;
  RETURN coalesce(last_no, 0);
END
$$;


ALTER FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) OWNER TO postgres;

--
-- Name: FUNCTION last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) IS 'The highest record number that the row source gives for the files.';


--
-- Name: load_dataset(text, ingest.claimed_file[], text, boolean); Type: FUNCTION; Schema: ingest; Owner: ingest_loader
--

CREATE FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) RETURNS ingest.dataset_outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  c ingest.compiled_dataset;
  on_error text;
  a ingest.load_attempt;
  tries_plain boolean;
  outcome ingest.load_outcome;
  judged record;
  faults ingest.fault[];
  to_skip integer[];
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'load_dataset() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  -- What a constraint has to say is said here, while the search for the record at fault can still be made.
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT * INTO STRICT c FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  on_error := (SELECT d.on_error FROM ingest.dataset AS d WHERE d.name = of_dataset);
  a := ingest.first_attempt(c, files, engine, single_records);
  tries_plain := a.plain;
  LOOP
    BEGIN
      IF engine = 'native' THEN
        PERFORM ingest_native.begin_run();
      END IF;
      IF a.gather THEN
        outcome := ingest.load_gathered(a, c);
        a.gather := outcome IS NOT NULL;
        a.plain := a.plain AND a.gather;
        tries_plain := tries_plain AND a.gather;
      END IF;
      IF NOT a.gather THEN
        EXECUTE a.statement INTO outcome USING a.files, a.contract, a.parsed, a.excluded, NULL::integer, NULL::integer;
      END IF;
      IF engine = 'native' THEN
        a.read_faults := ingest.native_rejects(a.files);
      ELSIF outcome.suspects <> '{}' THEN
        SELECT j.a, j.complete INTO judged FROM ingest.judge_suspects(a, outcome.suspects) AS j;
        a := judged.a;
        IF NOT judged.complete THEN
          RAISE EXCEPTION 'suspects were inspected' USING ERRCODE = 'PI003';
        END IF;
      END IF;
      IF engine <> 'native' AND a.excluded IS NOT NULL THEN
        SELECT outcome.rejects || t.rejects, outcome.unknown || t.unknown INTO outcome.rejects, outcome.unknown FROM ingest.told_of_excluded(a) AS t;
      END IF;
      IF engine <> 'native' AND outcome.rejects <> '{}' THEN
        outcome.rejects := ingest.worded(a.files, a.contract, outcome.rejects, outcome.unknown);
      END IF;
      faults := a.read_faults || outcome.rejects || a.insert_faults;
      to_skip := ingest.files_to_skip(on_error, faults, outcome.good);
      IF to_skip <> '{}' THEN
        RAISE EXCEPTION 'files to skip' USING ERRCODE = 'PI002';
      END IF;
      EXIT;
    EXCEPTION
      WHEN SQLSTATE 'PI003' THEN
        NULL;
      WHEN SQLSTATE 'PI002' THEN
        a := ingest.without_files(a, to_skip, faults, outcome, ingest.drift(engine, a.contract, outcome.unknown));
      WHEN OTHERS OR assert_failure THEN
        IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE NOT IN ('PI001', 'PI004') THEN
          RAISE;
        END IF;
        a := ingest.look_closer(a, c, SQLSTATE);
        IF a IS NULL THEN
          RAISE;
        END IF;
    END;
  END LOOP;
  IF tries_plain THEN
    PERFORM ingest.plain_went(of_dataset, a.plain);
  END IF;
  -- A trigger may have deferred some. At COMMIT they would fire as whoever called.
  SET CONSTRAINTS ALL IMMEDIATE;
  faults := faults || a.skipped_faults;
  outcome.good := outcome.good || a.skipped_good;
  RETURN ROW(ingest.file_outcomes(files, faults, outcome, a.skipped, on_error), faults,
    a.drift || ingest.drift(engine, a.contract, outcome.unknown))::ingest.dataset_outcome;
END
$$;


ALTER FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) OWNER TO ingest_loader;

--
-- Name: FUNCTION load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean); Type: COMMENT; Schema: ingest; Owner: ingest_loader
--

COMMENT ON FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) IS 'Loads the staged files of one dataset, compiled before, in one statement; on failure finds what is at fault, sets it aside and loads the rest.';


--
-- Name: load_files(text, ingest.claimed_file[], text, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean DEFAULT false) RETURNS ingest.dataset_outcome
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  PERFORM ingest.compiled(of_dataset);
  BEGIN
    RETURN ingest.load_dataset(of_dataset, files, engine, single_records);
  EXCEPTION WHEN undefined_function OR undefined_table OR undefined_object OR undefined_column OR invalid_schema_name THEN
    -- No fingerprint shows that a function of a default, say, has another name.
    DELETE FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
    PERFORM ingest.compiled(of_dataset);
  END;
  RETURN ingest.load_dataset(of_dataset, files, engine, single_records);
END
$$;


ALTER FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) OWNER TO postgres;

--
-- Name: FUNCTION load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) IS 'load_dataset() of a dataset compiled as its target is now; once more, compiled anew, where a name that it uses is gone.';


--
-- Name: load_gathered(ingest.load_attempt, ingest.compiled_dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) RETURNS ingest.load_outcome
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  d ingest.dataset;
  state text;
  outcome ingest.load_outcome;
  passes boolean;
  rejects ingest.fault[];
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = c.dataset;
  state := ingest_native.gather(a.contract, d.target, d.version_column, a.files, NOT a.plain);
  IF state = 'unsuited' THEN
    RETURN NULL;
  END IF;
  SELECT coalesce(jsonb_object_agg(g.file_no, g.good), '{}'), coalesce(jsonb_object_agg(g.file_no, g.winners), '{}'), '{}', '{}', '{}', '{}'
  INTO outcome FROM ingest_native.gathered_files() AS g;
  IF (a.contract ->> 'keeps')::boolean AND outcome.good <> outcome.loaded THEN
    RAISE EXCEPTION 'records of one key may complete each other' USING ERRCODE = 'PI001';
  ELSIF state = 'mixed' OR NOT ingest_native.insert_gathered() THEN
    EXECUTE c.native_upsert INTO outcome.loaded, outcome.lost USING a.files;
  END IF;
  IF EXISTS (SELECT FROM ingest_native.gathered_rest()) THEN
    EXECUTE c.native_judge INTO passes, rejects
    USING a.files, a.contract || '{"records_path": null, "records_path_text": null}', a.parsed, a.excluded, NULL::integer, NULL::integer;
    IF passes THEN
      RAISE EXCEPTION 'a constraint refuses what the contract allows' USING ERRCODE = 'PI001',
        DETAIL = 'What a constraint says of the whole row, say, only the insert can tell.';
    END IF;
    outcome.rejects := ARRAY(SELECT ROW(r.file_no, r.record_no, x.record, r.column_name, r.error_code, r.error)::ingest.fault
      FROM unnest(rejects) WITH ORDINALITY AS r JOIN unnest(a.files) AS f ON f.file_no = r.file_no
      JOIN ingest_native.gathered_rest() AS x ON x.file_no = r.file_no AND coalesce(f.record_no, x.record_no) = r.record_no
      ORDER BY r.ordinality);
  END IF;
  RETURN outcome;
END
$$;


ALTER FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) OWNER TO postgres;

--
-- Name: FUNCTION load_gathered(a ingest.load_attempt, c ingest.compiled_dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) IS 'The native engine''s quick way: rows are made, put in order and inserted without a statement that does it. NULL where the target needs one.';


--
-- Name: load_sql(text, text, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  d ingest.dataset;
  contract jsonb := ingest.contract(of_dataset);
  key text[];
  checks record;
  winners text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  key := ingest.record_key(of_dataset);
  SELECT * INTO checks FROM ingest.checks_sql(of_dataset, contract);
  winners := CASE WHEN d.load_mode = 'append' THEN 'SELECT * FROM checked WHERE _ingest_good'
    ELSE ingest.winners_sql(of_dataset, 'checked WHERE _ingest_good') END;
  -- Each CTE that is read more than once is written to memory once, and the counts are taken in one pass. Rejects,
  -- unknown members and losers of a race are looked for only if that pass saw trouble.
  RETURN format('WITH checked AS (%1$s),
    seen AS (SELECT _ingest_file, count(*) AS records, count(*) FILTER (WHERE _ingest_good) AS good, count(*) FILTER (WHERE _ingest_suspect) AS suspects, count(_ingest_unknown) FILTER (WHERE NOT _ingest_suspect) AS unknown
      FROM checked GROUP BY 1),
    rejects AS (SELECT c._ingest_file, c._ingest_record, k.no, k.column_name, k.error_code, k.error FROM checked AS c
      CROSS JOIN LATERAL (VALUES %2$s (0, NOT c._ingest_clean OR c._ingest_good, NULL, ''duplicate_in_file'', %3$s)) AS k (no, good, column_name, error_code, error)
      WHERE NOT c._ingest_good AND NOT c._ingest_suspect AND NOT k.good
      UNION ALL SELECT c._ingest_file, c._ingest_record, CASE f.place WHEN 0 THEN 2147483647 ELSE f.place - 2147483648 END, (%7$L::text[])[f.place], f.code, NULL FROM checked AS c
      CROSS JOIN LATERAL unnest(c._ingest_faults, c._ingest_codes) AS f (place, code) WHERE c._ingest_codes IS NOT NULL AND NOT c._ingest_suspect),
    incoming AS NOT MATERIALIZED (SELECT c._ingest_file, c._ingest_record, %4$s FROM (%5$s) AS c),
    %6$s
    SELECT
      coalesce((SELECT jsonb_object_agg(n._ingest_file, n.good) FROM seen AS n), ''{}''),
      CASE WHEN (SELECT count(*) FROM applied) = (SELECT sum(n.good) FROM seen AS n) THEN (SELECT jsonb_object_agg(n._ingest_file, n.good) FROM seen AS n)
        ELSE coalesce((SELECT jsonb_object_agg(n._ingest_file, n.loaded) FROM (SELECT _ingest_file, count(*) FILTER (WHERE _ingest_state <> ''stale'') AS loaded FROM attempted GROUP BY 1) AS n), ''{}'') END,
      CASE WHEN (SELECT count(*) FROM applied) < (SELECT sum(n.good) FROM seen AS n) AND (SELECT count(*) FROM applied) < (SELECT count(*) FROM attempted WHERE _ingest_state IN (''new'', ''newer''))
        THEN (SELECT jsonb_object_agg(n._ingest_file, n.lost) FROM (SELECT _ingest_file, count(*) AS lost FROM lost GROUP BY 1) AS n) ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.suspects) FROM seen AS n) > 0 THEN (SELECT array_agg(c._ingest_file::bigint << 32 | c._ingest_record ORDER BY 1) FROM checked AS c WHERE c._ingest_suspect) ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.records - n.good) FROM seen AS n) > 0 THEN coalesce((SELECT array_agg(ROW(r._ingest_file, r._ingest_record, NULL, r.column_name, r.error_code, r.error)::ingest.fault
        ORDER BY r._ingest_file, r._ingest_record, r.no) FROM rejects AS r), ''{}'') ELSE ''{}'' END,
      CASE WHEN (SELECT sum(n.unknown) FROM seen AS n) > 0 THEN (SELECT array_agg(ROW(u._ingest_file, u._ingest_record, u._ingest_unknown)::ingest.unknown_seen)
        FROM checked AS u WHERE u._ingest_unknown IS NOT NULL AND NOT u._ingest_suspect) ELSE ''{}'' END',
    ingest.checked_sql(of_dataset, contract, checks.clean, source),
    checks.faults,
    CASE WHEN key IS NULL THEN 'NULL::text' ELSE format('format(%L, %s, c._ingest_first)',
      'the key (' || replace(array_to_string(key, ', '), '%',
      '%%') || ') = (%s) stands in record %s already; expected each key once in an append',
      (SELECT string_agg(format('ingest.shown(c.%I::text)', k), ' || '', '' || ' ORDER BY o)
        FROM unnest(key) WITH ORDINALITY AS u (k, o))) END,
    (SELECT string_agg(format('%s AS %I', i.value_sql, i.name), ', ' ORDER BY i.sort) FROM ingest.incoming_columns(of_dataset) AS i),
    winners, ingest.write_sql(of_dataset, false, alone),
    ARRAY(SELECT c.value ->> 'name' FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no) ORDER BY c.no));
END
$_$;


ALTER FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) OWNER TO postgres;

--
-- Name: FUNCTION load_sql(of_dataset text, source text, alone boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) IS 'The whole statement that loads a dataset''s files from a row source; what ingest_explain() shows. alone: as in write_sql().';


--
-- Name: lock_known_objects(ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
BEGIN
  PERFORM FROM ingest.object AS o JOIN unnest(files) AS f ON f.object_id IS NULL AND o.bucket = f.bucket AND o.key = f.key
  ORDER BY o.bucket, o.key COLLATE "C" FOR UPDATE OF o;
END
$$;


ALTER FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) OWNER TO postgres;

--
-- Name: FUNCTION lock_known_objects(files ingest.claimed_file[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) IS 'Locks the objects of files that have none yet. Statements behind it see what the sessions that held the locks have committed: one that locks and reads would wait, and then read the ledger as it was before.';


--
-- Name: lock_objects(ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.lock_objects(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  all_new boolean;
BEGIN
  WITH added AS (
    INSERT INTO ingest.object (bucket, key, newest_file_id, newest_etag, newest_sequencer, newest_last_modified)
    SELECT f.bucket, f.key, CASE WHEN f.present THEN f.file_id END, CASE WHEN f.present THEN f.etag END, CASE WHEN f.present
      THEN f.sequencer END, CASE WHEN f.present THEN f.last_modified END
    FROM (SELECT u.*, coalesce(u.error_code, '') <> 'object_missing' AND (u.body_bytes IS NOT NULL OR u.error_code IS NOT NULL) AS present
      FROM unnest(files) AS u) AS f
    ORDER BY f.bucket, f.key COLLATE "C"
    ON CONFLICT (bucket, key) DO NOTHING
    RETURNING object_id, bucket, key
  )
  SELECT array_agg(ingest.recognised(f, a.object_id, CASE WHEN f.body_bytes IS NULL THEN CASE f.error_code WHEN 'too_large'
      THEN 'load_failed' ELSE 'object_missing' END END) ORDER BY f.file_no), bool_and(a.object_id IS NOT NULL)
  INTO files, all_new
  FROM unnest(files) AS f LEFT JOIN added AS a ON a.bucket = f.bucket AND a.key = f.key;
  IF NOT all_new THEN
    PERFORM ingest.lock_known_objects(files);
  END IF;
  RETURN files;
END
$$;


ALTER FUNCTION ingest.lock_objects(files ingest.claimed_file[]) OWNER TO postgres;

--
-- Name: FUNCTION lock_objects(files ingest.claimed_file[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.lock_objects(files ingest.claimed_file[]) IS 'Locks every file''s object. Files of new ones get it; a file without a body gets its status.';


--
-- Name: lock_targets(text[], boolean); Type: FUNCTION; Schema: ingest; Owner: ingest_loader
--

CREATE FUNCTION ingest.lock_targets(datasets text[], several_times boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  t record;
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'lock_targets() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  FOR t IN
    SELECT d.target, several_times OR count(*) > 1 AS alone FROM ingest.dataset AS d JOIN pg_class AS c ON c.oid = d.target AND c.relkind IN ('r', 'p')
    -- Who lacks the right is told so when the dataset is loaded.
    WHERE d.name = ANY (datasets) AND has_schema_privilege(c.relnamespace, 'USAGE') AND has_table_privilege(d.target, 'INSERT') AND has_table_privilege(d.target, 'UPDATE')
    GROUP BY d.target ORDER BY d.target::oid
  LOOP
    -- Whoever alters a target has finished, or waits for us, before it is compiled: what it wants by now is no fault of a record.
    -- A table's locks can be taken by those alone who have rights on it, so that nobody else can stand in its way.
    EXECUTE format('LOCK TABLE ONLY %s IN %s MODE', t.target, CASE WHEN t.alone THEN 'SHARE ROW EXCLUSIVE' ELSE 'ROW EXCLUSIVE' END);
  END LOOP;
END
$$;


ALTER FUNCTION ingest.lock_targets(datasets text[], several_times boolean) OWNER TO ingest_loader;

--
-- Name: FUNCTION lock_targets(datasets text[], several_times boolean); Type: COMMENT; Schema: ingest; Owner: ingest_loader
--

COMMENT ON FUNCTION ingest.lock_targets(datasets text[], several_times boolean) IS 'Locks the targets of datasets against being altered, and keeps sessions apart: side by side where a target is written once in key order, else one at a time, so that upserts cannot deadlock. several_times: each dataset writes more than once.';


--
-- Name: long_suspect_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.long_suspect_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT CASE WHEN c ->> 'base_oid' = '19' THEN format('octet_length(%s) > 63', member)
    WHEN c ->> 'max_length' IS NOT NULL THEN format('char_length(%s) > %s', member, c ->> 'max_length') END);
END
$$;


ALTER FUNCTION ingest.long_suspect_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION long_suspect_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.long_suspect_sql(c jsonb, member text) IS 'SQL that is true where a text is longer than its column; NULL where any length will do.';


--
-- Name: look_closer(ingest.load_attempt, ingest.compiled_dataset, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) RETURNS ingest.load_attempt
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  found ingest.fault[];
  seen record;
BEGIN
  -- Where a query can tell for certain whom the target refuses, no search is needed. A plain insert may only have met a known key.
  IF state IN ('23503', '23505') AND NOT (a.plain AND state = '23505') THEN
    found := ingest.told_refusals(a, c.dataset);
    IF found <> '{}' THEN
      a.statement := CASE WHEN a.careful OR NOT (a.plain OR a.clean) THEN a.statement ELSE c.quick_load END;
      a.gather := false; a.plain := false; a.clean := false;
      RETURN ingest.without_refused(a, found);
    END IF;
  END IF;
  IF a.gather THEN
    -- A key may have been known after all, or brought by another session.
    a.gather := a.plain AND state = '23505';
    a.plain := false;
    RETURN a;
  END IF;
  IF a.plain THEN
    a.plain := false;
    a.statement := CASE WHEN a.clean THEN c.clean_load ELSE c.quick_load END;
    RETURN a;
  END IF;
  IF a.clean THEN
    a.clean := false;
    IF state = 'PI004' THEN
      a.statement := c.quick_load;
      RETURN a;
    END IF;
  END IF;
  IF NOT a.careful THEN
    a.careful := true;
    a.source := CASE WHEN a.contract = c.contract THEN c.careful_source ELSE ingest.careful_source(a.contract) END;
    a.alone := a.contract = c.contract;
    a.statement := CASE WHEN a.alone THEN c.careful_load ELSE ingest.load_sql(c.dataset, a.source, false) END;
    RETURN a;
  END IF;
  IF a.alone THEN
    a.alone := false;
    a.statement := ingest.load_sql(c.dataset, a.source, false);
    RETURN a;
  END IF;
  -- A suspect may be fine, and win over what seems to be refused without it.
  IF NOT a.inspected THEN
    SELECT s.files, s.parsed, s.faults INTO seen
    FROM ingest.inspect_suspects(a.contract, ingest.suspects(a.source, a.files, a.contract), a.files) AS s;
    a.files := seen.files; a.parsed := seen.parsed; a.read_faults := seen.faults; a.inspected := true;
    IF a.parsed <> '{}' OR a.read_faults <> '{}' THEN
      RETURN a;
    END IF;
  END IF;
  found := ingest.find_refused(c.dataset, a.statement, a.source, a.files, a.contract, a.parsed, a.excluded);
  -- Who was left out before and is found again is not what the load fails by.
  found := ARRAY(SELECT f FROM unnest(found) AS f WHERE f.file_no::bigint << 32 | f.record_no <> ALL (coalesce(a.excluded, '{}')));
  IF found = '{}' THEN
    RETURN NULL;
  END IF;
  RETURN ingest.without_refused(a, found);
END
$$;


ALTER FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) OWNER TO postgres;

--
-- Name: FUNCTION look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) IS 'The next attempt after a failure with that SQLSTATE, more careful by one step; NULL when nothing is found. Records that a query tells to be refused are left out first. Gathered rows that were taken for new are gathered again and looked for. Then comes the whole load statement, one that expects less, the careful reader, and one that minds keys of other sessions. At last suspects are inspected (sql engine), and the records that the insert refuses are searched.';


--
-- Name: made_up(jsonb, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.made_up(c jsonb, variant integer) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT CASE
    WHEN c ->> 'kind' = 'boolean' THEN 'true'
    WHEN c ->> 'kind' IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'other_number') THEN to_jsonb(variant)
    WHEN c ->> 'kind' = 'text' THEN to_jsonb(chr(96 + variant))
    WHEN c ->> 'kind' IN ('json', 'jsonb') THEN '{}'
    WHEN c ->> 'kind' = 'array' THEN '[]'
    WHEN c ->> 'base_oid' IN ('1083', '1266') THEN to_jsonb(format('0%s:00', variant))
    WHEN c ->> 'base_oid' = '1186' THEN to_jsonb(format('%s days', variant))
    WHEN c ->> 'kind' = 'datetime' THEN to_jsonb(format('2000-01-0%s', variant))
    WHEN c ->> 'base_oid' = '2950' THEN to_jsonb(format('00000000-0000-0000-0000-00000000000%s', variant))
    WHEN c ->> 'base_oid' = '17' THEN '"\\x"'
    WHEN c ->> 'base_oid' IN ('869', '650') THEN to_jsonb(format('127.0.0.%s', variant))
    WHEN c ->> 'base_oid' IN ('1560', '1562') THEN to_jsonb(repeat('0', greatest((c ->> 'typmod')::integer, 1)))
    ELSE (SELECT CASE t.typtype WHEN 'e' THEN (SELECT to_jsonb(e.enumlabel) FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1)
        WHEN 'r' THEN '"empty"' WHEN 'm' THEN '"{}"' END FROM pg_type AS t WHERE t.oid = (c ->> 'base_oid')::oid) END
$$;


ALTER FUNCTION ingest.made_up(c jsonb, variant integer) OWNER TO postgres;

--
-- Name: FUNCTION made_up(c jsonb, variant integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.made_up(c jsonb, variant integer) IS 'A value that a column of the contract should take: the first or the second; NULL where nothing is known of its type.';


--
-- Name: make_newest(ingest.claimed_file[], ingest.delivery[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  -- The event of a later put may have found this content already; older events must not pass for newer.
  UPDATE ingest.object AS o SET newest_sequencer = coalesce(CASE WHEN x.later THEN f.sequencer END, o.newest_sequencer),
    newest_last_modified = greatest(o.newest_last_modified, f.last_modified)
  FROM unnest(known) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
  WHERE o.object_id = x.object_id AND x.is_newest AND (x.later OR f.last_modified > o.newest_last_modified);
  UPDATE ingest.object AS o SET newest_file_id = f.file_id, newest_etag = f.etag, newest_sequencer = f.sequencer,
    newest_last_modified = f.last_modified
  FROM unnest(known) AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
  WHERE o.object_id = x.object_id AND x.first_file_id IS NULL AND x.present AND x.stale IS NOT TRUE;
END
$$;


ALTER FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) OWNER TO postgres;

--
-- Name: FUNCTION make_newest(files ingest.claimed_file[], known ingest.delivery[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) IS 'Objects take up what is newer than what they knew as their newest entry.';


--
-- Name: mapping(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.mapping(of_dataset text) RETURNS jsonb
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT coalesce(jsonb_object_agg(m.column_name, to_jsonb(m)), '{}') FROM ingest.column_mapping AS m WHERE m.dataset = of_dataset
$$;


ALTER FUNCTION ingest.mapping(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION mapping(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.mapping(of_dataset text) IS 'The rows of a dataset''s mapping, by column.';


--
-- Name: dataset; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.dataset (
    name text NOT NULL,
    prefix text NOT NULL,
    bucket text,
    target regclass NOT NULL,
    records_path text,
    load_mode text NOT NULL,
    version_column name,
    on_error text DEFAULT 'continue'::text NOT NULL,
    on_unknown text DEFAULT 'rescue'::text NOT NULL,
    on_absent text DEFAULT 'default'::text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    registered_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dataset_load_mode CHECK ((load_mode = ANY (ARRAY['upsert'::text, 'append'::text]))),
    CONSTRAINT dataset_name_length CHECK (((octet_length(name) >= 1) AND (octet_length(name) <= 200))),
    CONSTRAINT dataset_on_absent CHECK ((on_absent = ANY (ARRAY['default'::text, 'keep'::text]))),
    CONSTRAINT dataset_on_error CHECK ((on_error ~ '^(continue|skip_file|skip_file_[1-9][0-9]{0,8}|skip_file_([1-9][0-9]?|100)%)$'::text)),
    CONSTRAINT dataset_on_unknown CHECK ((on_unknown = ANY (ARRAY['rescue'::text, 'ignore'::text, 'reject'::text]))),
    CONSTRAINT dataset_prefix_length CHECK ((octet_length(prefix) <= 1024))
);


ALTER TABLE ingest.dataset OWNER TO ingest_owner;

--
-- Name: TABLE dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.dataset IS 'Which files go to which table, and how. Written by ingest_register_dataset().';


--
-- Name: COLUMN dataset.name; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.name IS 'The dataset''s name.';


--
-- Name: COLUMN dataset.prefix; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.prefix IS 'Keys beginning with this belong to the dataset; the longest matching prefix wins.';


--
-- Name: COLUMN dataset.bucket; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.bucket IS 'Only this bucket; null matches every bucket.';


--
-- Name: COLUMN dataset.target; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.target IS 'The table that records are loaded into.';


--
-- Name: COLUMN dataset.records_path; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.records_path IS 'Path of the array of records inside an envelope, such as $.data.items; null when the document itself is the records.';


--
-- Name: COLUMN dataset.load_mode; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.load_mode IS 'upsert (by primary key) or append.';


--
-- Name: COLUMN dataset.version_column; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.version_column IS 'The higher value wins between two records of one key.';


--
-- Name: COLUMN dataset.on_error; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.on_error IS 'continue, skip_file, skip_file_<n> or skip_file_<n>%: when rejects skip the whole file.';


--
-- Name: COLUMN dataset.on_unknown; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.on_unknown IS 'Members with no column: rescue, ignore or reject.';


--
-- Name: COLUMN dataset.on_absent; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.on_absent IS 'The fate of a column in an update whose record leaves its member out: default (its default or NULL) or keep.';


--
-- Name: COLUMN dataset.enabled; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.enabled IS 'False: files are kept in quarantine as no_dataset until it is enabled and replayed.';


--
-- Name: COLUMN dataset.registered_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset.registered_at IS 'When it was last registered.';


--
-- Name: mapping_problems(ingest.dataset, jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) RETURNS SETOF text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
DECLARE
  m record;
  problem text;
  target regclass := d.target;
  unmanaged text[];
BEGIN
  IF jsonb_typeof(columns) <> 'object' OR jsonb_typeof(expressions) <> 'object' THEN
    RETURN NEXT 'columns and expressions are JSON objects: column to path, column to SQL';
    RETURN;
  END IF;
  unmanaged := ARRAY(SELECT c.key FROM jsonb_each(columns) AS c WHERE c.value = 'null');
  FOR m IN
    SELECT e.key, e.value, e.what, a.attname IS NOT NULL AS exists, a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed, a.attgenerated <> '' OR a.attidentity = 'a'
      OR a.attname = ANY (ingest.metadata_columns()) AS read_only,
      format_type(b.base_oid, b.base_typmod) AS declared
    FROM (SELECT key, value, 'columns' AS what FROM jsonb_each(columns) UNION ALL SELECT key, value, 'expressions'
      FROM jsonb_each(expressions)) AS e
    LEFT JOIN pg_attribute AS a ON a.attrelid = target AND a.attname = e.key AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b ON true
    ORDER BY e.what, e.key
  LOOP
    IF NOT m.exists THEN
      RETURN NEXT format('%s: %s has no column %s', m.what, target, m.key);
    ELSIF m.read_only THEN
      RETURN NEXT format('%s: column %s is filled by PostgreSQL or the pipeline and is never read from JSON', m.what, m.key);
    ELSIF m.what = 'columns' AND m.value = 'null' THEN
      IF expressions ? m.key THEN
        RETURN NEXT format('columns: %s is mapped to null, so it is never written, and has an expression', m.key);
      ELSIF m.key = d.version_column OR d.load_mode = 'upsert' AND m.key = ANY (ingest.key_columns(target)) THEN
        RETURN NEXT format('columns: %s is mapped to null, so it is never read, and an upsert goes by it', m.key);
      ELSIF m.needed THEN
        RETURN NEXT format('columns: %s is mapped to null, so the table makes it, and it is NOT NULL without a default', m.key);
      END IF;
    ELSIF jsonb_typeof(m.value) <> 'string' THEN
      RETURN NEXT format('%s: %s needs a string, got %s', m.what, m.key, m.value);
    ELSIF m.what = 'columns' THEN
      BEGIN
        IF ingest.parse_path(m.value #>> '{}') = '[]' THEN
          RETURN NEXT format('columns: path $ of %s is the whole record; use an expression over record', m.key);
        END IF;
      EXCEPTION WHEN invalid_parameter_value THEN
        RETURN NEXT format('columns: %s: %s', m.key, SQLERRM);
      END;
    ELSE
      problem := ingest.expression_problem(target, m.value #>> '{}', m.declared, unmanaged);
      IF problem IS NOT NULL THEN
        RETURN NEXT format('expressions: %s: %s', m.key, problem);
      END IF;
    END IF;
  END LOOP;
END
$_$;


ALTER FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) OWNER TO postgres;

--
-- Name: FUNCTION mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) IS 'What is wrong with a registration''s columns and expressions.';


--
-- Name: match_dataset(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.match_dataset(of_bucket text, of_key text) RETURNS SETOF text
    LANGUAGE sql STABLE ROWS 1
    AS $$
  SELECT d.name FROM ingest.dataset AS d
  WHERE pg_catalog.starts_with(of_key, d.prefix) AND (d.bucket IS NULL OR d.bucket = of_bucket)
  ORDER BY pg_catalog.length(d.prefix) DESC, d.bucket NULLS LAST LIMIT 1
$$;


ALTER FUNCTION ingest.match_dataset(of_bucket text, of_key text) OWNER TO postgres;

--
-- Name: FUNCTION match_dataset(of_bucket text, of_key text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.match_dataset(of_bucket text, of_key text) IS 'The dataset that a key belongs to, if any: the longest matching prefix, before a bucket of its own.';


--
-- Name: may_be_the_targets(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.may_be_the_targets(state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  SELECT $1 LIKE ANY ('{08%,0A%,0L%,0P%,25%,26%,28%,2B%,2D%,34%,39%,3B%,3D%,3F%,42%,55%,72%,F0%,HV%,XX%}') AND $1 <> '42601'
$_$;


ALTER FUNCTION ingest.may_be_the_targets(state text) OWNER TO postgres;

--
-- Name: FUNCTION may_be_the_targets(state text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.may_be_the_targets(state text) IS 'Whether an error of that SQLSTATE may be the target''s, of whatever record: a right or a name is missing, a state that it is in, an internal error.';


--
-- Name: member_path(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.member_path(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT CASE WHEN $1 ~ '^[A-Za-z_][A-Za-z0-9_]*$' THEN '$.' || $1 ELSE '$.' || pg_catalog.to_json($1)::text END
$_$;


ALTER FUNCTION ingest.member_path(name text) OWNER TO postgres;

--
-- Name: FUNCTION member_path(name text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.member_path(name text) IS 'The path of the member of that name, quoted where it is no plain name.';


--
-- Name: metadata_columns(); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.metadata_columns() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT ARRAY['_file_id', '_record_no', '_loaded_at', '_source_time', '_sequencer', '_rescued']
$$;


ALTER FUNCTION ingest.metadata_columns() OWNER TO postgres;

--
-- Name: FUNCTION metadata_columns(); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.metadata_columns() IS 'Columns that the pipeline fills where a target has them.';


--
-- Name: missing_parents_sql(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.missing_parents_sql(of_dataset text) RETURNS TABLE(no bigint, refused_sql text, message_sql text)
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  RETURN QUERY SELECT row_number() OVER (ORDER BY m.fired), format('num_nulls(%s) = 0 AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', m.list, k.confrelid::regclass, m.same),
    format('format(%L, %s)', format('insert or update on table "%s" violates foreign key constraint "%s"; Key (%s)=(%s) is not present in table "%s".',
      replace(c.relname, '%', '%%'), replace(k.conname, '%', '%%'), replace(m.shown, '%', '%%'), m.places, replace(r.relname, '%', '%%')), m.value_list)
  FROM ingest.dataset AS d JOIN pg_constraint AS k ON k.conrelid = d.target AND k.contype = 'f' JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_class AS r ON r.oid = k.confrelid
  CROSS JOIN LATERAL (SELECT string_agg(format('w.%I', a.attname), ', ' ORDER BY u.o) AS list, string_agg(a.attname, ', ' ORDER BY u.o) AS shown,
      string_agg('%s', ', ') AS places, string_agg(format('w.%I', a.attname), ', ' ORDER BY u.o) AS value_list,
      string_agg(format('p.%I OPERATOR(%I.%s) w.%I', b.attname, n.nspname, o.oprname, a.attname), ' AND ' ORDER BY u.o) AS same,
      -- Triggers of one row fire in the order of their names.
      (SELECT min(t.tgname) FROM pg_trigger AS t WHERE t.tgconstraint = k.oid AND t.tgrelid = k.conrelid AND t.tgfoid = 'pg_catalog."RI_FKey_check_ins"'::regproc) AS fired
    FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS u (own, theirs, equal, o)
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.theirs
    JOIN pg_operator AS o ON o.oid = u.equal JOIN pg_namespace AS n ON n.oid = o.oprnamespace) AS m
  WHERE d.name = of_dataset;
END
$$;


ALTER FUNCTION ingest.missing_parents_sql(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION missing_parents_sql(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.missing_parents_sql(of_dataset text) IS 'For each foreign key the SQL that tells whether record w''s parent is missing, and what PostgreSQL would say; in the order in which it checks.';


--
-- Name: native_problem(); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.native_problem() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  library text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN
    RETURN 'the extension pg_ingest is not installed in this database';
  END IF;
  BEGIN
    library := ingest_native.version();
  EXCEPTION WHEN undefined_file OR undefined_function OR invalid_schema_name OR insufficient_privilege THEN
    RETURN format('the extension pg_ingest cannot be used (%s); install its files and ALTER EXTENSION pg_ingest UPDATE, or DROP EXTENSION pg_ingest', SQLERRM);
  END;
  -- Releases with the same first two numbers understand each other.
  IF substring(library FROM '^\d+\.\d+') IS DISTINCT FROM substring(ingest.version() FROM '^\d+\.\d+') THEN
    RETURN format('the extension''s library is of release %s, the pipeline of %s; install the library of the same release and ALTER EXTENSION pg_ingest UPDATE',
      library, ingest.version());
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION ingest.native_problem() OWNER TO postgres;

--
-- Name: FUNCTION native_problem(); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.native_problem() IS 'Why the native engine cannot be used in this database, with what to do; NULL where it can.';


--
-- Name: native_records_sql(jsonb, text, text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT format('SELECT f.file_no AS _ingest_file, coalesce(f.record_no, %s) AS _ingest_record, s._ingest_faults, NULL::text[] AS _ingest_codes, false AS _ingest_suspect,
      f.file_id AS _ingest_file_id, f.source_time AS _ingest_source_time, f.sequencer AS _ingest_sequencer, %s AS _ingest_rescued, NULL::jsonb AS _ingest_unknown, %s AS _ingest_whole%s
    FROM unnest($1) AS f JOIN %s
    CROSS JOIN LATERAL ingest_native.read_rows($2, f.file_no, %s) AS s (_ingest_record integer, _ingest_faults smallint[]%s%s%s%s)',
    record_no,
    CASE WHEN (contract ->> 'want_rescued')::boolean THEN 's._ingest_rescued' ELSE 'NULL::jsonb' END,
    CASE WHEN (contract ->> 'want_record')::boolean THEN 's._ingest_whole' ELSE 'NULL::jsonb' END,
    coalesce(string_agg(format(', s.%I', c.value ->> 'name'), '' ORDER BY c.no), '')
      || coalesce(string_agg(format(', s._ingest_absent_%s', c.no), '' ORDER BY c.no) FILTER (WHERE (c.value ->> 'has_default')::boolean),
        ''),
    origin, body,
    CASE WHEN (contract ->> 'want_rescued')::boolean THEN ', _ingest_rescued jsonb' ELSE '' END,
    CASE WHEN (contract ->> 'want_record')::boolean THEN ', _ingest_whole jsonb' ELSE '' END,
    coalesce(string_agg(format(', %I %s', c.value ->> 'name', c.value ->> 'base_type'), '' ORDER BY c.no), ''),
    coalesce(string_agg(format(', _ingest_absent_%s boolean', c.no), '' ORDER BY c.no) FILTER (WHERE (c.value ->> 'has_default')::boolean),
      ''))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no));
END
$_$;


ALTER FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text) OWNER TO postgres;

--
-- Name: FUNCTION native_records_sql(contract jsonb, origin text, record_no text, body text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text) IS 'The native row source over bodies that are joined to the claimed files f.';


--
-- Name: native_rejects(ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.native_rejects(files ingest.claimed_file[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  found ingest.fault[];
BEGIN
  -- A body that is one record of an earlier file keeps that record's number.
  SELECT array_agg(ROW(r.file_no, CASE WHEN r.record_no = 0 THEN 0 ELSE coalesce(f.record_no, r.record_no) END, r.record, r.column_name, r.error_code,
    r.error)::ingest.fault) INTO found
  FROM (SELECT file_no, record_no, record, column_name, error_code, error FROM ingest_native.rejects()
    UNION ALL SELECT f.file_no, 0, NULL, NULL, f.error_code, f.error FROM ingest_native.files() AS f WHERE f.error_code IS NOT NULL) AS r
  JOIN unnest(files) AS f ON f.file_no = r.file_no;
  RETURN coalesce(found, '{}');
END
$$;


ALTER FUNCTION ingest.native_rejects(files ingest.claimed_file[]) OWNER TO postgres;

--
-- Name: FUNCTION native_rejects(files ingest.claimed_file[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.native_rejects(files ingest.claimed_file[]) IS 'What the native row source set aside since begin_run(): faults of records and of whole files.';


--
-- Name: native_rest_source(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.native_rest_source(contract jsonb) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT ingest.native_records_sql(contract, 'ingest_native.gathered_rest() AS x ON x.file_no = f.file_no', 'x.record_no', 'x.record')
$$;


ALTER FUNCTION ingest.native_rest_source(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION native_rest_source(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.native_rest_source(contract jsonb) IS 'The native engine''s row source for records that a constraint refused while rows were gathered: each its own body.';


--
-- Name: native_source(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.native_source(contract jsonb) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT ingest.native_records_sql(contract, 'ingest.staging AS b ON b.ctid = f.staged', 's._ingest_record',
    'ingest.staged_body(b.body, b.held)')
$$;


ALTER FUNCTION ingest.native_source(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION native_source(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.native_source(contract jsonb) IS 'The native engine''s row source as a query.';


--
-- Name: nested_suspect_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.nested_suspect_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- Arrays and objects begin with 91 and 123.
  RETURN (SELECT format('(ascii(%s) | 32 = 123 AND jsonb_typeof(%s) IN (''object'', ''array''))', member, ingest.path_accessor('r.j', c -> 'path', false)));
END
$$;


ALTER FUNCTION ingest.nested_suspect_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION nested_suspect_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.nested_suspect_sql(c jsonb, member text) IS 'SQL that is true where an object or array came for a text.';


--
-- Name: newer_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.newer_sql(of_dataset text, incoming text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  d ingest.dataset;
  has text[];
  last_resort text;
  condition text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  has := ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = ANY (ingest.metadata_columns())
    AND NOT a.attisdropped);
  last_resort := CASE WHEN d.version_column IS NULL THEN 'NOT ' || ingest.same_data_sql(of_dataset, incoming) ELSE 'false' END;
  condition := last_resort;
  IF '_record_no' = ANY (has) THEN
    condition := format('CASE WHEN t._record_no IS DISTINCT FROM %1$s._record_no THEN t._record_no IS NULL OR %1$s._record_no > t._record_no ELSE %2$s END',
      incoming, condition);
  END IF;
  IF '_file_id' = ANY (has) THEN
    -- An entry that was pruned has no key to go by.
    condition := format('CASE WHEN t._file_id IS DISTINCT FROM %1$s._file_id THEN t._file_id IS NULL OR coalesce(ingest.entry_key(%1$s._file_id, $1) >= ingest.entry_key(t._file_id, $1), %3$s) ELSE %2$s END',
      incoming, condition, last_resort);
  END IF;
  IF '_sequencer' = ANY (has) THEN
    condition := format('CASE WHEN t._sequencer IS DISTINCT FROM %1$s._sequencer THEN t._sequencer IS NULL OR ingest.sequencer_order(%1$s._sequencer) > ingest.sequencer_order(t._sequencer) ELSE %2$s END',
      incoming, condition);
  END IF;
  IF '_source_time' = ANY (has) THEN
    condition := format('CASE WHEN t._source_time IS DISTINCT FROM %1$s._source_time THEN t._source_time IS NULL OR %1$s._source_time > t._source_time ELSE %2$s END',
      incoming, condition);
  END IF;
  IF d.version_column IS NOT NULL THEN
    condition := format('CASE WHEN t.%I IS NULL OR %s THEN true WHEN %s THEN false ELSE NOT %s AND %s END', d.version_column,
      ingest.version_sql(of_dataset, incoming, 5::smallint), ingest.version_sql(of_dataset, incoming, 1::smallint),
      ingest.same_data_sql(of_dataset, incoming), condition);
  END IF;
  RETURN format('(%s) IS TRUE', condition);
END
$_$;


ALTER FUNCTION ingest.newer_sql(of_dataset text, incoming text) OWNER TO postgres;

--
-- Name: FUNCTION newer_sql(of_dataset text, incoming text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.newer_sql(of_dataset text, incoming text) IS 'SQL that tells whether the incoming row replaces row t: docs/semantics.md section 4.';


--
-- Name: not_clean(integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.not_clean(of_file integer) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'file % has a record with something to tell', of_file USING ERRCODE = 'PI004';
END
$$;


ALTER FUNCTION ingest.not_clean(of_file integer) OWNER TO postgres;

--
-- Name: FUNCTION not_clean(of_file integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.not_clean(of_file integer) IS 'Ends a clean load at the first record that the quick load can read, but that a constraint refuses or that has unknown members.';


--
-- Name: null_suspect_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.null_suspect_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT CASE WHEN NOT (c ->> 'required')::boolean THEN NULL
    WHEN (c ->> 'has_default')::boolean THEN format('jsonb_typeof(%s) = ''null''', ingest.path_accessor('r.j', c -> 'path', false))
    ELSE format('%s IS NULL', member) END);
END
$$;


ALTER FUNCTION ingest.null_suspect_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION null_suspect_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.null_suspect_sql(c jsonb, member text) IS 'SQL that is true where a required value is missing; NULL where none is required.';


--
-- Name: numeric_digits(integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer) RETURNS record
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF typmod >= 4 THEN
    scale := (typmod - 4 & 2047 # 1024) - 1024;
    whole := (typmod - 4 >> 16 & 65535) - scale;
  END IF;
END
$$;


ALTER FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer) OWNER TO postgres;

--
-- Name: FUNCTION numeric_digits(typmod integer, OUT whole integer, OUT scale integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer) IS 'How many digits numeric''s modifier allows before and after the point (utils/adt/numeric.c, make_numeric_typmod); NULLs without one.';


--
-- Name: object_at(jsonb, text[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.object_at(document jsonb, steps text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN steps = '{}' THEN document
    WHEN jsonb_typeof(document #> steps) <> 'object' THEN NULL
    WHEN cardinality(steps) > 1 AND EXISTS (SELECT FROM generate_series(1, cardinality(steps) - 1) AS d (depth)
      WHERE jsonb_typeof(document #> steps[1:d.depth]) <> 'object') THEN NULL
    ELSE document #> steps END
$$;


ALTER FUNCTION ingest.object_at(document jsonb, steps text[]) OWNER TO postgres;

--
-- Name: FUNCTION object_at(document jsonb, steps text[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.object_at(document jsonb, steps text[]) IS 'The object at a place inside objects; NULL where there is none.';


--
-- Name: odd_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.odd_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT CASE
    WHEN e.labels IS NOT NULL THEN format('%s <> ALL (%L::text[]) OR jsonb_typeof(%s) <> ''string''', member, e.labels, p.as_json)
    WHEN p.plain IS NULL THEN NULL
    WHEN c ->> 'kind' IN ('int2', 'int4', 'int8')
      THEN format('CASE WHEN ltrim(%1$s, ''0123456789'') = '''' THEN octet_length(%1$s) NOT BETWEEN 1 AND %2$s WHEN jsonb_typeof(%4$s) = ''number'' THEN (%4$s)::numeric <> trunc((%4$s)::numeric) OR abs((%4$s)::numeric) >= 1e%2$s ELSE %1$s !~ %3$L END',
        member, CASE c ->> 'kind' WHEN 'int2' THEN 4 WHEN 'int4' THEN 9 ELSE 18 END, p.plain, p.as_json)
    -- A number has at most as many digits before its point as its text has characters, and float8 takes what is short.
    WHEN c ->> 'kind' IN ('float4', 'float8') THEN format('CASE jsonb_typeof(%1$s) WHEN ''number'' THEN octet_length(%2$s) > 30 ELSE %2$s !~ %3$L END', p.as_json, member, p.plain)
    WHEN c ->> 'kind' = 'numeric' THEN format('CASE jsonb_typeof(%1$s) WHEN ''number'' THEN %2$s ELSE %3$s !~ %4$L END', p.as_json,
      -- A whole one less than the least that does not fit, however it is rounded.
      CASE WHEN d.whole IS NULL THEN 'false' ELSE format('octet_length(%3$s) > %4$s AND abs((%1$s)::numeric) > %2$s', p.as_json, repeat('9', least(d.whole, 100)), member, d.whole) END,
      member, p.plain)
    WHEN c ->> 'base_oid' = '2950'
      THEN format('%1$s NOT LIKE ''________-____-____-____-____________'' OR %1$s !~ ''^[0-9a-fA-F-]+$'' OR octet_length(replace(%1$s, ''-'', '''')) <> 32', member)
    WHEN c ->> 'base_oid' IN ('1082', '1114', '1184')
      THEN format('CASE WHEN %s THEN false ELSE %s !~ %L END', ingest.plain_time_sql(member, c ->> 'base_oid' <> '1082'), member, p.plain)
    WHEN c ->> 'kind' = 'array' THEN format('%s::text !~ %L', member, p.plain)
    ELSE format('%s !~ %L', member, p.plain) END
  FROM (SELECT ingest.plain_pattern(c) AS plain, ingest.path_accessor('r.j', c -> 'path', false) AS as_json) AS p
  CROSS JOIN LATERAL ingest.numeric_digits((c ->> 'typmod')::integer) AS d
  CROSS JOIN (SELECT array_agg(l.enumlabel::text) AS labels FROM pg_enum AS l WHERE l.enumtypid = (c ->> 'base_oid')::oid) AS e);
END
$_$;


ALTER FUNCTION ingest.odd_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION odd_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.odd_sql(c jsonb, member text) IS 'SQL that is true where a value is not for certain one that the column''s type takes; NULL where only the type can tell.';


--
-- Name: older_sql(ingest.dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.older_sql(d ingest.dataset) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN o.older IS NULL THEN 'false'
    ELSE format('coalesce((SELECT %s FROM %s AS t WHERE %s LIMIT 1), false)', o.older, d.target, ingest.key_match_sql(d.target, 'c')) END
  FROM (SELECT coalesce(ingest.version_sql(d.name, 'c', 1::smallint), (SELECT 'c._ingest_source_time < t._source_time' FROM pg_attribute AS a
    WHERE a.attrelid = d.target AND a.attname = '_source_time' AND NOT a.attisdropped)) AS older) AS o
$$;


ALTER FUNCTION ingest.older_sql(d ingest.dataset) OWNER TO postgres;

--
-- Name: FUNCTION older_sql(d ingest.dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.older_sql(d ingest.dataset) IS 'SQL that tells of one of several records c of a key whether it is older than the row in the table.';


--
-- Name: opened_objects(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.opened_objects(columns jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT coalesce(jsonb_agg(o.steps ORDER BY o.no), '[]') FROM ingest.inner_objects(columns) AS o);
END
$$;


ALTER FUNCTION ingest.opened_objects(columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION opened_objects(columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.opened_objects(columns jsonb) IS 'The paths of inner_objects(), in their order.';


--
-- Name: opened_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.opened_sql(columns jsonb, records text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT coalesce(format('SELECT r.*%s FROM (%s) AS r OFFSET 0',
    string_agg(format(', %s AS o%s', ingest.path_accessor('r.j', to_jsonb(o.steps), false), o.no), '' ORDER BY o.no), records), records)
  FROM ingest.inner_objects(columns) AS o);
END
$$;


ALTER FUNCTION ingest.opened_sql(columns jsonb, records text) OWNER TO postgres;

--
-- Name: FUNCTION opened_sql(columns jsonb, records text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.opened_sql(columns jsonb, records text) IS 'A query of records with their inner objects beside them.';


--
-- Name: option_problems(ingest.dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.option_problems(d ingest.dataset) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
BEGIN
  RETURN QUERY SELECT 'name: between 1 and 200 bytes are needed' WHERE octet_length(coalesce(d.name, '')) NOT BETWEEN 1 AND 200
    UNION ALL SELECT 'prefix: it is needed, and at most 1024 bytes long' WHERE octet_length(d.prefix) > 1024 OR d.prefix IS NULL
    UNION ALL SELECT format('prefix: dataset %s has prefix %s already', x.name, x.prefix) FROM ingest.dataset AS x
      WHERE x.name <> d.name AND x.prefix = d.prefix AND coalesce(x.bucket, '') = coalesce(d.bucket, '')
    UNION ALL SELECT 'target: a table is needed' WHERE d.target IS NULL
    UNION ALL SELECT format('on_error: %s is none of continue, skip_file, skip_file_<n>, skip_file_<n>%%', d.on_error)
      WHERE d.on_error !~ '^(continue|skip_file|skip_file_[1-9][0-9]{0,8}|skip_file_([1-9][0-9]?|100)%)$'
    UNION ALL SELECT format('%s: %s is none of %s', o.name, o.value, array_to_string(o.words, ', '))
      FROM (VALUES ('load_mode', d.load_mode, ARRAY['upsert', 'append']), ('on_unknown', d.on_unknown, ARRAY['rescue', 'ignore', 'reject']),
        ('on_absent', d.on_absent, ARRAY['default', 'keep'])) AS o (name, value, words)
      WHERE o.value <> ALL (o.words);
  PERFORM ingest.parse_path(d.records_path);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NEXT format('records_path: %s', SQLERRM);
END
$_$;


ALTER FUNCTION ingest.option_problems(d ingest.dataset) OWNER TO postgres;

--
-- Name: FUNCTION option_problems(d ingest.dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.option_problems(d ingest.dataset) IS 'What is wrong with the options of a registration, apart from its target and mapping.';


--
-- Name: order_operator(oid, smallint); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.order_operator(type_oid oid, strategy smallint) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT coalesce((SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
      FROM pg_opclass AS c JOIN pg_am AS am ON am.oid = c.opcmethod AND am.amname = 'btree'
      JOIN pg_amop AS m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
        AND m.amopstrategy = strategy
      JOIN pg_operator AS o ON o.oid = m.amopopr JOIN pg_namespace AS n ON n.oid = o.oprnamespace
      WHERE c.opcdefault AND c.opcintype = type_oid),
    (ARRAY['<', '<=', '=', '>=', '>'])[strategy]));
END
$$;


ALTER FUNCTION ingest.order_operator(type_oid oid, strategy smallint) OWNER TO postgres;

--
-- Name: FUNCTION order_operator(type_oid oid, strategy smallint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.order_operator(type_oid oid, strategy smallint) IS 'A type''s own comparison: 1 less, 3 equal, 5 greater (B-tree strategies). Types without one of their own (varchar, arrays, enums) borrow the usual.';


--
-- Name: parse_path(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.parse_path(path text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  rest text := substr(path, 2);
  steps jsonb := '[]';
  piece text[];
BEGIN
  IF left(path, 1) <> '$' THEN
    RAISE EXCEPTION 'path % does not begin with $', path USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Write $.member, $."any name", $[''any name''] or $.list[0].';
  END IF;
  WHILE rest <> '' LOOP
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
            RAISE EXCEPTION 'path % cannot be read from % on%', path, rest,
              CASE WHEN rest ~ '^.[^.[]*[*?(]' THEN ': a path leads to one place, without wildcards and filters' ELSE '' END
              USING ERRCODE = 'invalid_parameter_value',
              HINT = 'Write $.member, $."any name", $[''any name''] or $.list[0].';
          END IF;
          steps := steps || to_jsonb(piece[2]::integer);
        END IF;
      END IF;
    END IF;
    rest := substr(rest, length(piece[1]) + 1);
  END LOOP;
  RETURN steps;
END
$_$;


ALTER FUNCTION ingest.parse_path(path text) OWNER TO postgres;

--
-- Name: FUNCTION parse_path(path text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.parse_path(path text) IS 'Steps of a path such as $.items[0]."unit price": strings for members, integers for positions.';


--
-- Name: path_accessor(text, jsonb, boolean, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text DEFAULT 'jsonb'::text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


ALTER FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text) OWNER TO postgres;

--
-- Name: FUNCTION path_accessor(source text, steps jsonb, as_text boolean, type text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text) IS 'SQL that follows the steps through a jsonb or json expression; a step into the wrong kind of value gives NULL.';


--
-- Name: plain_array_pattern(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.plain_array_pattern(element jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- Without brackets, braces and backslashes inside, JSON's array and PostgreSQL's differ in the outer brackets alone.
  RETURN (SELECT CASE
    -- A domain has more to say.
    WHEN element ->> 'type' <> element ->> 'base_type' THEN NULL
    WHEN element ->> 'kind' IN ('int2', 'int4', 'int8', 'float4', 'float8') OR element ->> 'kind' = 'numeric' AND ingest.digits_pattern(element) IS NOT NULL
      THEN format('^\[(%1$s(, %1$s)*)?\]$', btrim(ingest.plain_pattern(element), '^$'))
    WHEN element ->> 'kind' = 'text' AND element ->> 'base_oid' IN ('25', '1043') AND element ->> 'max_length' IS NULL
      THEN '^\[("[^][{}\\"]*"(, "[^][{}\\"]*")*)?\]$' END);
END
$_$;


ALTER FUNCTION ingest.plain_array_pattern(element jsonb) OWNER TO postgres;

--
-- Name: FUNCTION plain_array_pattern(element jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.plain_array_pattern(element jsonb) IS 'What only JSON arrays match that are array literals but for the brackets, of elements that their type takes for certain; NULL where none is known.';


--
-- Name: plain_is_due(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.plain_is_due(of_dataset text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  name text := 'ingest.plain_' || md5(of_dataset);
  pause integer[] := nullif(current_setting(name, true), '');
BEGIN
  IF pause[1] > 0 THEN
    PERFORM set_config(name, ARRAY[pause[1] - 1, pause[2]]::text, false);
    RETURN false;
  END IF;
  RETURN true;
END
$$;


ALTER FUNCTION ingest.plain_is_due(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION plain_is_due(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.plain_is_due(of_dataset text) IS 'Whether the plain insert is to be tried; where not, one batch less is left to go without.';


--
-- Name: plain_load_sql(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.plain_load_sql(of_dataset text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT format('WITH files AS MATERIALIZED (%s),
    added AS (INSERT INTO %s (%s) SELECT %s FROM (%s) AS c WHERE NOT c._ingest_suspect ORDER BY %s)
    SELECT n.records, n.records, ''{}''::jsonb, ''{}''::bigint[], ''{}''::ingest.fault[], ''{}''::ingest.unknown_seen[]
    FROM (SELECT coalesce(jsonb_object_agg(f.file_no, cardinality(f.records)), ''{}'') AS records FROM files AS f) AS n',
    ingest.quick_files_sql(k.contract), d.target, i.names, i.value_list,
    -- Records with unknown members are left to the whole load statement, which tells which they are.
    ingest.typed_sql(of_dataset, k.contract, ingest.quick_source(k.contract || '{"on_unknown": "reject"}',
      ingest.elements_sql('files'))),
    coalesce((SELECT string_agg(format('c.%I', u.k), ', ' ORDER BY u.o) FROM unnest(ingest.record_key(of_dataset)) WITH ORDINALITY AS u (k, o)),
      'c._ingest_file, c._ingest_record'))
  FROM ingest.dataset AS d
  CROSS JOIN LATERAL (SELECT ingest.contract(of_dataset) AS contract OFFSET 0) AS k
  CROSS JOIN LATERAL (SELECT string_agg(quote_ident(s.name), ', ' ORDER BY s.sort) AS names,
    string_agg(s.value_sql, ', ' ORDER BY s.sort) AS value_list FROM ingest.incoming_columns(of_dataset) AS s WHERE s.is_written) AS i
  -- NULL of an expression, or of the version's default, may be refused where the table would take it.
  WHERE d.name = of_dataset AND NOT (k.contract ->> 'want_record')::boolean AND ingest.is_plain_table(d.target)
    AND NOT EXISTS (SELECT FROM ingest.target_columns(of_dataset) AS c
      WHERE c.name = d.version_column AND c.default_sql IS NOT NULL AND NOT c.not_null));
END
$$;


ALTER FUNCTION ingest.plain_load_sql(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION plain_load_sql(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.plain_load_sql(of_dataset text) IS 'The sql engine''s statement for files whose records are all good and new: one insert in key order, and each file''s records counted. NULL where the dataset needs the whole load statement.';


--
-- Name: plain_pattern(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.plain_pattern(c jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT CASE
    WHEN c ->> 'kind' = 'int2' THEN '^-?[0-9]{1,4}$'
    WHEN c ->> 'kind' = 'int4' THEN '^-?[0-9]{1,9}$'
    WHEN c ->> 'kind' = 'int8' THEN '^-?[0-9]{1,18}$'
    WHEN c ->> 'kind' IN ('float4', 'float8') THEN '^-?[0-9]{1,15}(\.[0-9]{1,15})?$'
    WHEN c ->> 'kind' = 'numeric' THEN ingest.digits_pattern(c)
    WHEN c ->> 'base_oid' = '2950' THEN '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
    WHEN c ->> 'base_oid' IN ('1082', '1114', '1184') THEN
      '^[1-9][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
      || CASE WHEN c ->> 'base_oid' <> '1082'
        THEN '[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-2])(:[0-5][0-9])?)?' ELSE '' END
      || '$'
    WHEN c ->> 'base_oid' = '1083' THEN '^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$'
    WHEN c ->> 'base_oid' = '1186' AND (c ->> 'typmod')::integer = -1 THEN '^([0-9]{1,4} days?|([0-9]{1,4} days? )?[0-9]{1,2}:[0-5][0-9]:[0-5][0-9]|P[0-9]{1,4}D|PT[0-9]{1,4}[HMS])$'
    WHEN c ->> 'base_oid' = '869' THEN '^(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$'
    WHEN c ->> 'kind' = 'array' THEN ingest.plain_array_pattern(c -> 'element') END);
END
$_$;


ALTER FUNCTION ingest.plain_pattern(c jsonb) OWNER TO postgres;

--
-- Name: FUNCTION plain_pattern(c jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.plain_pattern(c jsonb) IS 'A regular expression that only texts match which the column''s type takes for certain; NULL where none is known.';


--
-- Name: plain_time_sql(text, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.plain_time_sql(member text, with_time boolean) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT format('%s LIKE %L', member, '____-__-__' || CASE WHEN with_time THEN 'T__:__:__Z' ELSE '' END) || string_agg(
    format(' AND substr(%s, %s, 2) = ANY (%L::text[])', member, d.place, ARRAY(SELECT lpad(n::text, 2, '0') FROM generate_series(d.low, d.high) AS n)),
    '' ORDER BY d.place)
  FROM (VALUES (1, 19, 20), (3, 0, 99), (6, 1, 12), (9, 1, 28), (12, 0, 23), (15, 0, 59), (18, 0, 59)) AS d (place, low, high)
  WHERE with_time OR d.place < 12);
END
$$;


ALTER FUNCTION ingest.plain_time_sql(member text, with_time boolean) OWNER TO postgres;

--
-- Name: FUNCTION plain_time_sql(member text, with_time boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.plain_time_sql(member text, with_time boolean) IS 'SQL that is true of most dates of these two centuries, or times in UTC, in the form of ISO 8601; false of some, and of all else.';


--
-- Name: plain_went(text, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.plain_went(of_dataset text, well boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  name text := 'ingest.plain_' || md5(of_dataset);
  pause integer[] := nullif(current_setting(name, true), '');
  batches integer := least(coalesce(pause[2], 15), 255);
BEGIN
  IF NOT well THEN
    PERFORM set_config(name, ARRAY[batches, batches * 4 + 3]::text, false);
  ELSIF pause IS NOT NULL THEN
    PERFORM set_config(name, '', false);
  END IF;
END
$$;


ALTER FUNCTION ingest.plain_went(of_dataset text, well boolean) OWNER TO postgres;

--
-- Name: FUNCTION plain_went(of_dataset text, well boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.plain_went(of_dataset text, well boolean) IS 'Keeps for the session how the plain insert went.';


--
-- Name: policy_problems(regclass, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.policy_problems(target regclass, load_mode text) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
  SELECT format('privileges: row security of %1$s is in force for ingest_loader, and no policy lets it %2$s; CREATE POLICY ingest_loader ON %1$s TO ingest_loader USING (true) WITH CHECK (true)',
    target, string_agg(w.command, ', ' ORDER BY w.o))
  FROM pg_class AS c JOIN pg_roles AS r ON r.rolname = 'ingest_loader'
  CROSS JOIN (VALUES (1, 'SELECT', 'r'), (2, 'INSERT', 'a'), (3, 'UPDATE', 'w')) AS w (o, command, letter)
  WHERE c.oid = target AND c.relrowsecurity AND NOT r.rolbypassrls AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
    AND (w.command <> 'UPDATE' OR load_mode = 'upsert')
    AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = target AND p.polpermissive AND p.polcmd IN ('*', w.letter)
      AND EXISTS (SELECT FROM unnest(p.polroles) AS u (role) WHERE CASE WHEN u.role = 0 THEN true ELSE pg_has_role(r.oid, u.role, 'USAGE') END))
  HAVING count(*) > 0
$_$;


ALTER FUNCTION ingest.policy_problems(target regclass, load_mode text) OWNER TO postgres;

--
-- Name: FUNCTION policy_problems(target regclass, load_mode text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.policy_problems(target regclass, load_mode text) IS 'What row security keeps ingest_loader from on a target, with the policy to type.';


--
-- Name: prepare_targets(text[], boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  of_dataset text;
BEGIN
  PERFORM ingest.lock_targets(datasets, several_times);
  -- In one order for all sessions, too: compiling locks the dataset's row of ingest.compiled_dataset.
  FOR of_dataset IN SELECT u.name FROM unnest(datasets) AS u (name) ORDER BY 1 LOOP
    BEGIN
      PERFORM ingest.compiled(of_dataset);
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- What cannot be compiled is told when it is to be loaded, and of this dataset alone.
      IF ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
    END;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) OWNER TO postgres;

--
-- Name: FUNCTION prepare_targets(datasets text[], several_times boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) IS 'Locks the targets of datasets, as lock_targets() does, and compiles the datasets.';


--
-- Name: privilege_problems(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.privilege_problems(target regclass) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT format('privileges: ingest_loader lacks %s on schema %I; GRANT USAGE ON SCHEMA %I TO ingest_loader', 'USAGE', n.nspname, n.nspname)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = target
    AND NOT has_schema_privilege('ingest_loader', n.oid, 'USAGE')
  UNION ALL
  SELECT format('privileges: ingest_loader lacks %s on %s; GRANT SELECT, INSERT, UPDATE ON %s TO ingest_loader', p, target, target)
  FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p WHERE NOT has_table_privilege('ingest_loader', target, p)
$$;


ALTER FUNCTION ingest.privilege_problems(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION privilege_problems(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.privilege_problems(target regclass) IS 'Privileges that ingest_loader lacks on a target, with the GRANT to type.';


--
-- Name: probe(ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  detail text;
  outcome ingest.load_outcome;
BEGIN
  -- EXECUTE of a prepared statement takes no parameters from here: what it is given stands in settings, so that no data stand in SQL.
  PERFORM set_config('ingest.probe_files', files::text, true), set_config('ingest.probe_contract', contract::text, true),
    set_config('ingest.probe_parsed', parsed::text, true), set_config('ingest.probe_excluded', coalesce(excluded::text, ''), true),
    set_config('ingest.probe_first', coalesce(first_record::text, ''), true), set_config('ingest.probe_last', coalesce(last_record::text, ''), true);
  EXECUTE 'EXECUTE ingest_probe (current_setting(''ingest.probe_files'')::ingest.claimed_file[], current_setting(''ingest.probe_contract'')::jsonb,
    current_setting(''ingest.probe_parsed'')::ingest.parsed_record[], nullif(current_setting(''ingest.probe_excluded''), '''')::bigint[],
    nullif(current_setting(''ingest.probe_first''), '''')::integer, nullif(current_setting(''ingest.probe_last''), '''')::integer)' INTO outcome;
  loaded := EXISTS (SELECT FROM jsonb_each_text(outcome.loaded) AS n WHERE n.value::bigint > 0);
  RAISE EXCEPTION 'probe' USING ERRCODE = 'PI000';
EXCEPTION
  WHEN SQLSTATE 'PI000' THEN
    state := NULL;
  WHEN OTHERS OR assert_failure THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
    IF ingest.is_of_the_moment(state) THEN
      RAISE;
    END IF;
    loaded := false;
    message := concat_ws('; ', message, nullif(detail, ''));
END
$$;


ALTER FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean) OWNER TO postgres;

--
-- Name: FUNCTION probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean) IS 'Runs the load that find_refused() has prepared and takes it back: the SQLSTATE, message and context of the error it met, or NULLs and whether any record would have been loaded. Errors of the moment pass through.';


--
-- Name: process_part(uuid, timestamp with time zone, text, text, ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  remaining ingest.claimed_file[];
  faults ingest.fault[];
  contract jsonb;
  loaded ingest.dataset_outcome;
  clock timestamptz;
BEGIN
  part := ingest.recognise(part);
  SELECT t.remaining, t.outcomes, t.faults INTO remaining, outcomes, faults FROM ingest.turn_away(part) AS t;
  IF EXISTS (SELECT FROM unnest(outcomes) AS o WHERE o.status <> 'duplicate') THEN
    PERFORM ingest.write_ledger(run, started, part, outcomes);
    PERFORM ingest.write_quarantine(part, faults, '{}', NULL, NULL);
  END IF;
  IF remaining = '{}' THEN
    RETURN;
  END IF;
  clock := clock_timestamp();
  loaded := ingest.load_files(of_dataset, remaining, engine);
  load_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  outcomes := outcomes || loaded.files;
  PERFORM ingest.write_ledger(run, started, remaining, loaded.files);
  IF loaded.faults = '{}' AND loaded.drift = '{}' THEN
    RETURN;
  END IF;
  contract := (SELECT c.contract FROM ingest.compiled_dataset AS c WHERE c.dataset = of_dataset);
  IF loaded.faults <> '{}' THEN
    PERFORM ingest.write_quarantine(remaining, loaded.faults, loaded.files, nullif(contract -> 'records_path', 'null'),
      contract ->> 'records_path_text');
  END IF;
  IF loaded.drift <> '{}' THEN
    PERFORM ingest.write_drift(of_dataset, remaining, contract, loaded.drift, started);
  END IF;
END
$$;


ALTER FUNCTION ingest.process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision) OWNER TO postgres;

--
-- Name: FUNCTION process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision) IS 'Processes a unit''s files of one dataset, or those of none: told apart, loaded, written into ledger, quarantine and drift.';


--
-- Name: process_unit(uuid, timestamp with time zone, text, ingest.claimed_file[], boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  files ingest.claimed_file[];
  of_dataset text;
  part ingest.claimed_file[];
  done record;
  failed ingest.deferral;
  detail text;
  clock timestamptz := clock_timestamp();
BEGIN
  outcomes := '{}'; deferrals := '{}'; load_ms := 0;
  files := ingest.lock_objects(claimed);
  claim_ms := extract(epoch FROM clock_timestamp() - clock) * 1000;
  clock := clock_timestamp();
  FOR of_dataset IN
    SELECT r.dataset FROM (SELECT DISTINCT u.dataset FROM unnest(files) AS u) AS r LEFT JOIN ingest.dataset AS d ON d.name = r.dataset
    ORDER BY r.dataset IS NOT NULL, ingest.foreign_depth(d.target), d.target::oid, d.name
  LOOP
    part := ARRAY(SELECT u FROM unnest(files) AS u WHERE u.dataset IS NOT DISTINCT FROM of_dataset ORDER BY u.file_no);
    BEGIN
      SELECT p.outcomes, p.load_ms INTO done FROM ingest.process_part(run, started, engine, of_dataset, part) AS p;
      outcomes := outcomes || done.outcomes;
      load_ms := load_ms + coalesce(done.load_ms, 0);
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- What is of no dataset runs nothing that could be at fault.
      IF of_dataset IS NULL OR ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      GET STACKED DIAGNOSTICS failed.sqlstate = RETURNED_SQLSTATE, failed.error = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
      failed.dataset := of_dataset; failed.error := concat_ws('; ', failed.error, nullif(detail, '')); failed.files := part;
      deferrals := deferrals || failed;
    END;
  END LOOP;
  IF deferrals <> '{}' THEN
    files := ingest.defer(files, deferrals, keep_staged);
  END IF;
  PERFORM ingest.unstage(files);
  ledger_ms := extract(epoch FROM clock_timestamp() - clock) * 1000 - load_ms;
END
$$;


ALTER FUNCTION ingest.process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision) OWNER TO postgres;

--
-- Name: FUNCTION process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision) IS 'Processes one unit: objects, then datasets in one order for all sessions, each undone by itself where its target is at fault; then the staged bytes go. keep_staged: those of deferred files stay.';


--
-- Name: quick_files_sql(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_files_sql(contract jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT format('SELECT f.file_no, f.record_no, f.file_id, f.source_time, f.sequencer, %s AS records FROM unnest($1) AS f
      JOIN ingest.staging AS b ON b.ctid = f.staged',
    CASE WHEN jsonb_typeof(contract -> 'records_path') = 'array'
      THEN format('ingest.enveloped(ingest.document(ingest.staged_body(b.body, b.held)), %L)', ARRAY(SELECT jsonb_array_elements_text(contract -> 'records_path')))
      ELSE 'ingest.document(ingest.staged_body(b.body, b.held))' END));
END
$_$;


ALTER FUNCTION ingest.quick_files_sql(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION quick_files_sql(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_files_sql(contract jsonb) IS 'The claimed files, each with its records; raises where a file is not plainly good.';


--
-- Name: quick_member_sql(jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT CASE WHEN c ->> 'kind' IN ('json', 'jsonb', 'array', 'boolean')
    THEN format('nullif(%s, ''null''::jsonb)', ingest.path_accessor(p.base, p.steps, false))
    ELSE ingest.path_accessor(p.base, p.steps, true) END
  FROM (SELECT 'r.j' AS base, c -> 'path' AS steps, 0 AS depth
    UNION ALL SELECT 'r.o' || o.no, jsonb_build_array(c -> 'path' -> -1), 1
      FROM jsonb_array_elements(opened) WITH ORDINALITY AS o (steps, no) WHERE o.steps = (c -> 'path') - -1
    ORDER BY depth DESC LIMIT 1) AS p);
END
$$;


ALTER FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) OWNER TO postgres;

--
-- Name: FUNCTION quick_member_sql(c jsonb, opened jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) IS 'SQL for the member that a column reads, from the inner object (one of opened_objects()) where it stands: as text, or as jsonb where the type needs it.';


--
-- Name: quick_records_sql(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_records_sql(contract jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT ingest.elements_sql('(' || ingest.quick_files_sql(contract) || ')'));
END
$$;


ALTER FUNCTION ingest.quick_records_sql(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION quick_records_sql(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_records_sql(contract jsonb) IS 'The records of the claimed files f, one row each; raises where a file is not plainly good.';


--
-- Name: quick_source(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_source(contract jsonb) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT ingest.quick_source(contract, ingest.quick_records_sql(contract))
$$;


ALTER FUNCTION ingest.quick_source(contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION quick_source(contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_source(contract jsonb) IS 'That over the records of the claimed files.';


--
-- Name: quick_source(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_source(contract jsonb, records text) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT format('SELECT r.file_no AS _ingest_file, r.record_no AS _ingest_record, NULL::smallint[] AS _ingest_faults, NULL::text[] AS _ingest_codes, CASE WHEN %s THEN ingest.in_doubt(r.file_no) ELSE false END AS _ingest_suspect, %s%s
    FROM (SELECT r.*, %s AS unknown%s FROM (%s) AS r OFFSET 0) AS r',
    concat_ws(' OR ', 'jsonb_typeof(r.j) <> ''object'' OR ingest.too_deep(r.j)',
      string_agg(ingest.quick_suspect_sql(c.value, 'r.m' || c.no), ' OR ' ORDER BY c.no), CASE WHEN contract ->> 'on_unknown' = 'reject'
        THEN 'r.unknown IS NOT NULL' END),
    ingest.common_outputs_sql(contract),
    coalesce(string_agg(format(', %s AS %I', ingest.quick_value_sql(c.value, 'r.m' || c.no), c.value ->> 'name'), '' ORDER BY c.no), ''),
    ingest.remainder_sql(contract -> 'columns'),
    coalesce(string_agg(format(', %s AS m%s', ingest.quick_member_sql(c.value, (SELECT ingest.opened_objects(contract -> 'columns'))), c.no), '' ORDER BY c.no), ''),
    ingest.opened_sql(contract -> 'columns', records))
  FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
$$;


ALTER FUNCTION ingest.quick_source(contract jsonb, records text) OWNER TO postgres;

--
-- Name: FUNCTION quick_source(contract jsonb, records text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_source(contract jsonb, records text) IS 'The sql engine''s row source for what is plainly good, over a query that gives the records: raises at whatever needs a closer look.';


--
-- Name: quick_suspect_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_suspect_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  as_json text := ingest.path_accessor('r.j', c -> 'path', false);
  odd text := CASE
    WHEN c ->> 'base_oid' = '2950' THEN format('octet_length(%s) <> 36', member)
    WHEN c ->> 'base_oid' = '1082' THEN format('%s NOT LIKE ''____-__-__''', member)
    -- No special word and no number looks like this; what follows the T cannot be one either.
    WHEN c ->> 'base_oid' IN ('1114', '1184')
      THEN format('(%1$s NOT LIKE ''____-__-__T%%'' AND %1$s !~ ''^[0-9]{4}-[0-9]{2}-[0-9]{2}( [-0-9:.+Z ]*)?$'')', member)
    -- A cast would cut or pad bit strings in silence.
    WHEN c ->> 'base_oid' IN ('1560', '1562') THEN format('%s IS NOT NULL', member)
    -- Times and intervals: special words, and numbers, which their input takes.
    WHEN c ->> 'kind' = 'datetime' THEN format('CASE WHEN ltrim(%1$s, ''0123456789:.+-'') = '''' THEN position('':'' IN %1$s) = 0 ELSE jsonb_typeof(%2$s) <> ''string'' OR %1$s ~* ''\m(now|today|tomorrow|yesterday|epoch|infinity|allballs)\M'' END',
      member, as_json)
    WHEN c ->> 'kind' = 'text' THEN ingest.nested_suspect_sql(c, member)
    -- NaN and Infinity, however they are written.
    WHEN c ->> 'kind' IN ('numeric', 'float4', 'float8') THEN format('%1$s LIKE ''%%n%%'' OR %1$s LIKE ''%%N%%''', member)
    WHEN c ->> 'kind' = 'other_number' THEN format('jsonb_typeof(%s) NOT IN (''number'', ''string'', ''null'')', as_json)
    WHEN c ->> 'kind' = 'other' THEN format('jsonb_typeof(%s) NOT IN (''string'', ''null'')', as_json)
      || CASE WHEN c -> 'unfit' <> '[]' THEN format(' OR ingest.unfit_within(%s, %L)', member, c -> 'unfit') ELSE '' END END;
BEGIN
  RETURN nullif(concat_ws(' OR ', ingest.null_suspect_sql(c, member), odd, ingest.long_suspect_sql(c, member)), '');
END
$_$;


ALTER FUNCTION ingest.quick_suspect_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION quick_suspect_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_suspect_sql(c jsonb, member text) IS 'SQL that is true where the quick form might accept what the specification refuses; NULL where it cannot.';


--
-- Name: quick_value_sql(jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.quick_value_sql(c jsonb, member text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT CASE c ->> 'kind'
    WHEN 'text' THEN member
    WHEN 'json' THEN format('%s::text::json', member)
    WHEN 'jsonb' THEN member
    WHEN 'array' THEN format(CASE WHEN ingest.plain_array_pattern(c -> 'element') IS NULL THEN '%2$s'
        ELSE 'CASE WHEN %1$s::text ~ %3$L THEN translate(%1$s::text, ''[]'', ''{}'')::%4$s ELSE %2$s END' END, member,
      format('ingest.array_text(%s, %L::jsonb)::%s', member, c -> 'element', c ->> 'base_type'), ingest.plain_array_pattern(c -> 'element'), c ->> 'base_type')
    ELSE format('%s::%s', member, c ->> 'base_type') END);
END
$_$;


ALTER FUNCTION ingest.quick_value_sql(c jsonb, member text) OWNER TO postgres;

--
-- Name: FUNCTION quick_value_sql(c jsonb, member text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.quick_value_sql(c jsonb, member text) IS 'SQL that gives a member the column''s base type.';


--
-- Name: raw_records(bytea, jsonb, integer[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea) RETURNS SETOF record
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  candidate record;
  found json;
  number_of integer := 0;
BEGIN
  FOR candidate IN SELECT c.no, c.raw FROM ingest.candidates(body, CASE WHEN steps IS NULL THEN wanted END) AS c WHERE c.no > 0 LOOP
    IF steps IS NULL THEN
      record_no := candidate.no; raw := candidate.raw;
      RETURN NEXT;
      CONTINUE;
    END IF;
    EXECUTE 'SELECT ' || ingest.path_accessor('$1', steps, false, 'json') INTO found USING convert_from(candidate.raw, 'UTF8')::json;
    RETURN QUERY SELECT number_of + x.no::integer, convert_to(x.value::text, 'UTF8') FROM json_array_elements(CASE json_typeof(found)
      WHEN 'array' THEN found ELSE json_build_array(found) END) WITH ORDINALITY AS x (value, no) WHERE wanted IS NULL OR number_of + x.no = ANY (wanted);
    number_of := number_of + CASE json_typeof(found) WHEN 'array' THEN json_array_length(found) ELSE 1 END;
  END LOOP;
END
$_$;


ALTER FUNCTION ingest.raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea) OWNER TO postgres;

--
-- Name: FUNCTION raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea) IS 'Records of a body that has been read, all or those wanted, with their bytes.';


--
-- Name: readable_records(bytea, text[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.readable_records(body bytea, steps text[]) RETURNS jsonb[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN CASE WHEN steps IS NULL THEN ingest.document(body) ELSE ingest.enveloped(ingest.document(body), steps) END;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN NULL;
END
$$;


ALTER FUNCTION ingest.readable_records(body bytea, steps text[]) OWNER TO postgres;

--
-- Name: FUNCTION readable_records(body bytea, steps text[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.readable_records(body bytea, steps text[]) IS 'The records of a body, those at records_path where steps are given; NULL where the quick reader cannot tell.';


--
-- Name: readable_text(bytea, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer) RETURNS record
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  readable bytea;
BEGIN
  content := convert_from(substring(body FROM from_byte + 1), 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
  readable := ingest.without_nul(body);
  bad_at := ingest.utf8_error_offset(readable);
  IF bad_at IS NULL THEN
    content := convert_from(substring(readable FROM from_byte + 1), 'UTF8');
  END IF;
END
$$;


ALTER FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer) OWNER TO postgres;

--
-- Name: FUNCTION readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer) IS 'A body as text from a byte on, each 0x00 as 0x01; or the offset of the first byte that is not UTF-8.';


--
-- Name: readmitted(ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], bigint[], integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  many integer := cardinality(candidates);
  size integer := greatest(many / 8, 1);
  part record;
BEGIN
  welcome := '{}';
  IF many = 0 OR probes = 0 THEN
    RETURN;
  END IF;
  probes := probes - 1;
  IF (ingest.probe(files, contract, parsed, ARRAY(SELECT unnest(excluded) EXCEPT SELECT unnest(candidates)), NULL, NULL)).state IS NULL THEN
    welcome := candidates;
    RETURN;
  ELSIF many = 1 THEN
    RETURN;
  END IF;
  FOR place IN 1 .. many BY size LOOP
    SELECT r.probes, r.welcome INTO part FROM ingest.readmitted(files, contract, parsed,
      ARRAY(SELECT unnest(excluded) EXCEPT SELECT unnest(welcome)), candidates[place:place + size - 1], probes) AS r;
    probes := part.probes; welcome := welcome || part.welcome;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]) IS 'Of excluded records those that the target takes together with all that are not excluded, within that many probes.';


--
-- Name: recognise(ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.recognise(files ingest.claimed_file[]) RETURNS ingest.claimed_file[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
  known ingest.delivery[];
  newer boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(files) AS f WHERE f.object_id IS NULL) THEN
    RETURN files;
  END IF;
  SELECT array_agg(ROW(f.file_no, o.object_id, first.file_id, c.is_newest, c.later, c.stale, c.present)::ingest.delivery)
      FILTER (WHERE f.object_id IS NULL),
    array_agg(CASE WHEN f.object_id IS NOT NULL THEN f ELSE ingest.recognised(f, o.object_id,
      CASE WHEN first.file_id IS NOT NULL THEN 'duplicate' WHEN c.present AND c.stale THEN 'skipped_stale' ELSE f.status END) END
      ORDER BY f.file_no),
    bool_or(f.object_id IS NULL AND CASE WHEN first.file_id IS NULL THEN c.present AND c.stale IS NOT TRUE
      ELSE c.is_newest AND (c.later OR f.last_modified > o.newest_last_modified) END)
  INTO known, files, newer
  FROM unnest(files) AS f LEFT JOIN ingest.object AS o ON f.object_id IS NULL AND o.bucket = f.bucket AND o.key = f.key
  LEFT JOIN LATERAL (
    SELECT l.file_id FROM ingest.file AS l
    WHERE l.object_id = o.object_id AND (l.status <> 'object_missing' OR f.body_bytes IS NULL)
      AND (l.version_id = f.version_id OR l.sequencer = f.sequencer
        OR f.version_id IS NULL AND l.file_id = o.newest_file_id AND l.etag = f.etag
        OR l.status = 'object_missing' AND f.version_id IS NULL AND f.sequencer IS NULL AND l.version_id IS NULL AND l.sequencer IS NULL
          AND l.etag IS NOT DISTINCT FROM f.etag)
    ORDER BY l.version_id = f.version_id DESC NULLS LAST, l.sequencer = f.sequencer DESC NULLS LAST, l.file_id LIMIT 1) AS first ON true
  CROSS JOIN LATERAL (SELECT first.file_id = o.newest_file_id AS is_newest,
    f.body_bytes IS NOT NULL OR f.error_code = 'too_large' AS present,
    f.sequencer <> o.newest_sequencer AND ingest.sequencer_order(f.sequencer) > ingest.sequencer_order(o.newest_sequencer) AS later,
    CASE WHEN f.sequencer IS NOT NULL AND o.newest_sequencer IS NOT NULL
      THEN f.sequencer <> o.newest_sequencer AND ingest.sequencer_order(f.sequencer) < ingest.sequencer_order(o.newest_sequencer)
      ELSE f.last_modified < o.newest_last_modified END AS stale) AS c;
  UPDATE ingest.file AS l SET deliveries = l.deliveries + 1 FROM unnest(known) AS x WHERE l.file_id = x.first_file_id;
  IF newer THEN
    PERFORM ingest.make_newest(files, known);
  END IF;
  RETURN files;
END
$$;


ALTER FUNCTION ingest.recognise(files ingest.claimed_file[]) OWNER TO postgres;

--
-- Name: FUNCTION recognise(files ingest.claimed_file[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.recognise(files ingest.claimed_file[]) IS 'Compares files of known keys (locked, but without an object yet) with the ledger: duplicates are counted, stale ones marked, newer ones become the newest.';


--
-- Name: recognised(ingest.claimed_file, bigint, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) RETURNS ingest.claimed_file
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT ROW(f.file_no, f.file_id, f.staged, f.dataset, f.bucket, f.key, f.version_id, f.etag, f.sequencer, f.size, f.event_time,
    f.last_modified, f.source_time, $2, f.body_bytes, $3, f.error_code, f.record_no)::ingest.claimed_file
$_$;


ALTER FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) OWNER TO postgres;

--
-- Name: FUNCTION recognised(f ingest.claimed_file, object_id bigint, status text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) IS 'The file with its object and status.';


--
-- Name: record_fault(bytea, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text) RETURNS record
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  content text := convert_from(raw, 'UTF8');
BEGIN
  IF NOT deep THEN
    BEGIN
      record := content::jsonb;
      deep := ingest.too_deep(record);
    EXCEPTION
      WHEN statement_too_complex THEN
        deep := true;
      WHEN numeric_value_out_of_range THEN
        error_code := 'out_of_range';
        error := 'the record holds a number beyond numeric; expected at most 131072 digits before and 16383 after the point';
      WHEN internal_error THEN
        error_code := 'sqlstate_54000';
        error := 'the record holds an array or object of more members than jsonb takes; expected fewer than 16777216';
      WHEN data_exception THEN
        error_code := 'unsupported_unicode';
    END;
  END IF;
  IF deep OR record IS NULL AND error_code IS DISTINCT FROM 'sqlstate_54000' AND ingest.text_depth(content) > 512 THEN
    record := NULL; error_code := 'too_deep';
    error := 'nested deeper than 512 levels; expected at most 512';
  ELSIF left(content, 1) <> '{' THEN
    record := NULL; error_code := 'not_a_record';
    error := format('came %s; expected an object', ingest.came(content));
  ELSIF error_code = 'unsupported_unicode' OR error_code = 'out_of_range' AND ingest.unsupported_unicode(content) THEN
    error_code := 'unsupported_unicode';
    error := 'the record holds \u0000 or a lone surrogate, which PostgreSQL cannot store; expected neither';
  END IF;
END
$$;


ALTER FUNCTION ingest.record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text) OWNER TO postgres;

--
-- Name: FUNCTION record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text) IS 'The record as jsonb, or why it can be none: too_deep, not_a_record, unsupported_unicode, out_of_range.';


--
-- Name: record_key(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.record_key(of_dataset text) RETURNS text[]
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT k.columns FROM ingest.dataset AS d CROSS JOIN LATERAL ingest.key_columns(d.target) AS k (columns)
  WHERE d.name = of_dataset AND k.columns <@ ARRAY(SELECT c.name FROM ingest.target_columns(of_dataset) AS c));
END
$$;


ALTER FUNCTION ingest.record_key(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION record_key(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.record_key(of_dataset text) IS 'The target''s primary key where records bring it; NULL without one, or where the table makes it (identity) or the pipeline does (metadata columns).';


--
-- Name: records(bytea, jsonb, text, integer[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text) RETURNS SETOF record
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  candidate record;
  found json;
  number_of integer := 0;
BEGIN
  FOR candidate IN
    SELECT c.no, c.raw, coalesce(f.error_code, c.error_code) AS error_code, coalesce(f.error, c.error) AS error, f.record
    FROM ingest.candidates(body, CASE WHEN steps IS NULL THEN wanted END) AS c LEFT JOIN LATERAL ingest.record_fault(c.raw, c.deep) AS f ON c.no > 0
  LOOP
    IF candidate.no = 0 OR steps IS NULL THEN
      record_no := candidate.no; raw := candidate.raw; record := candidate.record;
      error_code := candidate.error_code; error := candidate.error;
      RETURN NEXT;
      CONTINUE;
    END IF;
    IF candidate.error_code IS NULL THEN
      EXECUTE 'SELECT ' || ingest.path_accessor('$1', steps, false, 'json') INTO found USING convert_from(candidate.raw, 'UTF8')::json;
    END IF;
    error_code := coalesce(candidate.error_code,
      CASE coalesce(json_typeof(found), 'null') WHEN 'null' THEN 'missing_required' WHEN 'array' THEN NULL WHEN 'object' THEN NULL
        ELSE 'type_mismatch' END);
    IF error_code IS NOT NULL THEN
      RETURN QUERY SELECT 0, NULL::bytea, NULL::jsonb, error_code, CASE WHEN candidate.error_code IS NOT NULL
        THEN format('candidate %s: %s', candidate.no, candidate.error)
        ELSE format('records_path %s: %s in candidate %s; expected an array', path_text,
          CASE WHEN found IS NULL THEN 'absent' WHEN json_typeof(found) = 'null' THEN 'null' ELSE 'came ' || ingest.came(found::text) END,
            candidate.no) END;
      RETURN;
    END IF;
    RETURN QUERY SELECT number_of + e.no::integer, e.raw, f.record, f.error_code, f.error
      FROM (SELECT x.no, convert_to(x.value::text, 'UTF8') AS raw FROM json_array_elements(CASE json_typeof(found) WHEN 'array' THEN found
        ELSE json_build_array(found) END) WITH ORDINALITY AS x (value, no) WHERE wanted IS NULL OR number_of + x.no = ANY (wanted) OFFSET 0) AS e
      CROSS JOIN LATERAL ingest.record_fault(e.raw, false) AS f;
    number_of := number_of + CASE json_typeof(found) WHEN 'array' THEN json_array_length(found) ELSE 1 END;
  END LOOP;
END
$_$;


ALTER FUNCTION ingest.records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text) OWNER TO postgres;

--
-- Name: FUNCTION records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text) IS 'Records of a body, all or those wanted, with their bytes and either jsonb or a fault; a row with record_no 0 is the fault of the file and voids the others.';


--
-- Name: refers_to_itself(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.refers_to_itself(target regclass) RETURNS boolean
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = target AND k.confrelid = target AND k.contype = 'f')
$$;


ALTER FUNCTION ingest.refers_to_itself(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION refers_to_itself(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.refers_to_itself(target regclass) IS 'Whether rows refer to rows of the same table by a foreign key.';


--
-- Name: refuse_untold(); Type: FUNCTION; Schema: ingest; Owner: ingest_owner
--

CREATE FUNCTION ingest.refuse_untold() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  PERFORM ingest.require_deferred_are_told();
  RETURN NULL;
END
$$;


ALTER FUNCTION ingest.refuse_untold() OWNER TO ingest_owner;

--
-- Name: FUNCTION refuse_untold(); Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON FUNCTION ingest.refuse_untold() IS 'Trigger of ingest.deferred: require_deferred_are_told() at COMMIT.';


--
-- Name: refused(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], integer, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  many integer := cardinality(files);
  file ingest.claimed_file := files[1];
  size integer;
  outcome record;
  found ingest.fault[] := '{}';
BEGIN
  parsed := ARRAY(SELECT p FROM unnest(parsed) AS p WHERE p.file_no IN (SELECT f.file_no FROM unnest(files) AS f)
    AND (first_record IS NULL OR p.record_no BETWEEN first_record AND last_record));
  excluded := ARRAY(SELECT x FROM unnest(excluded) AS x WHERE x >> 32 IN (SELECT f.file_no FROM unnest(files) AS f)
    AND (first_record IS NULL OR (x & 2147483647) BETWEEN first_record AND last_record));
  outcome := ingest.probe(files, contract, parsed, excluded, first_record, last_record);
  IF outcome.state IS NULL THEN
    RETURN found;
  END IF;
  IF many > 1 THEN
    size := greatest(many / 8, 1);
    FOR place IN 1 .. many BY size LOOP
      found := found || ingest.refused(source, files[place:place + size - 1], contract, parsed, excluded, NULL, NULL);
    END LOOP;
    RETURN found;
  ELSIF file.record_no IS NOT NULL OR first_record = last_record THEN
    found := ingest.expression_faults(source, file, contract, parsed, coalesce(file.record_no, first_record));
    RETURN CASE WHEN found <> '{}' THEN found
      ELSE ARRAY[ROW(file.file_no, coalesce(file.record_no, first_record), NULL, NULL, 'sqlstate_' || outcome.state, outcome.message)::ingest.fault] END;
  ELSIF last_record IS NULL THEN
    RETURN ingest.refused_of_file(source, file, contract, parsed, excluded);
  END IF;
  size := greatest((last_record - first_record + 1) / 8, 1);
  FOR place IN first_record .. last_record BY size LOOP
    found := found || ingest.refused(source, files, contract, parsed, excluded, place, least(place + size - 1, last_record));
  END LOOP;
  RETURN found;
END
$$;


ALTER FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer) OWNER TO postgres;

--
-- Name: FUNCTION refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer) IS 'Records of the files that the target refuses by themselves, by the load that find_refused() has prepared.';


--
-- Name: refused_of_file(text, ingest.claimed_file, jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  last_record integer := ingest.last_record(source, ARRAY[file], contract, parsed);
  part record;
  found ingest.fault[] := '{}';
BEGIN
  IF last_record = 0 THEN
    RETURN found;
  ELSIF last_record <= 100 OR file.status = 'inspected' THEN
    RETURN ingest.refused(source, ARRAY[file], contract, parsed, excluded, 1, last_record);
  END IF;
  -- Each look at a piece reads its whole file, so a long one is staged anew in parts. Inspected records are not read again.
  FOR part IN SELECT * FROM ingest.stage_parts(file, contract) LOOP
    found := found || ARRAY(SELECT ROW(f.file_no, f.record_no + part.first_record - 1, NULL, f.column_name, f.error_code, f.error)::ingest.fault
      FROM unnest(ingest.refused(source, ARRAY[part.file], contract,
        ARRAY(SELECT ROW(p.file_no, p.record_no - part.first_record + 1, p.record)::ingest.parsed_record FROM unnest(parsed) AS p
          WHERE p.record_no BETWEEN part.first_record AND part.last_record),
        ARRAY(SELECT x - part.first_record + 1 FROM unnest(excluded) AS x
          WHERE x BETWEEN file.file_no::bigint << 32 | part.first_record AND file.file_no::bigint << 32 | part.last_record),
        NULL, NULL)) AS f);
  END LOOP;
  RETURN found;
END
$$;


ALTER FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'As refused(), of a file that the target refuses as a whole.';


--
-- Name: register(jsonb); Type: FUNCTION; Schema: ingest; Owner: ingest_owner
--

CREATE FUNCTION ingest.register(given jsonb) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET jit TO 'off'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
DECLARE
  stored ingest.dataset;
  d ingest.dataset;
  mapped jsonb;
  columns jsonb;
  expressions jsonb;
  problems text[];
BEGIN
  -- One at a time: what one takes over, the next has to see.
  LOCK TABLE ingest.dataset IN SHARE ROW EXCLUSIVE MODE;
  SELECT * INTO stored FROM ingest.dataset AS x WHERE x.name = given ->> 'name';
  d := ingest.wanted_dataset(stored, given);
  mapped := ingest.mapping(d.name);
  columns := ingest.wanted_mapping(mapped, d.target, 'path', given -> 'columns');
  expressions := jsonb_strip_nulls(ingest.wanted_mapping(mapped, d.target, 'expression', given -> 'expressions'));
  problems := ARRAY(SELECT * FROM ingest.option_problems(d))
    || ARRAY(SELECT * FROM ingest.target_problems(d.target, d.load_mode, d.version_column))
    || ARRAY(SELECT * FROM ingest.privilege_problems(d.target))
    -- Who is logged in: the caller's own role is not to be seen from inside a definer.
    || ARRAY(SELECT * FROM ingest.caller_problems(d.target, session_user))
    || ARRAY(SELECT * FROM ingest.policy_problems(d.target, d.load_mode))
    || ARRAY(SELECT * FROM ingest.mapping_problems(d, columns, expressions));
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'dataset % cannot be registered: %', given ->> 'name', array_to_string(problems, '; ')
      USING ERRCODE = 'invalid_parameter_value', DETAIL = array_to_string(problems, E'\n'),
        HINT = 'Nothing was changed. Mend all of these and register again.';
  END IF;
  PERFORM ingest.store_dataset(d);
  DELETE FROM ingest.column_mapping AS m WHERE m.dataset = d.name;
  INSERT INTO ingest.column_mapping (dataset, column_name, managed, path, expression, reads_member)
  SELECT d.name, k.key, columns -> k.key IS DISTINCT FROM 'null', columns ->> k.key, expressions ->> k.key,
    NOT expressions ? k.key OR ingest.expression_problem(d.target, expressions ->> k.key, 'text', ARRAY[k.key]) IS NOT NULL
  FROM (SELECT jsonb_object_keys(columns) UNION SELECT jsonb_object_keys(expressions)) AS k (key);
  PERFORM ingest.warn_of(d, (stored.prefix, stored.bucket) IS DISTINCT FROM (d.prefix, d.bucket));
  -- A mistake that all checks missed shows here and not in the first batch.
  problems := array_remove(ARRAY[ingest.rehearse(d)], NULL);
  IF problems <> '{}' THEN
    RAISE EXCEPTION 'dataset % cannot be registered: %', d.name, problems[1] USING ERRCODE = 'invalid_parameter_value', HINT = 'Nothing was changed. Mend this and register again.';
  END IF;
  RETURN format('dataset %s: %s into %s, %s', d.name, d.prefix, d.target, CASE d.load_mode WHEN 'append' THEN 'append'
      ELSE 'upsert by (' || array_to_string(ingest.key_columns(d.target), ', ') || ')' || coalesce(', version ' || d.version_column, '') END)
    || ingest.registration_changes(stored, d, mapped, ingest.mapping(d.name));
END
$$;


ALTER FUNCTION ingest.register(given jsonb) OWNER TO ingest_owner;

--
-- Name: FUNCTION register(given jsonb); Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON FUNCTION ingest.register(given jsonb) IS 'What ingest_register_dataset() does, as the pipeline''s owner, with its arguments as members; null stands for not given.';


--
-- Name: registration_changes(ingest.dataset, ingest.dataset, jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT CASE WHEN stored.name IS NOT NULL THEN coalesce('; changed: ' || string_agg(format('%s from %s to %s', c.what, coalesce(c.old, 'none'), coalesce(c.new, 'none')),
    ', ' ORDER BY c.sort, c.what), '; nothing changed') ELSE '' END
  FROM (SELECT 1 AS sort, n.key AS what, o.value AS old, n.value AS new
      FROM jsonb_each_text(to_jsonb(d) - 'registered_at') AS n JOIN jsonb_each_text(to_jsonb(stored)) AS o ON o.key = n.key
    UNION ALL SELECT 2, w.what || ' of ' || coalesce(o.key, n.key), coalesce(o.value ->> w.what, w.otherwise), coalesce(n.value ->> w.what, w.otherwise)
      FROM jsonb_each(mapped) AS o FULL JOIN jsonb_each(mapping) AS n ON n.key = o.key CROSS JOIN (VALUES ('path', NULL), ('expression', NULL), ('managed', 'true')) AS w (what, otherwise)) AS c
  WHERE c.old IS DISTINCT FROM c.new
$$;


ALTER FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) OWNER TO postgres;

--
-- Name: FUNCTION registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) IS 'What a registration changed, in words; nothing of a dataset that was not there before.';


--
-- Name: rehearse(ingest.dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.rehearse(d ingest.dataset) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  contract jsonb := (ingest.compiled(d.name)).contract;
  -- What compiles is what will run: nothing about data or the moment can be wrong with it.
  compiles boolean := false;
  body bytea;
  file ingest.claimed_file;
  outcome ingest.dataset_outcome;
  state text;
  said text;
  detail text;
  context text;
BEGIN
  -- A dataset that is disabled is compiled, and tried, when it is enabled.
  IF contract IS NULL THEN
    RETURN NULL;
  END IF;
  BEGIN
    PERFORM ingest.compile_check(d.name);
    compiles := true;
    FOREACH body IN ARRAY ARRAY['', ingest.trial_document(d, contract, 1), ingest.trial_document(d, contract, 2)] LOOP
      file.file_no := 1; file.file_id := 0; file.dataset := d.name; file.bucket := ''; file.key := d.prefix; file.body_bytes := octet_length(body);
      INSERT INTO ingest.staging (key, body) VALUES (file.key, body) RETURNING ctid INTO file.staged;
      outcome := ingest.load_files(d.name, ARRAY[file], ingest.engine_in_force());
      SELECT substr(f.error_code, 10), f.error INTO state, said FROM unnest(outcome.faults) AS f
      WHERE f.error_code LIKE 'sqlstate_%' AND ingest.says_registration_is_wrong(substr(f.error_code, 10)) LIMIT 1;
      EXIT WHEN state IS NOT NULL;
    END LOOP;
    RAISE EXCEPTION 'the trial is over' USING ERRCODE = 'PI000';
  EXCEPTION
    WHEN SQLSTATE 'PI000' THEN
      NULL;
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, context = PG_EXCEPTION_CONTEXT;
  END;
  RETURN CASE WHEN ingest.says_registration_is_wrong(state) OR NOT compiles THEN format('trial: a made-up record did not get into %s: %s (%s%s); %s', d.target, said, state,
    -- Where a sample of records was tried, the detail says in which function.
    coalesce(', in function ' || ingest.function_at_fault(concat_ws(E'\n', detail, context)), ''),
    CASE WHEN state = '42501' THEN 'triggers, defaults, CHECKs and expressions run as ingest_loader, so GRANT it what they need'
      WHEN state ~ '^(3F|42)' THEN 'triggers, defaults, CHECKs and expressions run with search_path = pg_catalog, ingest, pg_temp, so name objects with their schema, or ALTER FUNCTION … SET search_path'
      ELSE 'mend the target, or what belongs to it' END) END;
END
$$;


ALTER FUNCTION ingest.rehearse(d ingest.dataset) OWNER TO postgres;

--
-- Name: FUNCTION rehearse(d ingest.dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.rehearse(d ingest.dataset) IS 'Loads an empty file and two with a made-up record, as a batch would, and takes them back. What every batch would fail with, with what to do; else NULL.';


--
-- Name: remainder_sql(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.remainder_sql(columns jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  place record;
  inner_member text;
  inner_rest jsonb;
  rest text := 'r.j';
  rests jsonb := '{}';
BEGIN
  -- The deepest first: each object is put together from the remainders of those inside it.
  FOR place IN
    SELECT k.parent, k.members, coalesce('r.o' || o.no, 'r.j') AS object FROM ingest.known_members(columns) AS k
    LEFT JOIN ingest.inner_objects(columns) AS o ON o.steps = k.parent ORDER BY cardinality(k.parent) DESC, k.parent
  LOOP
    rest := format('(%s - %L::text[])', place.object, ARRAY(SELECT m FROM unnest(place.members) AS m WHERE NOT rests ? (place.parent || m)::text));
    FOREACH inner_member IN ARRAY place.members LOOP
      inner_rest := rests -> (place.parent || inner_member)::text;
      CONTINUE WHEN inner_rest IS NULL;
      rest := format('jsonb_set_lax(%s, %L, CASE jsonb_typeof(%s) WHEN ''object'' THEN nullif(%s, ''{}'') WHEN ''null'' THEN NULL ELSE %3$s END, false, ''delete_key'')',
        rest, ARRAY[inner_member], inner_rest ->> 'object', inner_rest ->> 'rest');
    END LOOP;
    rests := rests || jsonb_build_object(place.parent::text, jsonb_build_object('object', place.object, 'rest', rest));
  END LOOP;
  RETURN format('CASE WHEN %s THEN %s END', ingest.has_unknown_sql(columns), rest);
END
$_$;


ALTER FUNCTION ingest.remainder_sql(columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION remainder_sql(columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.remainder_sql(columns jsonb) IS 'SQL of the object r.j, with its inner objects r.o<n>, without the members that columns read, each at the place where it stood; NULL where nothing is left.';


--
-- Name: repeated(text, text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  query text := ingest.repeated_sql(of_dataset, source);
  found ingest.fault[] := '{}';
  more ingest.fault[];
BEGIN
  -- Whoever is refused refuses no one: each round may show that others stay.
  WHILE query IS NOT NULL LOOP
    EXECUTE query INTO more USING files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(found) AS f), NULL::integer, NULL::integer;
    EXIT WHEN more = '{}';
    found := found || more;
  END LOOP;
  RETURN found;
EXCEPTION
  -- A table may use what a query may not name: an index' function whose schema its owner has closed.
  WHEN insufficient_privilege THEN
    RETURN '{}';
END
$$;


ALTER FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'All records that repeated_sql() tells; none where the pipeline may not ask so.';


--
-- Name: repeated_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.repeated_sql(of_dataset text, source text) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  -- What PostgreSQL would say of each: to have it say so takes a look at the target for each.
  SELECT format('SELECT coalesce(array_agg(ROW(r._ingest_file, r._ingest_record, NULL, NULL, ''sqlstate_23505'', r._ingest_refusal)::ingest.fault ORDER BY r._ingest_file, r._ingest_record), ''{}'')
      FROM (SELECT _ingest_file, _ingest_record, _ingest_sure, CASE %s END AS _ingest_refusal
        FROM (SELECT *, _ingest_sure AND %s AS _ingest_stays FROM (SELECT *, %s FROM (%s) AS w OFFSET 0) AS w OFFSET 0) AS w) AS r
      WHERE r._ingest_sure AND r._ingest_refusal IS NOT NULL',
    string_agg(format('WHEN _ingest_time_%1$s > 1 AND first_value(_ingest_stays) OVER (PARTITION BY %2$s, %3$s ORDER BY _ingest_file, _ingest_record) THEN format(%4$L, %5$s)',
      v.index_no, v.counts, v.list, format('duplicate key value violates unique constraint "%s"; Key (%s)=(%s) already exists.', replace(v.index_name, '%', '%%'),
        replace(v.shown, '%', '%%'), v.places), v.value_list), ' ' ORDER BY v.index_no),
    string_agg(format('_ingest_time_%s = 1', v.index_no), ' AND '),
    string_agg(format('CASE WHEN %2$s THEN row_number() OVER (PARTITION BY %2$s, %3$s ORDER BY _ingest_file, _ingest_record) ELSE 1 END AS _ingest_time_%1$s',
      v.index_no, v.counts, v.list), ', '),
    ingest.written_sql(of_dataset, source))
  FROM ingest.unique_values(of_dataset) AS v CROSS JOIN ingest.dataset AS d
  WHERE d.name = of_dataset AND ingest.writes_as_given(d.target)
  HAVING bool_and(v.told)
$_$;


ALTER FUNCTION ingest.repeated_sql(of_dataset text, source text) OWNER TO postgres;

--
-- Name: FUNCTION repeated_sql(of_dataset text, source text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.repeated_sql(of_dataset text, source text) IS 'The query of records, each welcome by itself, with a unique value of a record that stands before them and stays. NULL where a record may be refused for what no query can tell, since a refused record refuses no other.';


--
-- Name: replay_dataset(text, bigint, bigint, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  compiled ingest.compiled_dataset := ingest.compiled(of_dataset);
  whole boolean := true;
  after_file bigint := 0;
  after_record integer := -1;
  claimed ingest.claimed_file[];
  outcome ingest.dataset_outcome;
  one record;
BEGIN
  files := 0; records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0;
  IF compiled.problem IS NOT NULL THEN
    RETURN;
  END IF;
  LOOP
    claimed := ingest.stage_rejects(of_dataset, of_file, whole, after_file, after_record, up_to);
    IF claimed = '{}' THEN
      EXIT WHEN NOT whole;
      whole := false;
      after_file := 0; after_record := -1;
      CONTINUE;
    END IF;
    SELECT c.file_id, coalesce(c.record_no, 0) INTO after_file, after_record FROM unnest(claimed) AS c ORDER BY 1 DESC, 2 DESC LIMIT 1;
    outcome := ingest.load_files(of_dataset, claimed, engine, NOT whole);
    SELECT s.* INTO one FROM ingest.settle_replay(claimed, outcome, compiled.contract) AS s;
    files := files + (SELECT count(DISTINCT c.file_id) FROM unnest(claimed) AS c);
    records := records + one.records; rows_loaded := rows_loaded + one.rows_loaded; rows_rejected := rows_rejected + one.rows_rejected; rows_stale := rows_stale + one.rows_stale;
    PERFORM ingest.unstage(claimed);
  END LOOP;
END
$$;


ALTER FUNCTION ingest.replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) OWNER TO postgres;

--
-- Name: FUNCTION replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) IS 'Runs open rejects of one dataset again, or those of one file of it, but none that is newer than up_to.';


--
-- Name: require_a_target_that_loads(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  probed record;
  outcome record;
  refused text;
  message text;
  context text;
BEGIN
  FOR probed IN SELECT * FROM ingest.sampled_records(source, files, contract, parsed, excluded) LOOP
    outcome := ingest.probe(ARRAY[probed.file], contract,
      ARRAY(SELECT p FROM unnest(parsed) AS p WHERE p.file_no = (probed.file).file_no AND p.record_no = probed.record_no), NULL, probed.record_no, probed.record_no);
    IF outcome.loaded THEN
      RETURN;
    ELSIF ingest.may_be_the_targets(outcome.state) AND NOT (outcome.state LIKE 'XX%'
      -- What functions raise at a bad value.
      AND ingest.expression_faults(source, probed.file, contract, parsed, probed.record_no) <> '{}') THEN
      IF refused <> outcome.state THEN
        RETURN;
      END IF;
      refused := outcome.state; message := outcome.message; context := outcome.context;
    END IF;
  END LOOP;
  IF refused IS NOT NULL THEN
    RAISE EXCEPTION '%', message USING ERRCODE = refused, DETAIL = coalesce('in function ' || ingest.function_at_fault(context), '');
  END IF;
END
$$;


ALTER FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'Raises what the target says, by the load that find_refused() has prepared, where it takes no record of a sample. All that it refuses for its own sake must have one SQLSTATE.';


--
-- Name: require_deferred_are_told(); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.require_deferred_are_told() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  untold record;
BEGIN
  SELECT d.batch_id, count(*) AS files, min(d.error) AS error INTO untold FROM ingest.deferred AS d GROUP BY d.batch_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% files of batch % are deferred and not kept, and nobody was told which; expected ingest_deferred(%) in the same transaction',
      untold.files, untold.batch_id, quote_literal(untold.batch_id) USING ERRCODE = 'object_not_in_prerequisite_state',
      DETAIL = untold.error, HINT = 'Stage those files again once the target is mended. A shipper older than the migrations knows nothing of it: update it.';
  END IF;
END
$$;


ALTER FUNCTION ingest.require_deferred_are_told() OWNER TO postgres;

--
-- Name: FUNCTION require_deferred_are_told(); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.require_deferred_are_told() IS 'Refuses to go on while deferred files of this transaction have not been asked for.';


--
-- Name: same_data_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.same_data_sql(of_dataset text, incoming text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- By image, not by the types' own equality: 1.0 and 1.00 are equal but not the same text, and json has no equality.
  RETURN (SELECT coalesce(format('ROW(%s)::record *= ROW(%s)::record',
    string_agg(format('t.%I::%s', c.name, c.described ->> 'base_type'), ', ' ORDER BY c.attnum),
    string_agg(format('(%s)::%s', coalesce(ingest.kept_value_sql(k, d.target, incoming), format('%s.%I', incoming, c.name)), c.described ->> 'base_type'), ', ' ORDER BY c.attnum)), 'true')
  FROM ingest.target_columns(of_dataset) AS c CROSS JOIN (SELECT x.target, ingest.key_columns(x.target) AS key FROM ingest.dataset AS x WHERE x.name = of_dataset OFFSET 0) AS d LEFT JOIN ingest.kept_columns(of_dataset) AS k ON k.name = c.name
  WHERE c.name <> ALL (d.key));
END
$$;


ALTER FUNCTION ingest.same_data_sql(of_dataset text, incoming text) OWNER TO postgres;

--
-- Name: FUNCTION same_data_sql(of_dataset text, incoming text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.same_data_sql(of_dataset text, incoming text) IS 'SQL that tells whether row t holds the incoming row''s data already, metadata columns and key apart.';


--
-- Name: sampled_records(text, ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) RETURNS TABLE(file ingest.claimed_file, record_no integer)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
DECLARE
  places bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(s.place ORDER BY s.no) FROM (
      SELECT q._ingest_file::bigint << 32 | q._ingest_record AS place, row_number() OVER (ORDER BY q._ingest_file, q._ingest_record) AS no, count(*) OVER () AS many
      FROM (%s) AS q WHERE NOT q._ingest_suspect AND q._ingest_faults IS NULL
        AND ($4 IS NULL OR (q._ingest_file::bigint << 32 | q._ingest_record) <> ALL ($4))) AS s
    WHERE s.no * 10 / s.many > (s.no - 1) * 10 / s.many', source)
  INTO places USING files, contract, parsed, excluded;
  RETURN QUERY SELECT f, (p.place & 2147483647)::integer FROM unnest(places) WITH ORDINALITY AS p (place, no)
    JOIN unnest(files) AS f ON f.file_no = (p.place >> 32)::integer ORDER BY p.no;
END
$_$;


ALTER FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) OWNER TO postgres;

--
-- Name: FUNCTION sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) IS 'Up to ten records of the files, from beginning to end, that the row source finds no fault with.';


--
-- Name: says_registration_is_wrong(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.says_registration_is_wrong(state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT state ~ '^(0A|3D|3F|42|55000)' AND state <> '42601'
$$;


ALTER FUNCTION ingest.says_registration_is_wrong(state text) OWNER TO postgres;

--
-- Name: FUNCTION says_registration_is_wrong(state text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.says_registration_is_wrong(state text) IS 'Whether a trial that ended with that SQLSTATE ended so because of the target or what belongs to it.';


--
-- Name: scalar_text(jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.scalar_text(value jsonb, described jsonb) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  kind text := described ->> 'kind';
  came text := jsonb_typeof(value);
  content text := value #>> '{}';
  bits integer;
BEGIN
  IF came = 'null' THEN
    RETURN NULL;
  ELSIF kind IN ('json', 'jsonb') THEN
    RETURN value::text;
  ELSIF kind = 'array' THEN
    RETURN ingest.array_text(value, described -> 'element');
  ELSIF NOT (CASE came
      WHEN 'string' THEN NOT CASE kind WHEN 'other' THEN ingest.unfit_within(content, described -> 'unfit') ELSE ingest.unfit(content, described -> 'unfit') END
      WHEN 'number' THEN kind IN ('float4', 'float8', 'numeric', 'text', 'other_number')
        OR kind IN ('int2', 'int4', 'int8') AND content::numeric = trunc(content::numeric)
      WHEN 'boolean' THEN kind IN ('boolean', 'text')
      ELSE false END) THEN
    RAISE EXCEPTION 'mismatch' USING ERRCODE = 'invalid_text_representation';
  ELSIF came = 'number' AND kind IN ('int2', 'int4', 'int8') THEN
    RETURN trunc(content::numeric)::text;
  ELSIF (CASE WHEN described ->> 'base_oid' = '19' THEN octet_length(content)
    ELSE length(content) END) > (described ->> 'max_length')::integer THEN
    RAISE EXCEPTION 'too long' USING ERRCODE = 'string_data_right_truncation', DETAIL = length(content);
  ELSIF described ->> 'base_oid' IN ('1560', '1562') AND (described ->> 'typmod')::integer > 0 THEN
    -- A cast would cut or pad bit strings in silence; their input functions refuse them by length before anything else.
    bits := CASE lower(left(content, 1)) WHEN 'b' THEN length(content) - 1 WHEN 'x' THEN (length(content) - 1) * 4 ELSE length(content) END;
    IF described ->> 'base_oid' = '1560' AND bits <> (described ->> 'typmod')::integer THEN
      RAISE EXCEPTION 'bit length' USING ERRCODE = 'string_data_length_mismatch';
    ELSIF bits > (described ->> 'typmod')::integer THEN
      RAISE EXCEPTION 'bit length' USING ERRCODE = 'string_data_right_truncation';
    END IF;
  END IF;
  RETURN content;
END
$$;


ALTER FUNCTION ingest.scalar_text(value jsonb, described jsonb) OWNER TO postgres;

--
-- Name: FUNCTION scalar_text(value jsonb, described jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.scalar_text(value jsonb, described jsonb) IS 'The text to give to the type''s input function, by the coercion table of docs/semantics.md; raises class 22 where the JSON type does not fit.';


--
-- Name: scan_candidates(text, integer, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text) RETURNS SETOF record
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  token text;
  at_byte integer := first_offset;
  expected "char" := 'c';
  in_array boolean;
  stack text := '';
  level integer := 0;
  deep_from integer;
  bad_at integer;
BEGIN
  no := 0;
  deep := false;
  FOR token IN
    SELECT m[1] FROM regexp_matches(content, '("(?:[^"\\]|\\.)*"?|[][{}:,]|[ \t\n\r]+|[^][{}:," \t\n\r]+)', 'g') AS m
  LOOP
    IF left(token, 1) NOT IN (' ', E'\t', E'\n', E'\r') THEN
      IF level > 512 THEN
        level := level + CASE WHEN token IN ('{', '[') THEN 1 WHEN token IN ('}', ']') THEN -1 ELSE 0 END;
        IF level = 512 THEN
          expected := '>';
        END IF;
      ELSIF NOT ingest.token_is_good(token) THEN
        bad_at := at_byte;
      ELSIF in_array IS NULL AND token = '[' THEN
        in_array := true;
        expected := 'E';
      ELSIF token = '[' OR token = '{' THEN
        IF expected NOT IN ('c', 'v', 'V', 'E') THEN
          bad_at := at_byte;
        END IF;
        in_array := coalesce(in_array, false);
        IF level = 0 THEN
          no := no + 1;
          from_byte := at_byte;
        END IF;
        level := level + 1;
        IF level > 512 THEN
          deep := true;
          deep_from := at_byte;
        ELSE
          stack := stack || token;
          expected := CASE token WHEN '[' THEN 'V' ELSE 'K' END;
        END IF;
      ELSIF token = '}' OR token = ']' THEN
        IF level = 0 THEN
          IF token = ']' AND in_array AND expected IN ('E', '>') THEN
            expected := 'x';
          ELSE
            bad_at := at_byte;
          END IF;
        ELSIF right(stack, 1) || token NOT IN ('{}', '[]') OR expected NOT IN ('>', CASE token WHEN '}' THEN 'K' ELSE 'V' END) THEN
          bad_at := at_byte;
        ELSE
          stack := left(stack, -1);
          level := level - 1;
          expected := '>';
        END IF;
      ELSIF token = ',' THEN
        IF expected <> '>' OR (level = 0 AND NOT coalesce(in_array, false)) THEN
          bad_at := at_byte;
        END IF;
        expected := CASE WHEN level = 0 THEN 'c' WHEN right(stack, 1) = '{' THEN 'k' ELSE 'v' END;
      ELSIF token = ':' THEN
        IF expected <> ':' THEN
          bad_at := at_byte;
        END IF;
        expected := 'v';
      ELSIF expected IN ('k', 'K') AND left(token, 1) = '"' THEN
        expected := ':';
      ELSIF expected IN ('c', 'v', 'V', 'E') THEN
        in_array := coalesce(in_array, false);
        IF level = 0 THEN
          no := no + 1;
          from_byte := at_byte;
        END IF;
        expected := '>';
      ELSE
        bad_at := at_byte;
      END IF;
      IF bad_at IS NOT NULL THEN
        no := 0; from_byte := NULL; bytes := NULL; deep := false;
        error_code := 'invalid_json';
        error := format('not JSON at byte offset %s; expected one object, one array, or objects one after another', bad_at);
        RETURN NEXT;
        RETURN;
      END IF;
      IF level = 0 AND expected = '>' AND from_byte IS NOT NULL THEN
        bytes := at_byte + octet_length(token) - from_byte;
        RETURN NEXT;
        from_byte := NULL;
        deep := false;
        IF NOT in_array THEN
          expected := 'c';
        END IF;
      END IF;
    END IF;
    at_byte := at_byte + octet_length(token);
  END LOOP;
  IF level > 0 OR coalesce(in_array, false) AND expected <> 'x' THEN
    no := 0; from_byte := NULL; bytes := NULL;
    IF level > 512 THEN
      error_code := 'too_deep';
      error := format('nested deeper than 512 levels at byte offset %s; expected at most 512', deep_from);
    ELSE
      error_code := 'invalid_json';
      error := format('the document is cut off at byte offset %s; expected its end', total);
    END IF;
    deep := false;
    RETURN NEXT;
  END IF;
END
$$;


ALTER FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text) OWNER TO postgres;

--
-- Name: FUNCTION scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text) IS 'Candidates of a document by byte range, or, with no 0, the one fault of the file. content begins at first_offset of total bytes.';


--
-- Name: sequencer_order(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.sequencer_order(sequencer text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  SELECT pg_catalog.rtrim(pg_catalog.lower($1 COLLATE "C"), '0') COLLATE "C"
$_$;


ALTER FUNCTION ingest.sequencer_order(sequencer text) OWNER TO postgres;

--
-- Name: FUNCTION sequencer_order(sequencer text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.sequencer_order(sequencer text) IS 'A form of an S3 sequencer that text comparison puts in S3''s own order.';


--
-- Name: setting(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.setting(of_name text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT s.value FROM ingest.setting AS s WHERE s.name = of_name);
END
$$;


ALTER FUNCTION ingest.setting(of_name text) OWNER TO postgres;

--
-- Name: FUNCTION setting(of_name text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.setting(of_name text) IS 'The value of a setting of the pipeline.';


--
-- Name: settle_faults(uuid, timestamp with time zone, ingest.claimed_file[], ingest.deferral[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  one record;
BEGIN
  -- Behind all other locks of the batch, and in one order for all sessions.
  FOR one IN
    SELECT f.dataset, last.sqlstate, last.error, (SELECT count(*) FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) WHERE d.dataset = f.dataset) AS files
    FROM (SELECT DISTINCT u.dataset FROM unnest(claimed) AS u WHERE u.dataset IS NOT NULL) AS f
    LEFT JOIN LATERAL (SELECT d.sqlstate, d.error FROM unnest(deferrals) WITH ORDINALITY AS d WHERE d.dataset = f.dataset ORDER BY d.ordinality DESC LIMIT 1) AS last ON true
    ORDER BY f.dataset
  LOOP
    IF one.sqlstate IS NULL THEN
      DELETE FROM ingest.dataset_fault AS x WHERE x.dataset = one.dataset AND EXISTS (SELECT FROM ingest.file AS l
        WHERE l.file_id = ANY (ARRAY(SELECT u.file_id FROM unnest(claimed) AS u WHERE u.dataset = one.dataset)) AND l.status IN ('loaded', 'partially_loaded'));
    ELSE
      INSERT INTO ingest.dataset_fault AS x (dataset, since, last_seen, sqlstate, error, files)
      VALUES (one.dataset, started, started, one.sqlstate, one.error, one.files)
      ON CONFLICT ON CONSTRAINT dataset_fault_pkey DO UPDATE SET last_seen = greatest(x.last_seen, excluded.last_seen), sqlstate = excluded.sqlstate,
        error = excluded.error, files = x.files + excluded.files;
    END IF;
  END LOOP;
  -- Staged by hand, they are there still. Else their bytes are gone, and whoever staged them has to know which.
  IF batch IS NOT NULL AND deferrals <> '{}' THEN
    SET CONSTRAINTS ingest.deferred_are_told DEFERRED;
    INSERT INTO ingest.deferred (batch_id, bucket, key, version_id, dataset, sqlstate, error)
    SELECT batch, f.bucket, f.key, f.version_id, d.dataset, d.sqlstate, d.error FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files) AS f;
  END IF;
END
$$;


ALTER FUNCTION ingest.settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]) OWNER TO postgres;

--
-- Name: FUNCTION settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]) IS 'Writes down which datasets'' targets are at fault and forgets those that have loaded again; keeps the deferred files of a batch for ingest_deferred().';


--
-- Name: settle_replay(ingest.claimed_file[], ingest.dataset_outcome, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  one record;
  whole boolean;
BEGIN
  records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0;
  FOR one IN SELECT f.file_id, f.record_no, f.dataset, o.* FROM unnest(files) AS f JOIN unnest(outcome.files) AS o ON o.file_no = f.file_no
    ORDER BY f.file_no LOOP
    whole := one.record_no IS NULL;
    records := records + one.records; rows_loaded := rows_loaded + one.loaded; rows_rejected := rows_rejected + one.rejected; rows_stale := rows_stale + one.stale;
    IF whole AND one.status = 'load_failed' AND one.error_code IS NOT NULL THEN
      UPDATE ingest.rejected_record AS r SET error_code = one.error_code, error = one.error WHERE r.file_id = one.file_id
        AND r.record_no = 0 AND r.replayed_at IS NULL;
      -- Where the file is skipped whole again, today's rejects of its records take the place of yesterday's.
      DELETE FROM ingest.rejected_record AS r WHERE r.file_id = one.file_id AND r.record_no > 0 AND r.replayed_at IS NULL;
      UPDATE ingest.file AS l SET error_code = one.error_code, error = one.error, status = 'load_failed', dataset = one.dataset,
        records = one.records, rows_loaded = one.loaded, rows_stale = one.stale, rows_rejected = one.rejected WHERE l.file_id = one.file_id;
      CONTINUE;
    ELSIF one.rejected = 0 OR whole THEN
      UPDATE ingest.rejected_record AS r SET replayed_at = clock_timestamp()
      WHERE r.file_id = one.file_id AND r.replayed_at IS NULL AND (whole OR r.record_no = one.record_no);
    ELSE
      -- Still refused: today's reasons take the place of yesterday's.
      DELETE FROM ingest.rejected_record AS r WHERE r.file_id = one.file_id AND r.record_no = one.record_no AND r.replayed_at IS NULL;
    END IF;
    UPDATE ingest.file AS l SET
      dataset = one.dataset, loaded_at = clock_timestamp(), error_code = NULL, error = NULL,
      records = CASE WHEN whole THEN one.records ELSE l.records END,
      rows_loaded = CASE WHEN whole THEN 0 ELSE l.rows_loaded END + one.loaded,
      rows_stale = CASE WHEN whole THEN 0 ELSE l.rows_stale END + one.stale,
      rows_rejected = CASE WHEN whole THEN one.rejected ELSE l.rows_rejected - 1 + one.rejected END
    WHERE l.file_id = one.file_id;
    UPDATE ingest.file AS l SET status = CASE WHEN l.rows_rejected = 0 THEN 'loaded' WHEN l.rows_loaded + l.rows_stale > 0
      THEN 'partially_loaded' ELSE 'load_failed' END
    WHERE l.file_id = one.file_id;
  END LOOP;
  PERFORM ingest.write_quarantine(files, ARRAY(SELECT x FROM unnest(outcome.faults) AS u (file_no, record_no, record, column_name,
    error_code, error),
      LATERAL (SELECT ROW(u.file_no, u.record_no, u.record, u.column_name, u.error_code, u.error)::ingest.fault AS x) AS y
        WHERE u.record_no > 0),
    '{}', nullif(contract -> 'records_path', 'null'), contract ->> 'records_path_text');
END
$$;


ALTER FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) OWNER TO postgres;

--
-- Name: FUNCTION settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) IS 'Writes a replay''s results into quarantine and ledger.';


--
-- Name: settled(bigint, timestamp with time zone, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.settled(of_file bigint, before timestamp with time zone, unresolved boolean) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT NOT EXISTS (SELECT FROM ingest.rejected_record AS r WHERE r.file_id = of_file
    AND (coalesce(r.replayed_at, r.rejected_at) >= before OR r.replayed_at IS NULL AND NOT unresolved))
$$;


ALTER FUNCTION ingest.settled(of_file bigint, before timestamp with time zone, unresolved boolean) OWNER TO postgres;

--
-- Name: FUNCTION settled(of_file bigint, before timestamp with time zone, unresolved boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.settled(of_file bigint, before timestamp with time zone, unresolved boolean) IS 'Whether nothing of a file is in quarantine that is younger, or that nobody resolved and nobody gave up.';


--
-- Name: shortened_path(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.shortened_path(path text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  SELECT CASE WHEN pg_catalog.length($1) > 300 THEN pg_catalog.left($1, 300) || '…' ELSE $1 END
$_$;


ALTER FUNCTION ingest.shortened_path(path text) OWNER TO postgres;

--
-- Name: FUNCTION shortened_path(path text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.shortened_path(path text) IS 'A path as drift has it: cut at 300 characters.';


--
-- Name: shown(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.shown(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  SELECT CASE WHEN $1 IS NULL THEN 'null' WHEN pg_catalog.length($1) > 100 THEN pg_catalog.left($1, 100) || '…' ELSE $1 END
$_$;


ALTER FUNCTION ingest.shown(value text) OWNER TO postgres;

--
-- Name: FUNCTION shown(value text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.shown(value text) IS 'A value as messages show it: cut at 100 characters.';


--
-- Name: stage_part(bytea); Type: FUNCTION; Schema: ingest; Owner: ingest_owner
--

CREATE FUNCTION ingest.stage_part(content bytea) RETURNS tid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  INSERT INTO ingest.staging (batch_id, key, body) VALUES ('00000000-0000-0000-0000-000000000000', '', content) RETURNING ctid
$$;


ALTER FUNCTION ingest.stage_part(content bytea) OWNER TO ingest_owner;

--
-- Name: FUNCTION stage_part(content bytea); Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON FUNCTION ingest.stage_part(content bytea) IS 'Stages part of a file again, for the search for records that a target refuses; its place in ingest.staging.';


--
-- Name: stage_parts(ingest.claimed_file, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb) RETURNS TABLE(first_record integer, last_record integer, file ingest.claimed_file)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  steps jsonb := nullif(nullif(contract -> 'records_path', 'null'), '[]');
  step jsonb;
  opened text := '';
  closed text := '';
  content bytea;
BEGIN
  file := whole;
  FOR step IN SELECT s.value FROM jsonb_array_elements(steps) AS s LOOP
    IF jsonb_typeof(step) = 'number' THEN
      opened := opened || '[' || repeat('null,', step::integer); closed := ']' || closed;
    ELSE
      opened := opened || '{' || step || ':'; closed := '}' || closed;
    END IF;
  END LOOP;
  IF steps IS NOT NULL THEN
    opened := opened || '['; closed := ']' || closed;
  END IF;
  SELECT ingest.staged_body(s.body, s.held) INTO content FROM ingest.staging AS s WHERE s.ctid = whole.staged;
  FOR first_record, last_record, content IN
    SELECT min(r.record_no), max(r.record_no), convert_to('[' || opened, 'UTF8') || string_agg(r.raw, ',' ORDER BY r.record_no) || convert_to(closed || ']', 'UTF8')
    FROM ingest.records(content, steps, contract ->> 'records_path_text', NULL) AS r WHERE r.record_no > 0
    GROUP BY (r.record_no - 1) / 100 ORDER BY 1
  LOOP
    file.staged := ingest.stage_part(content);
    file.body_bytes := octet_length(content);
    RETURN NEXT;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION stage_parts(whole ingest.claimed_file, contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb) IS 'Stages a file''s records again, a hundred a body, which stand at records_path as they did.';


--
-- Name: stage_rejects(text, bigint, boolean, bigint, integer, bigint); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint) RETURNS ingest.claimed_file[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  r record;
  place tid;
  files ingest.claimed_file[] := '{}';
  most bigint := ingest.setting('max_body_bytes');
BEGIN
  FOR r IN
    SELECT f.*, q.record_no, q.record, greatest(f.event_time, f.last_modified) AS source_time
    FROM (SELECT DISTINCT ON (x.file_id, x.record_no) x.file_id, x.record_no, x.record FROM ingest.rejected_record AS x
      JOIN ingest.file AS l ON l.file_id = x.file_id
      WHERE x.replayed_at IS NULL AND x.reject_id <= up_to AND (of_file IS NULL OR x.file_id = of_file) AND (x.record_no = 0) = whole
        AND (NOT whole OR octet_length(x.record) <= most)
        AND (x.file_id, x.record_no) > (after_file, after_record)
          AND coalesce(l.dataset, (SELECT m FROM ingest.match_dataset(l.bucket, l.key) AS m)) = of_dataset
        -- A record that is no object stays what it is; a record of a file that is kept whole is replayed with it.
        AND (whole OR substring(x.record FOR 1) = '{' AND NOT EXISTS (SELECT FROM ingest.rejected_record AS w WHERE w.file_id = x.file_id
          AND w.record_no = 0 AND w.replayed_at IS NULL))
      ORDER BY x.file_id, x.record_no, x.reject_id LIMIT 1000) AS q
    JOIN ingest.file AS f ON f.file_id = q.file_id
    ORDER BY greatest(f.event_time, f.last_modified) NULLS FIRST, ingest.sequencer_order(f.sequencer) NULLS FIRST, f.key COLLATE "C",
      q.record_no
  LOOP
    INSERT INTO ingest.staging (key, body) VALUES (r.key, r.record) RETURNING ctid INTO place;
    files := files || ROW(cardinality(files) + 1, r.file_id, place, of_dataset, r.bucket, r.key, r.version_id, r.etag, r.sequencer, r.size,
      r.event_time, r.last_modified,
      r.source_time, r.object_id, octet_length(r.record), NULL, NULL, nullif(r.record_no, 0))::ingest.claimed_file;
  END LOOP;
  RETURN files;
END
$$;


ALTER FUNCTION ingest.stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint) OWNER TO postgres;

--
-- Name: FUNCTION stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint) IS 'Stages the next 1,000 open rejects of a dataset again: whole files within max_body_bytes, or single records; none that is newer than up_to.';


--
-- Name: staged_body(bytea, bigint); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.staged_body(body bytea, held bigint) RETURNS bytea
    LANGUAGE sql STABLE
    AS $_$
  SELECT CASE WHEN $2 IS NULL THEN $1 ELSE ingest.held_body($2) END
$_$;


ALTER FUNCTION ingest.staged_body(body bytea, held bigint) OWNER TO postgres;

--
-- Name: FUNCTION staged_body(body bytea, held bigint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.staged_body(body bytea, held bigint) IS 'The bytes of a row of ingest.staging, stored or held.';


--
-- Name: staged_bytes(bytea, bigint, bigint); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) RETURNS bigint
    LANGUAGE sql STABLE
    AS $_$
  SELECT CASE WHEN $2 IS NULL THEN pg_catalog.octet_length($1)::bigint ELSE $3 END
$_$;


ALTER FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) OWNER TO postgres;

--
-- Name: FUNCTION staged_bytes(body bytea, held bigint, size bigint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) IS 'The length of the bytes of a row of ingest.staging; a held body''s is the row''s size.';


--
-- Name: state_code(text, text, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.state_code(state text, detail text, value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN CASE WHEN state IN ('22003', '22008', '22015') THEN 'out_of_range'
    WHEN state = '22001' THEN 'too_long ' || CASE WHEN detail ~ '^[0-9]+$' THEN detail ELSE length(value #>> '{}')::text END
    WHEN state = '22P05' THEN 'unsupported_unicode'
    WHEN state LIKE '54%' THEN 'sqlstate_' || state
    ELSE 'type_mismatch' END;
END
$_$;


ALTER FUNCTION ingest.state_code(state text, detail text, value jsonb) OWNER TO postgres;

--
-- Name: FUNCTION state_code(state text, detail text, value jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.state_code(state text, detail text, value jsonb) IS 'The code for what a type''s input function raised: docs/semantics.md 2.16. Behind too_long stands the length.';


--
-- Name: state_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.state_sql(of_dataset text, incoming text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- A higher version is other data, which costs less to see than comparing all of it.
  RETURN (SELECT format('CASE %sWHEN %s THEN ''same'' WHEN %s THEN ''newer'' ELSE ''stale'' END',
    'WHEN ' || ingest.version_sql(of_dataset, incoming, 5::smallint) || ' THEN ''newer'' ',
    ingest.unchanged_sql(of_dataset, incoming), ingest.newer_sql(of_dataset, incoming)));
END
$$;


ALTER FUNCTION ingest.state_sql(of_dataset text, incoming text) OWNER TO postgres;

--
-- Name: FUNCTION state_sql(of_dataset text, incoming text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.state_sql(of_dataset text, incoming text) IS 'SQL of what the incoming row is to row t: same, newer or stale.';


--
-- Name: steps_path(text[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.steps_path(steps text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT '$' || string_agg(substr(ingest.member_path(s), 2), '' ORDER BY o) FROM unnest(steps) WITH ORDINALITY AS u (s, o));
END
$_$;


ALTER FUNCTION ingest.steps_path(steps text[]) OWNER TO postgres;

--
-- Name: FUNCTION steps_path(steps text[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.steps_path(steps text[]) IS 'The path of a member inside objects, as messages write it.';


--
-- Name: still_refused(ingest.claimed_file[], jsonb, ingest.parsed_record[], bigint[], ingest.fault[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  probes integer := 200;
  round record;
BEGIN
  LOOP
    SELECT r.probes, r.welcome INTO round FROM ingest.readmitted(files, contract, parsed,
      coalesce(excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f),
      ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f WHERE f.error_code = 'sqlstate_23503'), probes) AS r;
    -- Who is back may be the parent of others.
    EXIT WHEN round.welcome = '{}';
    probes := round.probes;
    refused := ARRAY(SELECT f FROM unnest(refused) AS f WHERE f.file_no::bigint << 32 | f.record_no <> ALL (round.welcome));
  END LOOP;
  RETURN refused;
END
$$;


ALTER FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]) OWNER TO postgres;

--
-- Name: FUNCTION still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]) IS 'The refused records without those that a foreign key refused only for want of other records of the unit, as far as 200 probes tell.';


--
-- Name: store_dataset(ingest.dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.store_dataset(d ingest.dataset) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
BEGIN
  EXECUTE (SELECT format('INSERT INTO ingest.dataset SELECT ($1).* ON CONFLICT ON CONSTRAINT dataset_pkey DO UPDATE SET (%s) = (SELECT ($1).*)',
    string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
    FROM pg_attribute AS a WHERE a.attrelid = 'ingest.dataset'::regclass AND a.attnum > 0 AND NOT a.attisdropped) USING d;
END
$_$;


ALTER FUNCTION ingest.store_dataset(d ingest.dataset) OWNER TO postgres;

--
-- Name: FUNCTION store_dataset(d ingest.dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.store_dataset(d ingest.dataset) IS 'Stores a dataset''s row, new or in the place of the old one.';


--
-- Name: suspects(text, ingest.claimed_file[], jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) RETURNS bigint[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  found bigint[];
BEGIN
  EXECUTE format('SELECT array_agg(s._ingest_file::bigint << 32 | s._ingest_record) FROM (%s) AS s WHERE s._ingest_suspect', careful_source)
  INTO found USING files, contract, '{}'::ingest.parsed_record[];
  RETURN coalesce(found, '{}');
END
$$;


ALTER FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) OWNER TO postgres;

--
-- Name: FUNCTION suspects(careful_source text, files ingest.claimed_file[], contract jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) IS 'The records that the careful reader cannot vouch for, as file_no << 32 | record_no.';


--
-- Name: taken_from(ingest.dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.taken_from(d ingest.dataset) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT x.name FROM ingest.dataset AS x
  WHERE x.name <> d.name AND starts_with(d.prefix, x.prefix) AND (x.bucket IS NULL OR d.bucket IS NULL OR x.bucket = d.bucket)
    AND (x.prefix <> d.prefix OR d.bucket IS NOT NULL)
  ORDER BY length(x.prefix) DESC, x.bucket NULLS LAST LIMIT 1
$$;


ALTER FUNCTION ingest.taken_from(d ingest.dataset) OWNER TO postgres;

--
-- Name: FUNCTION taken_from(d ingest.dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.taken_from(d ingest.dataset) IS 'The dataset that has the keys of a dataset where that is not registered: the next longest prefix.';


--
-- Name: takes_any_text(oid); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.takes_any_text(base_oid oid) RETURNS boolean
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typinput WHERE t.oid = base_oid
    AND p.proname IN ('textin', 'varcharin', 'bpcharin', 'namein', 'charin', 'citextin'))
$$;


ALTER FUNCTION ingest.takes_any_text(base_oid oid) OWNER TO postgres;

--
-- Name: FUNCTION takes_any_text(base_oid oid); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.takes_any_text(base_oid oid) IS 'Whether a string type''s input function takes every text, but for its length.';


--
-- Name: target_columns(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.target_columns(of_dataset text) RETURNS TABLE(attnum smallint, name text, declared text, collation_clause text, not_null boolean, default_sql text, is_kept boolean, path text, expression text, is_read boolean, described jsonb, domains oid[])
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN
      (SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
        WHERE c.oid = a.attcollation)
      ELSE '' END,
    a.attnotnull OR EXISTS (SELECT FROM pg_type AS dt WHERE dt.oid = ANY (b.domains) AND dt.typnotnull),
    CASE WHEN a.attidentity = 'd' THEN format('nextval(%L::regclass)', pg_get_serial_sequence(d.target::text, a.attname))
      ELSE coalesce(pg_get_expr(ad.adbin, ad.adrelid), pg_get_expr(own.typdefaultbin, 0)) END,
    -- An expression makes its value of what came.
    d.load_mode = 'upsert' AND m.expression IS NULL AND NOT coalesce(a.attname = ANY (ingest.key_columns(d.target)), false)
      AND (d.on_absent = 'keep' OR a.attidentity = 'd' OR NOT coalesce(ingest.is_constant(coalesce(ad.adbin, own.typdefaultbin)), true)),
    coalesce(m.path, CASE WHEN a.attname ~ '^[A-Za-z_][A-Za-z0-9_]*$' THEN '$.' || a.attname ELSE ingest.member_path(a.attname::text) END), m.expression,
    m.expression IS NULL OR m.reads_member,
    b.described, b.domains
  FROM ingest.dataset AS d
  JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attnum > 0 AND NOT a.attisdropped
  -- Many columns have few types: each is described once.
  JOIN (SELECT u.atttypid, u.atttypmod, ingest.describe_type(u.atttypid, u.atttypmod) AS described, x.base_oid, x.domains
    FROM (SELECT DISTINCT y.atttypid, y.atttypmod FROM ingest.dataset AS z JOIN pg_attribute AS y ON y.attrelid = z.target AND y.attnum > 0 AND NOT y.attisdropped
      WHERE z.name = of_dataset) AS u
    CROSS JOIN LATERAL ingest.base_type(u.atttypid, u.atttypmod) AS x OFFSET 0) AS b ON b.atttypid = a.atttypid AND b.atttypmod = a.atttypmod
  -- Values are made as the base type, so it is its collation that the column's, a domain's perhaps, differs from.
  JOIN pg_type AS t ON t.oid = b.base_oid
  JOIN pg_type AS own ON own.oid = a.atttypid
  LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
  LEFT JOIN ingest.column_mapping AS m ON m.dataset = d.name AND m.column_name = a.attname
  WHERE d.name = of_dataset AND a.attgenerated = '' AND a.attidentity <> 'a' AND a.attname <> ALL (ingest.metadata_columns())
    AND m.managed IS NOT FALSE;
END
$_$;


ALTER FUNCTION ingest.target_columns(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION target_columns(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.target_columns(of_dataset text) IS 'The columns of a dataset''s target that records can fill, with all that decides how. is_kept: an update leaves it as it is where the record has no value for it.';


--
-- Name: target_problems(regclass, text, name); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  WITH attributes AS (
    SELECT a.attname::text AS name, a.attgenerated <> '' OR a.attidentity = 'a' OR a.attname = ANY (ingest.metadata_columns()) AS read_only,
      b.base_oid
    FROM pg_attribute AS a CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped)
  SELECT format('target: %s is no table', target) FROM pg_class AS c WHERE c.oid = target AND c.relkind NOT IN ('r', 'p')
  UNION ALL
  SELECT format('target: column %s has type %s, whose values depend on the catalog; it cannot be loaded', x.name,
    format_type(x.base_oid, NULL))
  FROM attributes AS x JOIN pg_type AS t ON t.oid = x.base_oid WHERE NOT x.read_only
    AND (t.typname ~ '^_?reg' AND t.typnamespace = 'pg_catalog'::regnamespace OR t.typtype = 'p')
  UNION ALL
  SELECT format('target: column name %s is reserved for the pipeline', x.name) FROM attributes AS x WHERE starts_with(x.name, '_ingest_')
  UNION ALL
  SELECT format('load_mode: upsert needs a primary key on %s; add one or use append', target) WHERE load_mode = 'upsert'
    AND ingest.key_columns(target) IS NULL
  UNION ALL
  SELECT format('load_mode: upsert goes by %s, which is never read from JSON; use append', k) FROM unnest(ingest.key_columns(target)) AS k
    JOIN attributes AS x ON x.name = k
  WHERE load_mode = 'upsert' AND x.read_only
  UNION ALL
  SELECT format('load_mode: upsert cannot go by the primary key of %s, which is %s; use append', target, ingest.key_hindrance(target))
  WHERE load_mode = 'upsert' AND ingest.key_hindrance(target) IS NOT NULL
  UNION ALL
  SELECT format('version_column: %s has no column %s', target, version_column) WHERE version_column IS NOT NULL
    AND NOT EXISTS (SELECT FROM attributes AS x WHERE x.name = version_column)
  UNION ALL
  SELECT format('version_column: %s is never read from JSON', version_column) FROM attributes AS x WHERE x.name = version_column
    AND x.read_only
  UNION ALL
  SELECT format('version_column: an append keeps every record and compares none; leave it out or use upsert')
    WHERE version_column IS NOT NULL AND load_mode = 'append'
  UNION ALL
  SELECT format('version_column: type %s has no order', format_type(x.base_oid, NULL)) FROM attributes AS x
  WHERE x.name = version_column AND NOT EXISTS (SELECT FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod AND m.amname = 'btree'
    JOIN pg_type AS t ON t.oid = x.base_oid
    WHERE o.opcdefault AND (o.opcintype = x.base_oid OR x.base_oid = 'varchar'::regtype AND o.opcintype = 'text'::regtype
      OR o.opcintype = 'anyarray'::regtype AND t.typcategory = 'A' OR o.opcintype = 'anyenum'::regtype AND t.typtype = 'e'
        OR o.opcintype = 'anyrange'::regtype AND t.typtype = 'r'))
$$;


ALTER FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) OWNER TO postgres;

--
-- Name: FUNCTION target_problems(target regclass, load_mode text, version_column name); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) IS 'What is wrong with a registration''s target, mode and version column.';


--
-- Name: tells_refusals(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.tells_refusals(of_dataset text) RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  -- Who is refused for something else refuses no one, and has another reason: all that may refuse has to be known.
  RETURN (SELECT ingest.is_plain_table(d.target) AND NOT row_security_active(d.target)
      -- Of a column that an update leaves as it is, the record does not tell the value.
      AND NOT coalesce((ingest.contract(of_dataset) ->> 'keeps')::boolean, false)
      AND NOT EXISTS (SELECT FROM ingest.unique_values(of_dataset) AS v WHERE NOT v.told OR v.columns IS NULL)
      AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = d.target AND k.contype = 'f' AND (k.conrelid = k.confrelid OR NOT k.convalidated OR k.confmatchtype <> 's'
        OR NOT has_schema_privilege((SELECT c.relnamespace FROM pg_class AS c WHERE c.oid = k.confrelid), 'USAGE') OR NOT has_table_privilege(k.confrelid, 'SELECT') OR row_security_active(k.confrelid)
        OR NOT k.conkey <@ ARRAY(SELECT c.sort::smallint FROM ingest.incoming_columns(of_dataset) AS c)))
    FROM ingest.dataset AS d WHERE d.name = of_dataset);
END
$$;


ALTER FUNCTION ingest.tells_refusals(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION tells_refusals(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.tells_refusals(of_dataset text) IS 'Whether queries can tell for certain what a dataset''s target refuses: a plain table, unique indexes of columns that records bring, parents that may be read.';


--
-- Name: text_depth(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.text_depth(content text) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT CASE WHEN length(content) < 1026 THEN 0 ELSE (
    SELECT coalesce(max(level), 0)::integer FROM (
      SELECT sum(CASE m[1] WHEN '{' THEN 1 WHEN '[' THEN 1 WHEN '}' THEN -1 WHEN ']' THEN -1 ELSE 0 END) OVER (ORDER BY o) AS level
      FROM regexp_matches(content, '("(?:[^"\\]|\\.)*"|[][{}])', 'g') WITH ORDINALITY AS t (m, o)) AS levels) END);
END
$$;


ALTER FUNCTION ingest.text_depth(content text) OWNER TO postgres;

--
-- Name: FUNCTION text_depth(content text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.text_depth(content text) IS 'How deep brackets nest in a JSON text, strings apart; 0 for texts too short to exceed 512.';


--
-- Name: token_is_good(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.token_is_good(token text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT CASE left(token, 1)
    WHEN '"' THEN token ~ '^"([^"\\\x01-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"$'
    ELSE token ~ '^([{}:,]|\[|\]|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null)$' END
$_$;


ALTER FUNCTION ingest.token_is_good(token text) OWNER TO postgres;

--
-- Name: FUNCTION token_is_good(token text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.token_is_good(token text) IS 'Whether one token follows the JSON grammar (RFC 8259 sections 2 to 7).';


--
-- Name: told_of_excluded(ingest.load_attempt); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
BEGIN
  EXECUTE format('WITH s AS MATERIALIZED (SELECT s._ingest_file, s._ingest_record, s._ingest_faults, s._ingest_codes, s._ingest_unknown FROM (%s) AS s
      WHERE (s._ingest_file::bigint << 32 | s._ingest_record) = ANY ($4))
    SELECT coalesce((SELECT array_agg(ROW(s._ingest_file, s._ingest_record, NULL, CASE WHEN f.place > 0 THEN $2 -> ''columns'' -> (f.place - 1) ->> ''name'' END, f.code, NULL)::ingest.fault ORDER BY s._ingest_file, s._ingest_record, f.no)
        FROM s CROSS JOIN LATERAL unnest(s._ingest_faults, s._ingest_codes) WITH ORDINALITY AS f (place, code, no) WHERE s._ingest_codes IS NOT NULL), ''{}''),
      coalesce((SELECT array_agg(ROW(s._ingest_file, s._ingest_record, s._ingest_unknown)::ingest.unknown_seen) FROM s WHERE s._ingest_unknown IS NOT NULL), ''{}'')', a.source)
  INTO rejects, unknown USING a.files, a.contract, a.parsed, a.excluded;
END
$_$;


ALTER FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]) OWNER TO postgres;

--
-- Name: FUNCTION told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]) IS 'Faults of values and unknown members of records that only the insert refused: the load statement left them out, they are told and counted all the same.';


--
-- Name: told_refusals(ingest.load_attempt, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.told_refusals(a ingest.load_attempt, of_dataset text) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  query text;
  found ingest.fault[] := '{}';
  unsure boolean := false;
BEGIN
  IF NOT ingest.tells_refusals(of_dataset) THEN
    RETURN '{}';
  END IF;
  query := ingest.told_sql(of_dataset, a.source);
  IF query IS NOT NULL THEN
    EXECUTE query INTO found, unsure USING a.files, a.contract, a.parsed, a.excluded, NULL::integer, NULL::integer;
  END IF;
  -- Who may be refused by a row that is there must not refuse others.
  IF unsure THEN
    RETURN found;
  END IF;
  RETURN found || ingest.repeated(of_dataset, a.source, a.files, a.contract, a.parsed,
    coalesce(a.excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(found) AS f));
EXCEPTION
  -- The quick reader, which raises at what only the careful one reads; and what the pipeline may not ask.
  WHEN OTHERS OR assert_failure THEN
    IF ingest.is_of_the_moment(SQLSTATE) AND SQLSTATE <> 'PI001' THEN
      RAISE;
    END IF;
    RETURN '{}';
END
$$;


ALTER FUNCTION ingest.told_refusals(a ingest.load_attempt, of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION told_refusals(a ingest.load_attempt, of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.told_refusals(a ingest.load_attempt, of_dataset text) IS 'Records that the target refuses for certain, by foreign keys and unique indexes; none where a query cannot tell.';


--
-- Name: told_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.told_sql(of_dataset text, source text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
BEGIN
  -- Unique indexes speak first, foreign keys after the statement.
  RETURN (SELECT format('WITH written AS MATERIALIZED (%1$s)
    SELECT coalesce(array_agg(ROW(w._ingest_file, w._ingest_record, NULL, NULL, CASE WHEN w._ingest_place > %3$s THEN ''sqlstate_23503'' ELSE ''sqlstate_23505'' END,
      CASE w._ingest_place %2$s END)::ingest.fault ORDER BY w._ingest_file, w._ingest_record) FILTER (WHERE w._ingest_place > 0), ''{}''), coalesce(bool_or(w._ingest_place = 0), false)
    FROM (SELECT w.*, CASE %4$s END AS _ingest_place FROM written AS w WHERE w._ingest_sure OFFSET 0) AS w WHERE w._ingest_place IS NOT NULL',
    ingest.written_sql(of_dataset, source), string_agg(format('WHEN %s THEN %s', t.place, t.message_sql), ' ' ORDER BY t.place),
    count(*) FILTER (WHERE t.stage = 1), string_agg(concat(format('WHEN %s THEN %s', t.refused_sql, t.place), format(' WHEN %s THEN 0', t.unsure_sql)), ' ' ORDER BY t.place))
  FROM (SELECT x.*, row_number() OVER (ORDER BY x.stage, x.no) AS place
    FROM (SELECT 1 AS stage, u.* FROM ingest.known_values_sql(of_dataset) AS u UNION ALL SELECT 2, f.*, 'false' FROM ingest.missing_parents_sql(of_dataset) AS f) AS x) AS t
  HAVING count(*) > 0);
END
$_$;


ALTER FUNCTION ingest.told_sql(of_dataset text, source text) OWNER TO postgres;

--
-- Name: FUNCTION told_sql(of_dataset text, source text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.told_sql(of_dataset text, source text) IS 'The query of records that are refused for a value that another row of the target has, or for want of a parent. It also tells whether there are others of which only the load can tell. NULL where nothing of the kind can be.';


--
-- Name: too_deep(jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.too_deep(value jsonb) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $_$
  SELECT pg_catalog.pg_column_size($1) > 4096 AND pg_catalog.jsonb_path_exists($1,
    'strict $.**{512} ? (@.type() == "object" || @.type() == "array")')
$_$;


ALTER FUNCTION ingest.too_deep(value jsonb) OWNER TO postgres;

--
-- Name: FUNCTION too_deep(value jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.too_deep(value jsonb) IS 'Whether objects and arrays nest deeper than 512 levels, the value itself being the first.';


--
-- Name: trial_document(ingest.dataset, jsonb, integer); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) RETURNS bytea
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  c jsonb;
  made jsonb := '{}';
  -- What refers to other rows is left empty where it may be.
  referring text[] := ARRAY(SELECT a.attname::text FROM pg_constraint AS k JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.conrelid = d.target AND k.contype = 'f');
BEGIN
  FOR c IN SELECT e.value FROM jsonb_array_elements(contract -> 'columns') AS e LOOP
    IF (c ->> 'required')::boolean AND NOT (c ->> 'has_default')::boolean OR variant = 2 AND c ->> 'name' <> ALL (referring) THEN
      made := ingest.with_value(made, c -> 'path', ingest.made_up(c, CASE WHEN c ->> 'name' = ANY (ingest.key_columns(d.target)) THEN 1 ELSE variant END));
    END IF;
  END LOOP;
  RETURN convert_to(ingest.with_value(NULL, coalesce(nullif(contract -> 'records_path', 'null'), '[]'), jsonb_build_array(made))::text, 'UTF8');
END
$$;


ALTER FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) OWNER TO postgres;

--
-- Name: FUNCTION trial_document(d ingest.dataset, contract jsonb, variant integer); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) IS 'A document of one made-up record: 1 with what is required alone, so that defaults are drawn; 2 with the same key and every member.';


--
-- Name: try_input(text, oid, integer, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) RETURNS void
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- The common types without dynamic SQL, which would be planned anew for each value.
  CASE base_oid
    WHEN 25, 1043, 1042, 19, 3802 THEN NULL;
    WHEN 16 THEN PERFORM content::boolean;
    WHEN 21 THEN PERFORM content::smallint;
    WHEN 23 THEN PERFORM content::integer;
    WHEN 20 THEN PERFORM content::bigint;
    WHEN 700 THEN PERFORM content::real;
    WHEN 701 THEN PERFORM content::double precision;
    WHEN 1700 THEN PERFORM CASE WHEN typmod < 0 THEN content::numeric ELSE pg_catalog.numeric(content::numeric, typmod) END;
    WHEN 2950 THEN PERFORM content::uuid;
    WHEN 1082 THEN PERFORM content::date;
    WHEN 1114 THEN PERFORM content::timestamp;
    WHEN 1184 THEN PERFORM content::timestamptz;
    WHEN 869 THEN PERFORM content::inet;
    WHEN 1186 THEN PERFORM content::interval;
    WHEN 1083 THEN PERFORM content::time;
    ELSE EXECUTE format('SELECT %L::%s', content, base_type);
  END CASE;
END
$$;


ALTER FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) OWNER TO postgres;

--
-- Name: FUNCTION try_input(content text, base_oid oid, typmod integer, base_type text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) IS 'Raises what the type''s input function raises at the text; does nothing else.';


--
-- Name: turn_away(ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  -- prepare_targets() has compiled them all.
  problems jsonb := (SELECT jsonb_object_agg(c.dataset, c.problem) FROM ingest.compiled_dataset AS c
    WHERE c.dataset IN (SELECT u.dataset FROM unnest(files) AS u));
  most bigint := ingest.setting('max_body_bytes');
BEGIN
  SELECT coalesce(array_agg(f ORDER BY f.file_no) FILTER (WHERE s.status IS NULL), '{}'),
    coalesce(array_agg(ROW(f.file_no, 0, 0, 0, 0, s.status, e.error_code, e.error)::ingest.file_outcome ORDER BY f.file_no)
      FILTER (WHERE s.status IS NOT NULL), '{}'),
    coalesce(array_agg(ROW(f.file_no, 0, NULL, NULL, e.error_code, e.error)::ingest.fault ORDER BY f.file_no)
      FILTER (WHERE s.status IN ('load_failed', 'no_dataset') AND f.body_bytes IS NOT NULL), '{}')
  INTO remaining, outcomes, faults
  FROM unnest(files) AS f
  CROSS JOIN LATERAL (SELECT CASE WHEN f.status IS NOT NULL THEN f.status WHEN f.body_bytes > most THEN 'load_failed'
    WHEN f.dataset IS NULL OR problems ->> f.dataset IS NOT NULL THEN 'no_dataset' END AS status) AS s
  CROSS JOIN LATERAL (SELECT CASE s.status WHEN 'load_failed' THEN 'too_large' WHEN 'object_missing' THEN s.status
      WHEN 'no_dataset' THEN s.status END AS error_code,
    CASE s.status WHEN 'object_missing' THEN 'the object was gone when it was fetched; expected it to exist until it was read'
      WHEN 'load_failed' THEN CASE WHEN f.body_bytes IS NULL
        THEN format('object of %s bytes; larger than the shipper fetches (MAX_OBJECT_BYTES)', f.size)
        ELSE format('body of %s bytes; expected at most %s (setting max_body_bytes)', f.body_bytes, most) END
      WHEN 'no_dataset' THEN coalesce(problems ->> f.dataset,
        format('no dataset matches key %s; expected one registered by ingest_register_dataset(), then ingest_replay()', f.key))
      END AS error) AS e;
END
$$;


ALTER FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]) OWNER TO postgres;

--
-- Name: FUNCTION turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]) IS 'Files that are not loaded at all, with the reason; the others remain.';


--
-- Name: type_kind(oid); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.type_kind(base_oid oid) RETURNS text
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT CASE
      WHEN t.oid = 'boolean'::regtype THEN 'boolean'
      WHEN t.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype, 'float8'::regtype, 'numeric'::regtype,
        'json'::regtype, 'jsonb'::regtype) THEN t.typname::text
      WHEN t.typcategory = 'S' THEN 'text'
      WHEN t.oid IN ('date'::regtype, 'time'::regtype, 'timetz'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'interval'::regtype)
        THEN 'datetime'
      WHEN t.typcategory = 'A' AND t.typlen = -1 AND t.typelem <> 0 AND t.oid NOT IN ('int2vector'::regtype, 'oidvector'::regtype)
        THEN 'array'
      WHEN t.typcategory = 'N' THEN 'other_number'
      ELSE 'other' END
  FROM pg_type AS t WHERE t.oid = base_oid);
END
$$;


ALTER FUNCTION ingest.type_kind(base_oid oid) OWNER TO postgres;

--
-- Name: FUNCTION type_kind(base_oid oid); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.type_kind(base_oid oid) IS 'Which row of the coercion table in docs/semantics.md a base type belongs to.';


--
-- Name: typed_rows(text, ingest.claimed_file, bigint[]); Type: FUNCTION; Schema: ingest; Owner: ingest_loader
--

CREATE FUNCTION ingest.typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  c ingest.compiled_dataset;
  parsed ingest.parsed_record[];
  files ingest.claimed_file[];
  typed jsonb;
BEGIN
  -- Its owner is the role that code of targets runs as, which could take SECURITY DEFINER off it.
  IF current_user OPERATOR(pg_catalog.<>) 'ingest_loader' THEN
    RAISE EXCEPTION 'typed_rows() runs as %; expected ingest_loader', current_user USING ERRCODE = 'insufficient_privilege',
      HINT = 'Apply the migrations again: R__z_close.sql sets owners and SECURITY DEFINER.';
  END IF;
  SELECT * INTO STRICT c FROM ingest.compiled_dataset AS x WHERE x.dataset = of_dataset;
  SELECT s.files, s.parsed INTO files, parsed FROM ingest.inspect_suspects(c.contract,
    ingest.suspects(c.careful_source, ARRAY[file], c.contract), ARRAY[file]) AS s;
  EXECUTE format('SELECT jsonb_object_agg(t._ingest_record, jsonb_build_object(%s)) FROM (%s) AS t',
    (SELECT string_agg(format('%L, t.%I', x.name, x.name), ', ' ORDER BY x.attnum) FROM ingest.target_columns(of_dataset) AS x),
    ingest.typed_sql(of_dataset, c.contract, c.careful_source))
  INTO typed USING files, c.contract, parsed, excluded, NULL::integer, NULL::integer;
  RETURN typed;
END
$$;


ALTER FUNCTION ingest.typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) OWNER TO ingest_loader;

--
-- Name: FUNCTION typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]); Type: COMMENT; Schema: ingest; Owner: ingest_loader
--

COMMENT ON FUNCTION ingest.typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) IS 'The records of a staged file as they would be loaded, by record_no, without those that are excluded.';


--
-- Name: typed_sql(text, jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.typed_sql(of_dataset text, contract jsonb, source text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- OFFSET 0 keeps the planner from evaluating an expression once for each place that refers to it.
  -- Columns get their declared (base) type, collation and default; then expressions see them all.
  RETURN (WITH positions AS (
    SELECT c.value ->> 'name' AS name, c.no, (c.value ->> 'has_default')::boolean AS told FROM jsonb_array_elements(contract -> 'columns') WITH ORDINALITY AS c (value, no)
  ), parts AS (
    SELECT string_agg(format(', (%s)::%s%s AS %I', CASE
          WHEN p.no IS NULL THEN coalesce(c.default_sql, 'NULL')
          WHEN c.default_sql IS NULL THEN format('s.%I', c.name)
          ELSE format('CASE WHEN s._ingest_absent_%s THEN (%s)::%s ELSE s.%I::%s END', p.no, c.default_sql, c.described ->> 'base_type',
            c.name, c.described ->> 'base_type') END,
        c.described ->> 'base_type', c.collation_clause, c.name), '' ORDER BY c.attnum) FILTER (WHERE c.is_read) AS typed,
      string_agg(format(', s._ingest_absent_%s', p.no), '' ORDER BY c.attnum) FILTER (WHERE c.is_kept AND p.told) AS told,
      string_agg(format(', _ingest_absent_%s', p.no), '' ORDER BY c.attnum) FILTER (WHERE c.is_kept AND p.told) AS absent,
      string_agg(CASE WHEN c.expression IS NULL THEN format(', %I', c.name)
        ELSE format(E', (%s\n)::%s%s AS %I', c.expression, c.described ->> 'base_type', c.collation_clause, c.name) END, ''
          ORDER BY c.attnum) AS expressed
    FROM ingest.target_columns(of_dataset) AS c LEFT JOIN positions AS p ON p.name = c.name
  )
  SELECT format('SELECT _ingest_file, _ingest_record, _ingest_faults, _ingest_codes, _ingest_suspect, _ingest_file_id, _ingest_source_time, _ingest_sequencer, _ingest_rescued, _ingest_unknown%s
    FROM (SELECT s._ingest_file, s._ingest_record, s._ingest_faults, s._ingest_codes, s._ingest_suspect, s._ingest_file_id, s._ingest_source_time, s._ingest_sequencer, s._ingest_rescued, s._ingest_unknown%s%s
      FROM (%s OFFSET 0) AS s
      WHERE ($4 IS NULL OR (s._ingest_file::bigint << 32 | s._ingest_record) <> ALL ($4)) AND ($5 IS NULL OR s._ingest_record BETWEEN $5 AND $6)) AS typed',
    coalesce(parts.absent, '') || parts.expressed, CASE WHEN (contract ->> 'want_record')::boolean AND NOT contract -> 'columns' @> '[{"name": "record"}]'
      THEN ', s._ingest_whole AS record' ELSE '' END,
    coalesce(parts.told, '') || parts.typed, source)
  FROM parts);
END
$_$;


ALTER FUNCTION ingest.typed_sql(of_dataset text, contract jsonb, source text) OWNER TO postgres;

--
-- Name: FUNCTION typed_sql(of_dataset text, contract jsonb, source text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.typed_sql(of_dataset text, contract jsonb, source text) IS 'The query that gives every record its columns in the target''s types.';


--
-- Name: unchanged_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT CASE
      -- The version is among the data.
      WHEN d.version_column IS NOT NULL THEN ingest.same_data_sql(of_dataset, incoming)
      WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = '_source_time' AND NOT a.attisdropped)
        THEN 'false'
      ELSE ingest.same_data_sql(of_dataset, incoming) END
  FROM ingest.dataset AS d WHERE d.name = of_dataset);
END
$$;


ALTER FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) OWNER TO postgres;

--
-- Name: FUNCTION unchanged_sql(of_dataset text, incoming text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) IS 'SQL that tells whether the incoming row need not be written because t holds it.';


--
-- Name: unfit(text, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unfit(content text, unfit jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  -- Nine digits and more are a count of seconds, or of less; their input would take them for a year with month and day.
  -- Without a backslash neither notation for bytes can be told from base64, which would be stored as its own letters.
  RETURN unfit ? 'words' AND content ~* '\m(now|today|tomorrow|yesterday|epoch|infinity|allballs)\M'
    OR unfit ? 'digits' AND content ~ '(^|[[({,])[[:space:]]*[0-9]{9,}[[:space:]]*([])},]|$)'
    OR unfit ? 'nan' AND content ~* '\m(nan|inf|infinity)\M'
    OR unfit ? 'bytes' AND strpos(content, '\') = 0 AND content <> '';
END
$_$;


ALTER FUNCTION ingest.unfit(content text, unfit jsonb) OWNER TO postgres;

--
-- Name: FUNCTION unfit(content text, unfit jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unfit(content text, unfit jsonb) IS 'Whether a string is one that the type''s input would take for something that data do not mean; unfit, of the contract, says what to look for.';


--
-- Name: unfit_marks(oid); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unfit_marks(type_oid oid) RETURNS text[]
    LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  base oid := (ingest.base_type(type_oid, -1)).base_oid;
  parts oid[];
BEGIN
  IF base IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
    RETURN '{words,digits}';
  ELSIF base IN ('time'::regtype, 'timetz'::regtype, 'interval'::regtype) THEN
    RETURN '{words}';
  ELSIF base IN ('numeric'::regtype, 'float4'::regtype, 'float8'::regtype) THEN
    RETURN '{nan}';
  ELSIF base = 'bytea'::regtype THEN
    RETURN '{bytes}';
  END IF;
  parts := ARRAY(SELECT r.rngsubtype FROM pg_range AS r WHERE base IN (r.rngtypid, r.rngmultitypid)
    UNION ALL SELECT t.typelem FROM pg_type AS t WHERE t.oid = base AND t.typcategory = 'A'
    UNION ALL SELECT a.atttypid FROM pg_type AS t JOIN pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE t.oid = base AND t.typtype = 'c');
  -- Of a composite's parts one may be meant to hold long numbers, and none need be bytes.
  RETURN ARRAY(SELECT DISTINCT m FROM unnest(parts) AS p (part) CROSS JOIN LATERAL unnest(ingest.unfit_marks(p.part)) AS m
    WHERE m <> 'bytes' AND (m <> 'digits' OR NOT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = base AND t.typtype = 'c')) ORDER BY m);
END
$$;


ALTER FUNCTION ingest.unfit_marks(type_oid oid) OWNER TO postgres;

--
-- Name: FUNCTION unfit_marks(type_oid oid); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unfit_marks(type_oid oid) IS 'What no string for this type may be, or hold: words (now, today), digits (nine and more), nan; bytes: none but in a notation with backslashes.';


--
-- Name: unfit_within(text, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unfit_within(content text, unfit jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  -- Quotes and backslashes go before a part is read, so that they hide nothing. Bytes are looked at where they stand alone.
  SELECT unfit <> '[]' AND ingest.unfit(CASE WHEN unfit ? 'bytes' THEN content ELSE translate(content, '"\', '') END, unfit)
$$;


ALTER FUNCTION ingest.unfit_within(content text, unfit jsonb) OWNER TO postgres;

--
-- Name: FUNCTION unfit_within(content text, unfit jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unfit_within(content text, unfit jsonb) IS 'unfit() of the text of an array, range or composite, by what its parts must not be.';


--
-- Name: unique_values(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unique_values(of_dataset text) RETURNS TABLE(index_no bigint, index_name text, shown text, list text, value_list text, places text, counts text, told boolean, columns text[])
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT row_number() OVER (ORDER BY i.indexrelid), x.relname::text, u.shown, u.list, u.value_list, u.places,
    concat_ws(' AND ', '(' || pg_get_expr(i.indpred, i.indrelid) || ')', CASE WHEN NOT i.indnullsnotdistinct THEN format('num_nulls(%s) = 0', u.list) END, 'true'),
    i.indisunique AND i.indimmediate AND u.by_default AND NOT p.partitions_own AND strpos(pg_get_indexdef(i.indexrelid), '.*') = 0
      AND NOT EXISTS (SELECT FROM (SELECT unnest(i.indkey::integer[]) UNION ALL SELECT k.refobjsubid FROM pg_depend AS k
          WHERE k.classid = 'pg_class'::regclass AND k.objid = i.indexrelid AND k.refobjid = i.indrelid) AS m (attnum)
        WHERE m.attnum <> 0 AND m.attnum NOT IN (SELECT c.sort FROM ingest.incoming_columns(of_dataset) AS c)),
    CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL AND NOT i.indnullsnotdistinct AND NOT EXISTS (SELECT FROM unnest(i.indkey::smallint[], i.indcollation::oid[]) AS k (attnum, collation_oid)
      JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.collation_oid <> a.attcollation) THEN ARRAY(SELECT a.attname::text
      FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, o) JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE k.o <= i.indnkeyatts ORDER BY k.o) END
  FROM ingest.dataset AS d
  CROSS JOIN LATERAL (SELECT f.relid, f.level > 0 AS partitions_own FROM pg_partition_tree(d.target) AS f
    UNION SELECT d.target, false) AS p
  JOIN pg_index AS i ON i.indrelid = p.relid JOIN pg_class AS x ON x.oid = i.indexrelid
  CROSS JOIN LATERAL (SELECT string_agg(pg_get_indexdef(i.indexrelid, k.o::integer, true), ', ' ORDER BY k.o) AS shown,
      string_agg(pg_get_indexdef(i.indexrelid, k.o::integer, false) || coalesce(' COLLATE ' || l.oid::regcollation::text, ''), ', ' ORDER BY k.o) AS list,
      string_agg(format('CASE WHEN %1$s IS NULL THEN ''null'' ELSE format(''%%s'', %1$s) END', pg_get_indexdef(i.indexrelid, k.o::integer, false)), ', ' ORDER BY k.o) AS value_list,
      string_agg('%s', ', ') AS places, bool_and(o.opcdefault) AS by_default
    FROM unnest(i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY AS k (opclass, collation_oid, o)
    JOIN pg_opclass AS o ON o.oid = k.opclass LEFT JOIN pg_collation AS l ON l.oid = k.collation_oid) AS u
  WHERE d.name = of_dataset AND (i.indisunique OR i.indisexclusion) AND i.indisready
    AND NOT (p.partitions_own AND EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = i.indexrelid))
    AND NOT (d.load_mode = 'upsert' AND i.indisprimary)
    -- The table makes them.
    AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[]) AND a.attidentity = 'a')
$_$;


ALTER FUNCTION ingest.unique_values(of_dataset text) OWNER TO postgres;

--
-- Name: FUNCTION unique_values(of_dataset text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unique_values(of_dataset text) IS 'The indexes by which records of one unit may clash, but for the key of an upsert. Of each: the SQL of its values as compared (list) and shown (value_list), of whether a row counts, and whether a query can tell (told). Its columns are there where it is of columns alone. A query compares as types do by default, at once, and sees only what records bring.';


--
-- Name: unknown_members(ingest.unknown_seen[], jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb) RETURNS TABLE(file_no integer, record_no integer, parent text[], member text, json_type text)
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  place record;
BEGIN
  FOR place IN SELECT k.parent, k.inner_members FROM ingest.known_places(columns) AS k LOOP
    IF place.parent = '{}' AND place.inner_members = '{}' THEN
      RETURN QUERY SELECT m.file_no, m.record_no, '{}'::text[], m.member, jsonb_typeof(m.remainder -> m.member)
        FROM (SELECT u.file_no, u.record_no, u.remainder, jsonb_object_keys(u.remainder) AS member FROM unnest(unknown) AS u) AS m;
    ELSE
      RETURN QUERY SELECT m.file_no, m.record_no, place.parent, m.member, jsonb_typeof(m.object -> m.member)
        FROM (SELECT o.file_no, o.record_no, o.object, jsonb_object_keys(o.object) AS member
          FROM (SELECT u.file_no, u.record_no, ingest.object_at(u.remainder, place.parent) AS object FROM unnest(unknown) AS u OFFSET 0) AS o
          WHERE o.object IS NOT NULL) AS m
        WHERE m.member <> ALL (place.inner_members) OR jsonb_typeof(m.object -> m.member) <> 'object';
    END IF;
  END LOOP;
END
$$;


ALTER FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb) OWNER TO postgres;

--
-- Name: FUNCTION unknown_members(unknown ingest.unknown_seen[], columns jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb) IS 'The unknown members of records: where each stands, its name and JSON type.';


--
-- Name: unstage(ingest.claimed_file[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unstage(files ingest.claimed_file[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  held bigint[];
  sizes bigint[];
BEGIN
  WITH gone AS (DELETE FROM ingest.staging AS s WHERE s.ctid = ANY (ARRAY(SELECT u.staged FROM unnest(files) AS u)) RETURNING s.held, s.size)
  SELECT array_agg(g.held), array_agg(g.size) INTO held, sizes FROM gone AS g WHERE g.held IS NOT NULL;
  IF held IS NOT NULL THEN
    PERFORM ingest_native.settle_held(held, sizes);
  END IF;
END
$$;


ALTER FUNCTION ingest.unstage(files ingest.claimed_file[]) OWNER TO postgres;

--
-- Name: FUNCTION unstage(files ingest.claimed_file[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unstage(files ingest.claimed_file[]) IS 'Deletes the staged bytes of files that are settled.';


--
-- Name: unsupported_unicode(text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.unsupported_unicode(content text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  -- Surrogate pairs and escaped backslashes are taken out first; what remains of \u0000 and \uD8.. is at fault.
  RETURN regexp_replace(content, '\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g') ~* '\\u(0000|d[89a-f])';
END
$$;


ALTER FUNCTION ingest.unsupported_unicode(content text) OWNER TO postgres;

--
-- Name: FUNCTION unsupported_unicode(content text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.unsupported_unicode(content text) IS 'Whether a JSON text holds \u0000 or a lone surrogate.';


--
-- Name: utf8_error_offset(bytea); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.utf8_error_offset(body bytea) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  good integer := 0;
  bad integer := length(body) + 1;
  probe integer;
  lead integer;
BEGIN
  -- Halve the distance between a prefix known to be valid and one known not to be; cuts fall on character boundaries.
  WHILE bad - good > 16 LOOP
    probe := (good + bad) / 2;
    WHILE probe > good + 4 AND get_byte(body, probe) & 192 = 128 LOOP
      probe := probe - 1;
    END LOOP;
    BEGIN
      PERFORM convert_from(substring(body FROM good + 1 FOR probe - good), 'UTF8');
      good := probe;
    EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
      bad := probe;
    END;
  END LOOP;
  WHILE good < length(body) LOOP
    lead := get_byte(body, good);
    probe := CASE WHEN lead < 128 THEN 1 WHEN lead < 224 THEN 2 WHEN lead < 240 THEN 3 ELSE 4 END;
    BEGIN
      PERFORM convert_from(substring(body FROM good + 1 FOR probe), 'UTF8');
    EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
      RETURN good;
    END;
    good := good + probe;
  END LOOP;
  RETURN NULL;
END
$$;


ALTER FUNCTION ingest.utf8_error_offset(body bytea) OWNER TO postgres;

--
-- Name: FUNCTION utf8_error_offset(body bytea); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.utf8_error_offset(body bytea) IS 'Offset from 0 of the first byte that starts no valid UTF-8 character; NULL when all is valid. The body holds no 0x00.';


--
-- Name: value_code(jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.value_code(c jsonb, value jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  kind text := c ->> 'kind';
  came text := jsonb_typeof(value);
  content text := value #>> '{}';
  state text;
  detail text;
BEGIN
  IF value IS NULL OR came = 'null' THEN
    RETURN CASE WHEN (c ->> 'required')::boolean AND (value IS NOT NULL OR NOT (c ->> 'has_default')::boolean)
      THEN CASE WHEN value IS NULL THEN 'missing_required absent' ELSE 'missing_required null' END END;
  ELSIF kind IN ('json', 'jsonb') THEN
    RETURN NULL;
  ELSIF kind <> 'array' THEN
    -- What needs no type to tell raises nothing, which would cost more than all else.
    IF came IN ('array', 'object') OR came = 'boolean' AND kind NOT IN ('boolean', 'text')
      OR came = 'number' AND kind NOT IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'text', 'other_number') THEN
      RETURN 'type_mismatch';
    ELSIF kind IN ('int2', 'int4', 'int8') AND came = 'string' AND content !~ '[0-9]' THEN
      RETURN 'type_mismatch';
    ELSIF kind = 'text' AND length(content) > (c ->> 'max_length')::integer AND c ->> 'base_oid' <> '19' THEN
      RETURN 'too_long ' || length(content);
    ELSIF c ->> 'base_oid' IN ('25', '1043', '1042') THEN
      RETURN NULL;
    END IF;
  END IF;
  BEGIN
    content := ingest.scalar_text(value, c);
    IF (c ->> 'softly')::boolean THEN
      SELECT e.sql_error_code, e.detail INTO state, detail FROM pg_input_error_info(content, c ->> 'base_type') AS e;
      RETURN CASE WHEN state IS NOT NULL THEN ingest.state_code(state, detail, value) END;
    END IF;
    PERFORM ingest.try_input(content, (c ->> 'base_oid')::oid, (c ->> 'typmod')::integer, c ->> 'base_type');
    RETURN NULL;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    -- Types of extensions say what they like of a bad value (PostGIS: XX000).
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
    IF ingest.is_of_the_moment(state) THEN
      RAISE;
    END IF;
    RETURN ingest.state_code(state, detail, value);
  END;
END
$$;


ALTER FUNCTION ingest.value_code(c jsonb, value jsonb) OWNER TO postgres;

--
-- Name: FUNCTION value_code(c jsonb, value jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.value_code(c jsonb, value jsonb) IS 'What is wrong with one column''s JSON value under its contract; NULL when nothing is. Behind missing_required stands absent or null, behind too_long the length.';


--
-- Name: value_error(jsonb, text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.value_error(c jsonb, code text, raw text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN CASE split_part(code, ' ', 1)
    WHEN 'missing_required' THEN format('column %s: path %s is %s; expected %s, not null', c ->> 'name', c ->> 'path_text', split_part(code, ' ', 2), c ->> 'type')
    ELSE format('column %s: came %s%s; expected %s%s', c ->> 'name', ingest.came(raw),
      CASE WHEN code LIKE 'too_long %' THEN format(' of %s characters', split_part(code, ' ', 2)) END, c ->> 'type',
      CASE split_part(code, ' ', 1) WHEN 'out_of_range' THEN ', in range' WHEN 'too_long' THEN ', not longer' END) END;
END
$$;


ALTER FUNCTION ingest.value_error(c jsonb, code text, raw text) OWNER TO postgres;

--
-- Name: FUNCTION value_error(c jsonb, code text, raw text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.value_error(c jsonb, code text, raw text) IS 'What value_code() says of a column''s value, in the words of docs/semantics.md section 3.';


--
-- Name: version(); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.version() RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT '0.2.0'
$$;


ALTER FUNCTION ingest.version() OWNER TO postgres;

--
-- Name: FUNCTION version(); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.version() IS 'The release of the pipeline that was applied to this database: structure and functions, which are applied together.';


--
-- Name: version_sql(text, text, smallint); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  RETURN (SELECT format('%2$s.%1$I %3$s t.%1$I', d.version_column, incoming, ingest.order_operator(b.base_oid, strategy))
  FROM ingest.dataset AS d JOIN pg_attribute AS a ON a.attrelid = d.target AND a.attname = d.version_column
  CROSS JOIN LATERAL ingest.base_type(a.atttypid, a.atttypmod) AS b
  WHERE d.name = of_dataset);
END
$_$;


ALTER FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) OWNER TO postgres;

--
-- Name: FUNCTION version_sql(of_dataset text, incoming text, strategy smallint); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) IS 'SQL that compares the incoming row''s version with that of row t, by a B-tree strategy; NULL without a version column.';


--
-- Name: version_triggers(ingest.dataset); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.version_triggers(d ingest.dataset) RETURNS SETOF name
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  -- Bits of tgtype (catalog/pg_trigger.h): 1 for each row, 2 before, 4 insert, 16 update. What a function in C does only its arguments show.
  SELECT DISTINCT t.tgname
  FROM (SELECT f.relid FROM pg_partition_tree(d.target) AS f UNION SELECT d.target) AS tables
  JOIN pg_trigger AS t ON t.tgrelid = tables.relid AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0
  JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_language AS l ON l.oid = p.prolang
  WHERE strpos(lower(CASE WHEN l.lanname IN ('c', 'internal') THEN '' ELSE p.prosrc END || encode(t.tgargs, 'escape')), lower(d.version_column)) > 0
$$;


ALTER FUNCTION ingest.version_triggers(d ingest.dataset) OWNER TO postgres;

--
-- Name: FUNCTION version_triggers(d ingest.dataset); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.version_triggers(d ingest.dataset) IS 'Triggers before a row of the target is written whose function names the version column, and so may set it.';


--
-- Name: wanted_dataset(ingest.dataset, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) RETURNS ingest.dataset
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  d ingest.dataset := jsonb_populate_record(
    CASE WHEN stored.name IS NULL THEN jsonb_populate_record(stored, '{"on_error": "continue", "on_unknown": "rescue", "on_absent": "default", "enabled": true}') ELSE stored END, given);
BEGIN
  d.bucket := nullif(d.bucket, ''); d.records_path := nullif(d.records_path, ''); d.version_column := nullif(d.version_column, '');
  d.registered_at := now();
  IF d.load_mode IS NULL THEN
    d.load_mode := CASE WHEN ingest.key_columns(d.target) IS NOT NULL AND NOT EXISTS (
      SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attname = ANY (ingest.key_columns(d.target))
        AND (a.attidentity = 'a' OR a.attgenerated <> '')) THEN 'upsert' ELSE 'append' END;
  END IF;
  RETURN d;
END
$$;


ALTER FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) OWNER TO postgres;

--
-- Name: FUNCTION wanted_dataset(stored ingest.dataset, given jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) IS 'A dataset as it shall be: stored (all NULL for a new one), with the options that are given and not null laid over it. An empty text stands for none.';


--
-- Name: wanted_mapping(jsonb, regclass, text, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
  SELECT CASE WHEN given = '{}' THEN given WHEN jsonb_typeof(given) <> 'object' THEN given
      ELSE coalesce(jsonb_object_agg(m.key, m.value -> what) FILTER (WHERE a.attname IS NOT NULL), '{}') || coalesce(given, '{}') END
  FROM jsonb_each(stored) AS m
  LEFT JOIN pg_attribute AS a ON a.attrelid = wanted_target AND a.attname = m.key AND NOT a.attisdropped
    AND (m.value ->> what IS NOT NULL OR what = 'path' AND NOT (m.value ->> 'managed')::boolean)
$$;


ALTER FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) OWNER TO postgres;

--
-- Name: FUNCTION wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) IS 'The paths or expressions (what: path, expression) of a dataset as they shall be: those of mapping(), as far as the target still has the column, with the given ones laid over them. {} clears.';


--
-- Name: warn_of(ingest.dataset, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $_$
DECLARE
  named text;
BEGIN
  IF d.load_mode = 'upsert' AND d.version_column IS NULL AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = d.target
    AND a.attname = '_source_time' AND NOT a.attisdropped) THEN
    RAISE WARNING 'dataset %: % has neither a version column nor _source_time, so the last processed record of a key wins, whatever its age',
      d.name, d.target USING HINT = format('Name a version_column, or call ingest_add_metadata_columns(%L).', d.target);
  END IF;
  FOR named IN SELECT t FROM ingest.version_triggers(d) AS t LOOP
    RAISE WARNING 'dataset %: trigger % of % may set the version column %, so later changes of a row may seem older than it', d.name, named, d.target,
      d.version_column USING HINT = 'Let the trigger leave that column alone, or go by another one.';
  END LOOP;
  IF takes_over THEN
    FOR named IN SELECT t FROM ingest.taken_from(d) AS t LOOP
      RAISE WARNING 'dataset % takes over keys of dataset %: those that begin with %', d.name, named, d.prefix || coalesce(' in bucket ' || d.bucket, '')
        USING HINT = 'The longest prefix has a key, and of two that are alike the one of a bucket.';
    END LOOP;
  END IF;
  IF takes_over AND strpos(d.prefix, '*') > 0 THEN
    RAISE WARNING 'dataset %: prefix % is no pattern: only keys that have the * itself begin with it', d.name, d.prefix
      USING HINT = 'Register what stands before the *.';
  END IF;
  IF jsonb_path_exists(coalesce(ingest.parse_path(d.records_path), '[]'), '$[*] ? (@.type() == "number")') THEN
    RAISE WARNING 'dataset %: records_path % takes one element of an array; the records in the others are not loaded', d.name, d.records_path;
  END IF;
END
$_$;


ALTER FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) OWNER TO postgres;

--
-- Name: FUNCTION warn_of(d ingest.dataset, takes_over boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) IS 'Warns of what a sound registration may yet do that nobody wants; takes_over: its prefix or bucket is new.';


--
-- Name: winners_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.winners_sql(of_dataset text, records text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  d ingest.dataset;
  key text;
  best text;
  next text;
  kept ingest.kept_column[] := ARRAY(SELECT k FROM ingest.kept_columns(of_dataset) AS k);
  others text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  key := (SELECT string_agg(quote_ident(u.k), ', ' ORDER BY u.o) FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o));
  best := coalesce(quote_ident(d.version_column) || ' DESC, ', '') || '_ingest_file DESC, _ingest_record DESC';
  IF kept = '{}' THEN
    RETURN format('SELECT DISTINCT ON (%1$s) * FROM %2$s ORDER BY %1$s, %3$s', key, records, best);
  END IF;
  -- Of several records of one key, each brings what the later ones leave out, as if they had come one after another.
  next := replace(best, ' DESC', '');
  others := '_ingest_file, _ingest_record, _ingest_file_id, _ingest_source_time, _ingest_sequencer, _ingest_rescued' || coalesce((SELECT string_agg(format(', %I', c.name), '' ORDER BY c.attnum)
    FROM ingest.target_columns(of_dataset) AS c WHERE NOT EXISTS (SELECT FROM unnest(kept) AS k WHERE k.name = c.name)), '');
  RETURN (SELECT format('WITH counted AS MATERIALIZED (SELECT c.*, count(*) OVER (PARTITION BY %1$s) AS _ingest_times FROM (SELECT * FROM %2$s) AS c)
      SELECT %3$s%4$s FROM counted WHERE _ingest_times = 1
      UNION ALL (SELECT DISTINCT ON (%1$s) %3$s%5$s FROM (SELECT c.*%6$s FROM (SELECT c.*, %7$s AS _ingest_older FROM counted AS c WHERE _ingest_times > 1) AS c
        WINDOW w AS (PARTITION BY %1$s ORDER BY %8$s)) AS c ORDER BY %1$s, %9$s)', key, records, others,
    string_agg(format(', %I, %s', k.name, k.flag), '' ORDER BY k.attnum),
    string_agg(format(', CASE WHEN _ingest_brought_%1$s = 0 THEN %2$I ELSE first_value(%2$I) OVER (PARTITION BY %3$s, _ingest_brought_%1$s ORDER BY %4$s) END AS %2$I, _ingest_brought_%1$s = 0 AS %5$s',
      k.attnum, k.name, key, next, k.flag), '' ORDER BY k.attnum),
    string_agg(format(', count(*) FILTER (WHERE NOT (%s OR _ingest_older)) OVER w AS _ingest_brought_%s', k.flag, k.attnum), '' ORDER BY k.attnum),
    ingest.older_sql(d), next, best) FROM unnest(kept) AS k);
END
$_$;


ALTER FUNCTION ingest.winners_sql(of_dataset text, records text) OWNER TO postgres;

--
-- Name: FUNCTION winners_sql(of_dataset text, records text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.winners_sql(of_dataset text, records text) IS 'The query of the records that win among those of their key; records is what follows FROM. What a winner leaves out of columns that are kept, the next before it brings.';


--
-- Name: with_value(jsonb, jsonb, jsonb); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  step jsonb := steps -> 0;
  place integer;
BEGIN
  IF step IS NULL THEN
    RETURN value;
  ELSIF jsonb_typeof(step) = 'string' THEN
    document := CASE jsonb_typeof(document) WHEN 'object' THEN document ELSE '{}' END;
    RETURN document || jsonb_build_object(step #>> '{}', ingest.with_value(document -> (step #>> '{}'), steps - 0, value));
  END IF;
  place := step::integer;
  document := CASE jsonb_typeof(document) WHEN 'array' THEN document ELSE '[]' END;
  RETURN (SELECT jsonb_agg(CASE WHEN n = place THEN ingest.with_value(document -> place, steps - 0, value) ELSE coalesce(document -> n, 'null') END ORDER BY n)
    FROM generate_series(0, greatest(place, jsonb_array_length(document) - 1)) AS n);
END
$$;


ALTER FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) OWNER TO postgres;

--
-- Name: FUNCTION with_value(document jsonb, steps jsonb, value jsonb); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) IS 'A document with a value at the steps of a path.';


--
-- Name: without_files(ingest.load_attempt, integer[], ingest.fault[], ingest.load_outcome, ingest.drift_seen[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]) RETURNS ingest.load_attempt
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  a.skipped := a.skipped || to_skip;
  a.skipped_faults := a.skipped_faults || ARRAY(SELECT f FROM unnest(faults) AS f WHERE f.file_no = ANY (to_skip));
  a.skipped_good := a.skipped_good
    || coalesce((SELECT jsonb_object_agg(g.key, g.value) FROM jsonb_each(outcome.good) AS g WHERE g.key::integer = ANY (to_skip)), '{}');
  a.drift := a.drift || ARRAY(SELECT x FROM unnest(drift) AS x WHERE x.file_no = ANY (to_skip));
  a.files := ARRAY(SELECT f FROM unnest(a.files) AS f WHERE f.file_no <> ALL (to_skip));
  a.parsed := ARRAY(SELECT p FROM unnest(a.parsed) AS p WHERE p.file_no <> ALL (to_skip));
  a.read_faults := ARRAY(SELECT f FROM unnest(a.read_faults) AS f WHERE f.file_no <> ALL (to_skip));
  a.insert_faults := ARRAY(SELECT f FROM unnest(a.insert_faults) AS f WHERE f.file_no <> ALL (to_skip));
  RETURN a;
END
$$;


ALTER FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]) OWNER TO postgres;

--
-- Name: FUNCTION without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]) IS 'The next attempt without the files that on_error skips; what was found in them is kept.';


--
-- Name: without_nul(bytea); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.without_nul(body bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN position('\x00'::bytea IN body) = 0 THEN body
    ELSE decode(replace(replace(replace(encode(body, 'escape'), '\\', '\x'), '\000', '\001'), '\x', '\\'), 'escape') END
$$;


ALTER FUNCTION ingest.without_nul(body bytea) OWNER TO postgres;

--
-- Name: FUNCTION without_nul(body bytea); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.without_nul(body bytea) IS 'The body with every 0x00 replaced by 0x01, which is as wrong in JSON but fits into text.';


--
-- Name: without_refused(ingest.load_attempt, ingest.fault[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) RETURNS ingest.load_attempt
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  a.insert_faults := a.insert_faults || refused;
  a.excluded := coalesce(a.excluded, '{}') || ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(refused) AS f);
  RETURN a;
END
$$;


ALTER FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) OWNER TO postgres;

--
-- Name: FUNCTION without_refused(a ingest.load_attempt, refused ingest.fault[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) IS 'The next attempt without the records that the target refuses.';


--
-- Name: worded(ingest.claimed_file[], jsonb, ingest.fault[], ingest.unknown_seen[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) RETURNS ingest.fault[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_mergejoin TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(faults) AS f WHERE f.error IS NULL) THEN
    RETURN faults;
  END IF;
  RETURN (WITH raws AS MATERIALIZED (
    SELECT w.file_no, r.record_no, r.raw, convert_from(r.raw, 'UTF8')::json AS record
    FROM (SELECT f.file_no, array_agg(DISTINCT f.record_no) AS record_nos FROM unnest(faults) AS f WHERE f.error IS NULL GROUP BY f.file_no) AS w
    JOIN unnest(files) AS f ON f.file_no = w.file_no
    CROSS JOIN LATERAL (SELECT x.raw, coalesce(f.record_no, x.record_no) AS record_no FROM ingest.raw_records(
      (SELECT ingest.staged_body(b.body, b.held) FROM ingest.staging AS b WHERE b.ctid = f.staged), nullif(contract -> 'records_path', 'null'),
      CASE WHEN f.record_no IS NULL THEN w.record_nos END) AS x) AS r
  ), columns AS MATERIALIZED (
    SELECT e.value ->> 'name' AS name, e.value AS c, ARRAY(SELECT jsonb_array_elements_text(e.value -> 'path')) AS steps
    FROM jsonb_array_elements(contract -> 'columns') AS e
  ), values AS (
    SELECT f.ordinality, f.file_no, f.record_no, r.raw, f.column_name, f.error_code, f.error, r.record, c.c, c.steps
    FROM unnest(faults) WITH ORDINALITY AS f LEFT JOIN raws AS r ON f.error IS NULL AND r.file_no = f.file_no AND r.record_no = f.record_no
    LEFT JOIN columns AS c ON f.error IS NULL AND c.name = f.column_name
  ), worded AS (
    SELECT v.ordinality, v.file_no, v.record_no, v.raw, v.column_name, split_part(v.error_code, ' ', 1) AS error_code,
      coalesce(v.error, ingest.value_error(v.c, v.error_code, (v.record #> v.steps)::text)) AS error, NULL::text AS path
    FROM values AS v WHERE v.error IS NOT NULL OR v.error_code <> 'unknown_member'
    UNION ALL
    SELECT v.ordinality, v.file_no, v.record_no, v.raw, NULL, 'unknown_member',
      format('member %s: came %s; expected no member without a column', ingest.steps_path(u.parent || u.member),
        ingest.came((v.record #> (u.parent || u.member))::text)), ingest.steps_path(u.parent || u.member)
    FROM values AS v JOIN ingest.unknown_members(unknown, contract -> 'columns') AS u ON u.file_no = v.file_no AND u.record_no = v.record_no
    WHERE v.error IS NULL AND v.error_code = 'unknown_member'
  )
  SELECT array_agg(ROW(w.file_no, w.record_no, w.raw, w.column_name, w.error_code, w.error)::ingest.fault ORDER BY w.ordinality, w.path COLLATE "C") FROM worded AS w);
END
$$;


ALTER FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) OWNER TO postgres;

--
-- Name: FUNCTION worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) IS 'Faults of a load statement with the words and the record of each: of values, and of members where unknown ones are refused.';


--
-- Name: write_drift(text, ingest.claimed_file[], jsonb, ingest.drift_seen[], timestamp with time zone); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
DECLARE
  firsts ingest.drift_seen[];
  fresh ingest.drift_seen[];
BEGIN
  seen := ingest.bounded_drift(of_dataset, seen);
  firsts := ARRAY(SELECT DISTINCT ON (s.path COLLATE "C", s.json_type) ROW(s.file_no, s.record_no, s.path, s.json_type, s.steps, s.sample)::ingest.drift_seen
    FROM unnest(seen) WITH ORDINALITY AS s JOIN unnest(files) AS f ON f.file_no = s.file_no
    ORDER BY s.path COLLATE "C", s.json_type, f.key COLLATE "C", s.ordinality);
  -- What is known to drift has its sample; only for what is new one is looked up.
  fresh := ARRAY(SELECT s FROM unnest(firsts) AS s WHERE NOT EXISTS (SELECT FROM ingest.schema_drift AS d
    WHERE d.dataset = of_dataset AND d.path = s.path AND d.json_type = s.json_type));
  IF EXISTS (SELECT FROM unnest(fresh) AS s WHERE s.sample IS NULL) THEN
    fresh := ingest.drift_samples(files, contract, fresh);
  END IF;
  -- Path by path, in one order for all sessions.
  INSERT INTO ingest.schema_drift AS d (dataset, path, json_type, first_seen, last_seen, files, sample)
  SELECT of_dataset, n.path, n.json_type, started, started, n.files, coalesce(x.sample, '')
  FROM (SELECT s.path, s.json_type, count(DISTINCT s.file_no) AS files FROM unnest(seen) AS s GROUP BY 1, 2) AS n
  LEFT JOIN unnest(fresh) AS x ON x.path = n.path AND x.json_type = n.json_type
  ORDER BY n.path COLLATE "C", n.json_type
  ON CONFLICT (dataset, path, json_type) DO UPDATE SET last_seen = greatest(d.last_seen, excluded.last_seen), files = d.files + excluded.files;
END
$$;


ALTER FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone) OWNER TO postgres;

--
-- Name: FUNCTION write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone) IS 'Counts what was seen without a column, by path and JSON type, within the bound of the dataset.';


--
-- Name: write_ledger(uuid, timestamp with time zone, ingest.claimed_file[], ingest.file_outcome[]); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, version_id, etag, sequencer, size, event_time, last_modified,
    received_at, loaded_at, status, records, rows_loaded, rows_rejected, rows_stale, error_code, error)
  SELECT f.file_id, f.object_id, run, CASE WHEN o.status <> 'no_dataset' THEN f.dataset END, f.bucket, f.key, f.version_id, f.etag,
    f.sequencer, f.size, f.event_time, f.last_modified,
    started, CASE WHEN o.status IN ('loaded', 'partially_loaded') THEN clock_timestamp() END, o.status, o.records, o.loaded, o.rejected,
      o.stale, o.error_code, o.error
  FROM unnest(outcomes) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no
  WHERE o.status <> 'duplicate'
  ORDER BY f.file_id;
END
$$;


ALTER FUNCTION ingest.write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]) OWNER TO postgres;

--
-- Name: FUNCTION write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]) IS 'One ledger row for each file that is no duplicate.';


--
-- Name: write_quarantine(ingest.claimed_file[], ingest.fault[], ingest.file_outcome[], jsonb, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  INSERT INTO ingest.rejected_record (file_id, record_no, record, column_name, error_code, error)
  WITH raws AS (
    SELECT w.file_no, r.record_no, r.raw
    FROM (SELECT x.file_no, array_agg(DISTINCT x.record_no) AS record_nos FROM unnest(faults) AS x WHERE x.record_no > 0 AND x.record IS NULL
      GROUP BY x.file_no) AS w
    JOIN unnest(files) AS f ON f.file_no = w.file_no AND f.record_no IS NULL
    CROSS JOIN LATERAL ingest.raw_records((SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged), steps, w.record_nos) AS r
  ), rejected AS (
    SELECT f.file_no, f.file_id, x.record_no, coalesce(x.record, CASE WHEN x.record_no = 0 OR f.record_no IS NOT NULL
        THEN (SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged) END, r.raw, '') AS record,
      x.column_name, x.error_code, x.error, false AS whole,
      -- Columns as the table has them, then its constraints, then unknown members.
      CASE WHEN x.error_code = 'unknown_member' THEN 2 WHEN starts_with(x.error, 'constraint ') THEN 1 ELSE 0 END AS kind,
      CASE WHEN starts_with(x.error, 'column ') THEN (SELECT a.attnum FROM pg_attribute AS a WHERE a.attname = x.column_name
        AND a.attrelid = (SELECT d.target FROM ingest.dataset AS d WHERE d.name = f.dataset)) END AS attnum, x.ordinality
    FROM unnest(faults) WITH ORDINALITY AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
    LEFT JOIN raws AS r ON r.file_no = x.file_no AND r.record_no = x.record_no
    UNION ALL
    -- A file that was skipped whole is kept whole.
    SELECT f.file_no, f.file_id, 0, (SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged), NULL, o.error_code, o.error, true,
      NULL, NULL, NULL
    FROM unnest(outcomes) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no
    WHERE o.status = 'load_failed' AND o.error_code IS NOT NULL AND f.record_no IS NULL
      AND f.file_no IN (SELECT x.file_no FROM unnest(faults) AS x GROUP BY x.file_no HAVING min(x.record_no) > 0)
  )
  SELECT r.file_id, r.record_no, r.record, r.column_name, r.error_code, r.error FROM rejected AS r
  ORDER BY r.file_no, r.whole, r.record_no, r.kind, r.attnum, r.ordinality;
END
$$;


ALTER FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text) OWNER TO postgres;

--
-- Name: FUNCTION write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text) IS 'Every fault with the bytes of its record; files that failed or were skipped as a whole with all their bytes.';


--
-- Name: write_sql(text, boolean, boolean); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  d ingest.dataset;
  key text[];
  names text;
  assignments text;
  probed text;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = of_dataset;
  key := ingest.record_key(of_dataset);
  SELECT string_agg(quote_ident(i.name), ', ' ORDER BY i.sort),
    string_agg(format('%I = %s', i.name, coalesce(ingest.kept_value_sql(k, d.target, 'excluded'), format('excluded.%I', i.name))), ', ' ORDER BY i.sort)
      FILTER (WHERE i.name <> ALL (key))
  INTO names, assignments FROM ingest.incoming_columns(of_dataset) AS i LEFT JOIN ingest.kept_columns(of_dataset) AS k ON k.name = i.name WHERE i.is_written;
  IF d.load_mode = 'append' THEN
    RETURN format('attempted AS (SELECT _ingest_file, ''new'' AS _ingest_state FROM incoming),
      applied AS (INSERT INTO %1$s (%2$s) SELECT %2$s FROM incoming ORDER BY %3$s RETURNING 1 AS one),
      lost AS (SELECT _ingest_file FROM attempted WHERE false)', d.target, names, coalesce((SELECT string_agg(quote_ident(k), ', ') FROM unnest(key) AS k), '_ingest_file, _ingest_record'));
  END IF;
  -- LIMIT keeps the planner from turning the probe of the target's key into a scan of the target. Where all keys may be
  -- new, the insert reads what it probes as it comes, in the key's order. The same is looked at a second time only where
  -- some were not new. Where some are known to be there, it is looked at once and written down.
  probed := format('SELECT i.*, coalesce(p.state, ''new'') AS _ingest_state FROM incoming AS i LEFT JOIN LATERAL (
        SELECT %2$s AS state FROM %1$s AS t WHERE (%3$s) LIMIT 1) AS p ON true',
    d.target, ingest.state_sql(of_dataset, 'i'), ingest.key_match_sql(d.target, 'i'));
  RETURN format('attempted AS MATERIALIZED (%s),
    %s,
    lost AS (SELECT a._ingest_file FROM attempted AS a WHERE a._ingest_state IN (''new'', ''newer'') AND NOT EXISTS (SELECT FROM applied AS t WHERE %s))',
    probed, ingest.apply_sql(d.target, names, coalesce('DO UPDATE SET ' || assignments || ' WHERE ' || ingest.newer_sql(of_dataset, 'excluded'), 'DO NOTHING'),
      CASE WHEN mixed THEN 'attempted' ELSE '(' || probed || ')' END, alone), ingest.key_match_sql(d.target, 'a'));
END
$_$;


ALTER FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) OWNER TO postgres;

--
-- Name: FUNCTION write_sql(of_dataset text, mixed boolean, alone boolean); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) IS 'The last CTEs of the load: what is attempted, what was applied, what lost a race against another session. mixed: some keys are known to be there; alone: no other session is expected to bring the same new keys.';


--
-- Name: writes_as_given(regclass); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.writes_as_given(target regclass) RETURNS boolean
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT ingest.is_plain_table(target) OR (SELECT c.relkind = 'p' AND NOT c.relhasrules FROM pg_class AS c WHERE c.oid = target)
    AND NOT EXISTS (SELECT FROM pg_partition_tree(target) AS p JOIN pg_trigger AS t ON t.tgrelid = p.relid AND NOT t.tgisinternal)
$$;


ALTER FUNCTION ingest.writes_as_given(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION writes_as_given(target regclass); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.writes_as_given(target regclass) IS 'Whether an insert puts just its rows into this table or its partitions: no rules, no triggers of a user''s.';


--
-- Name: written_sql(text, text); Type: FUNCTION; Schema: ingest; Owner: postgres
--

CREATE FUNCTION ingest.written_sql(of_dataset text, source text) RETURNS text
    LANGUAGE sql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT format('SELECT i.*, %s AS _ingest_sure FROM (SELECT c._ingest_file, c._ingest_record, %s
      FROM (SELECT *, %s AS _ingest_times FROM (%s) AS c WHERE c._ingest_good) AS c) AS i',
    CASE WHEN d.load_mode = 'append' THEN 'true' ELSE
      format('i._ingest_times = 1 AND coalesce((SELECT %s FROM %s AS t WHERE %s LIMIT 1), ''new'') IN (''new'', ''newer'')',
        ingest.state_sql(of_dataset, 'i'), d.target, ingest.key_match_sql(d.target, 'i')) END,
    (SELECT string_agg(format('%s AS %I', s.value_sql, s.name), ', ' ORDER BY s.sort) FROM ingest.incoming_columns(of_dataset) AS s) || ', c._ingest_times',
    CASE WHEN d.load_mode = 'append' THEN '1' ELSE (SELECT format('count(*) OVER (PARTITION BY %s)', string_agg(quote_ident(u.k), ', ' ORDER BY u.o))
      FROM unnest(ingest.key_columns(d.target)) WITH ORDINALITY AS u (k, o)) END,
    ingest.checked_sql(of_dataset, c.contract, (ingest.checks_sql(of_dataset, c.contract)).clean, source))
  FROM ingest.dataset AS d CROSS JOIN LATERAL (SELECT ingest.contract(of_dataset) AS contract OFFSET 0) AS c
  WHERE d.name = of_dataset
$$;


ALTER FUNCTION ingest.written_sql(of_dataset text, source text) OWNER TO postgres;

--
-- Name: FUNCTION written_sql(of_dataset text, source text); Type: COMMENT; Schema: ingest; Owner: postgres
--

COMMENT ON FUNCTION ingest.written_sql(of_dataset text, source text) IS 'The query of the good records with the values of their columns, and whether a load surely writes each if it goes well.';


--
-- Name: ingest_add_metadata_columns(regclass); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.ingest_add_metadata_columns(target regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS _file_id bigint, ADD COLUMN IF NOT EXISTS _record_no integer,
    ADD COLUMN IF NOT EXISTS _loaded_at timestamptz, ADD COLUMN IF NOT EXISTS _source_time timestamptz,
    ADD COLUMN IF NOT EXISTS _sequencer text, ADD COLUMN IF NOT EXISTS _rescued jsonb', target);
END
$$;


ALTER FUNCTION public.ingest_add_metadata_columns(target regclass) OWNER TO postgres;

--
-- Name: FUNCTION ingest_add_metadata_columns(target regclass); Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON FUNCTION public.ingest_add_metadata_columns(target regclass) IS 'Adds to a table of the caller''s the columns that the pipeline fills: _file_id, _record_no, _loaded_at, _source_time, _sequencer and _rescued.
target: The table.';


--
-- Name: ingest_deferred(uuid); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_deferred(batch uuid) RETURNS TABLE(bucket text, key text, version_id text, dataset text, sqlstate text, error text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $_$
  DELETE FROM ingest.deferred AS d WHERE d.batch_id = $1 RETURNING d.bucket, d.key, d.version_id, d.dataset, d.sqlstate, d.error
$_$;


ALTER FUNCTION public.ingest_deferred(batch uuid) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_deferred(batch uuid); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_deferred(batch uuid) IS 'Names the files of a batch that were not loaded and are not kept, because the target of their dataset is at fault. Stage them again later. It tells them once, in the transaction that processed the batch, which cannot be committed before.
batch: The batch.
bucket: S3 bucket.
key: S3 key.
version_id: S3 version. Null where the bucket is not versioned.
dataset: The dataset whose target is at fault.
sqlstate: What PostgreSQL said, as SQLSTATE.
error: The same in words, with DETAIL. It may quote what producers sent.';


--
-- Name: ingest_engine(); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_engine() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
  SELECT ingest.engine_in_force()
$$;


ALTER FUNCTION public.ingest_engine() OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_engine(); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_engine() IS 'The engine in force: native or sql.';


--
-- Name: ingest_explain(text); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_explain(dataset text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET jit TO 'off'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM ingest.dataset AS d WHERE d.name = ingest_explain.dataset) THEN
    RAISE EXCEPTION 'there is no dataset %', dataset USING ERRCODE = 'undefined_object',
      HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
  RETURN coalesce(ingest.dataset_problem(dataset), CASE ingest.engine_in_force()
    WHEN 'native' THEN ingest.load_sql(dataset, ingest.native_source(ingest.contract(dataset)), false)
    ELSE ingest.load_sql(dataset, ingest.quick_source(ingest.contract(dataset)), true) END);
END
$$;


ALTER FUNCTION public.ingest_explain(dataset text) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_explain(dataset text); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_explain(dataset text) IS 'The SQL that loads a dataset''s files, to read.
dataset: Name of the dataset.';


--
-- Name: ingest_preview(text, bytea); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_preview(dataset text, body bytea) RETURNS TABLE(record_no integer, typed_row jsonb, errors jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET jit TO 'off'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
DECLARE
  d ingest.dataset;
  compiled ingest.compiled_dataset;
  file ingest.claimed_file;
  outcome ingest.dataset_outcome;
  typed jsonb;
BEGIN
  SELECT * INTO d FROM ingest.dataset AS x WHERE x.name = ingest_preview.dataset;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no dataset %', dataset USING ERRCODE = 'undefined_object',
      HINT = 'SELECT name FROM ingest.dataset lists them.';
  END IF;
  compiled := ingest.compiled(dataset);
  IF compiled.problem IS NOT NULL THEN
    RAISE EXCEPTION '%', compiled.problem USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  BEGIN
    file.file_no := 1; file.file_id := 0; file.dataset := dataset; file.bucket := ''; file.key := d.prefix; file.body_bytes := octet_length(body);
    INSERT INTO ingest.staging (key, body) VALUES (file.key, body) RETURNING ctid INTO file.staged;
    outcome := ingest.load_files(dataset, ARRAY[file], ingest.engine_in_force());
    typed := ingest.typed_rows(dataset, file, ARRAY(SELECT f.file_no::bigint << 32 | f.record_no FROM unnest(outcome.faults) AS f));
    RAISE EXCEPTION 'preview' USING ERRCODE = 'PI000';
  EXCEPTION WHEN SQLSTATE 'PI000' THEN
    NULL;
  END;
  RETURN QUERY
    SELECT t.key::integer, t.value, NULL::jsonb FROM jsonb_each(coalesce(typed, '{}')) AS t
    UNION ALL
    SELECT f.record_no, NULL, jsonb_agg(jsonb_build_object('column_name', f.column_name, 'error_code', f.error_code, 'error', f.error)
      ORDER BY f.ordinality)
    FROM unnest(outcome.faults) WITH ORDINALITY AS f GROUP BY f.record_no
    ORDER BY 1;
END
$$;


ALTER FUNCTION public.ingest_preview(dataset text, body bytea) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_preview(dataset text, body bytea); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_preview(dataset text, body bytea) IS 'Shows what would become of a document: one row a record, with its typed row or its errors. It changes nothing.
dataset: Name of the dataset.
body: The document, as the bytes of a file.
record_no: Place of the record in the document, from 1. 0 is the document.
typed_row: The row that would be loaded, column by column. Null where the record would be rejected.
errors: Array of column_name, error_code and error. Null where the record would be loaded.';


--
-- Name: ingest_preview(text, text); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.ingest_preview(dataset text, body text) RETURNS TABLE(record_no integer, typed_row jsonb, errors jsonb)
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $_$
  SELECT * FROM public.ingest_preview($1, convert_to($2, 'UTF8'))
$_$;


ALTER FUNCTION public.ingest_preview(dataset text, body text) OWNER TO postgres;

--
-- Name: FUNCTION ingest_preview(dataset text, body text); Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON FUNCTION public.ingest_preview(dataset text, body text) IS 'Shows what would become of a document given as text: one row a record, with its typed row or its errors. It changes nothing.
dataset: Name of the dataset.
body: The document.
record_no: Place of the record in the document, from 1. 0 is the document.
typed_row: The row that would be loaded, column by column. Null where the record would be rejected.
errors: Array of column_name, error_code and error. Null where the record would be loaded.';


--
-- Name: ingest_process_staging(uuid); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_process_staging(batch uuid DEFAULT NULL::uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET work_mem TO '64MB'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
DECLARE
  started timestamptz := clock_timestamp();
  run uuid := coalesce(batch, gen_random_uuid());
  engine text := ingest.engine_in_force();
  units ingest.unit[];
  unit ingest.unit;
  one record;
  outcomes ingest.file_outcome[] := '{}';
  deferrals ingest.deferral[] := '{}';
  claim double precision;
  load double precision := 0;
  ledger double precision := 0;
BEGIN
  PERFORM ingest.require_deferred_are_told();
  units := ingest.claim_units(batch);
  PERFORM ingest.prepare_targets(ARRAY(SELECT DISTINCT f.dataset FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f
    WHERE f.dataset IS NOT NULL), cardinality(units) > 1);
  claim := extract(epoch FROM clock_timestamp() - started) * 1000;
  FOREACH unit IN ARRAY units LOOP
    SELECT * INTO one FROM ingest.process_unit(run, started, engine, unit.files, batch IS NULL);
    outcomes := outcomes || one.outcomes; deferrals := deferrals || one.deferrals;
    claim := claim + one.claim_ms; load := load + one.load_ms; ledger := ledger + one.ledger_ms;
  END LOOP;
  SELECT count(*), count(*) FILTER (WHERE o.status = 'loaded'), count(*) FILTER (WHERE o.status = 'partially_loaded'),
    count(*) FILTER (WHERE o.status IN ('load_failed', 'no_dataset')),
      count(*) FILTER (WHERE o.status IN ('duplicate', 'skipped_stale', 'object_missing')),
    coalesce(sum(o.records), 0), coalesce(sum(o.loaded), 0), coalesce(sum(o.rejected), 0), coalesce(sum(o.stale), 0)
  INTO files, loaded, partially_loaded, failed, skipped, records, rows_loaded, rows_rejected, rows_stale
  FROM unnest(outcomes) AS o;
  deferred := (SELECT count(*) FROM unnest(deferrals) AS d CROSS JOIN LATERAL unnest(d.files));
  files := files + deferred;
  IF deferred > 0 OR EXISTS (SELECT FROM ingest.dataset_fault) THEN
    PERFORM ingest.settle_faults(batch, started, ARRAY(SELECT f FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f), deferrals);
  END IF;
  elapsed_ms := extract(epoch FROM clock_timestamp() - started) * 1000;
  IF files > 0 THEN
    INSERT INTO ingest.batch AS b (batch_id, request_id, engine, started_at, finished_at, files, loaded, partially_loaded, failed, skipped, deferred,
      bytes, records, rows_loaded, rows_rejected, rows_stale, claim_ms, load_ms, ledger_ms, elapsed_ms)
    VALUES (run, nullif(current_setting('ingest.request_id', true), ''), engine, started, clock_timestamp(), files, loaded,
      partially_loaded, failed, skipped, deferred,
      (SELECT coalesce(sum(f.body_bytes), 0) FROM unnest(units) AS u CROSS JOIN LATERAL unnest(u.files) AS f),
      records, rows_loaded, rows_rejected, rows_stale, claim, load, ledger, elapsed_ms)
    -- A batch may be called again for files that were staged under its name later.
    ON CONFLICT (batch_id) DO UPDATE SET finished_at = excluded.finished_at, files = b.files + excluded.files,
      loaded = b.loaded + excluded.loaded,
      partially_loaded = b.partially_loaded + excluded.partially_loaded, failed = b.failed + excluded.failed,
        skipped = b.skipped + excluded.skipped, deferred = b.deferred + excluded.deferred,
      bytes = b.bytes + excluded.bytes, records = b.records + excluded.records, rows_loaded = b.rows_loaded + excluded.rows_loaded,
      rows_rejected = b.rows_rejected + excluded.rows_rejected, rows_stale = b.rows_stale + excluded.rows_stale,
        claim_ms = b.claim_ms + excluded.claim_ms,
      load_ms = b.load_ms + excluded.load_ms, ledger_ms = b.ledger_ms + excluded.ledger_ms, elapsed_ms = b.elapsed_ms + excluded.elapsed_ms;
  END IF;
END
$$;


ALTER FUNCTION public.ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer) IS 'Loads the staged files, all in the caller''s transaction, and returns one row of counts.
batch: The batch to load. Null loads all that is staged and not locked by another session.
files: Staged files that were claimed, and the sum of the next four and deferred.
loaded: Files with status loaded.
partially_loaded: Files with status partially_loaded.
failed: Files with status load_failed or no_dataset.
skipped: Duplicate deliveries, skipped_stale and object_missing.
records: Records found, and the sum of the next three.
rows_loaded: Records that are now rows of their target.
rows_rejected: Records kept in quarantine.
rows_stale: Records that lost to a newer version of their key.
elapsed_ms: Milliseconds that it took.
deferred: Files that wait for the target of their dataset to be mended. They are not in the ledger; ingest_deferred() names them.';


--
-- Name: ingest_prune(interval, boolean, integer); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_prune(older_than interval, unresolved boolean DEFAULT false, at_most integer DEFAULT 10000, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET lock_timeout TO '5s'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
DECLARE
  before timestamptz := clock_timestamp() - older_than;
  old bigint[];
  gone bigint[];
BEGIN
  IF older_than IS NULL OR before > clock_timestamp() - interval '14 days' THEN
    RAISE EXCEPTION 'older_than is %; expected 14 days or more', coalesce(older_than::text, 'null') USING ERRCODE = 'invalid_parameter_value',
      HINT = 'SQS may deliver a notification again for 14 days, and it is the ledger that knows it again. Messages that are sent back from '
        'a dead-letter queue begin anew: keep the ledger for as long as you might do that.';
  ELSIF unresolved IS NULL OR at_most IS NULL OR at_most < 1 THEN
    RAISE EXCEPTION 'unresolved is %, at_most is %; expected true or false, and at least 1', coalesce(unresolved::text, 'null'),
      coalesce(at_most::text, 'null') USING ERRCODE = 'invalid_parameter_value';
  ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'ingest_prune() in a transaction that is %; expected read committed', current_setting('transaction_isolation')
      USING ERRCODE = 'active_sql_transaction', HINT = 'It has to see what batches commit while it waits for them.';
  END IF;
  -- No batch may be between finding an object and locking it. This waits for those under way, and they for it, a moment.
  LOCK TABLE ingest.object IN SHARE ROW EXCLUSIVE MODE;
  -- The newest entry of a key goes last, and its object with it: until then it tells duplicates and stale deliveries.
  SELECT coalesce(array_agg(c.file_id), '{}'), coalesce(array_agg(c.object_id) FILTER (WHERE NOT c.superseded), '{}') INTO old, gone
  FROM (
    SELECT f.file_id, f.object_id, coalesce(o.newest_file_id <> f.file_id, false) AS superseded
    FROM ingest.file AS f LEFT JOIN ingest.object AS o ON o.object_id = f.object_id
    WHERE f.received_at < before AND ingest.settled(f.file_id, before, unresolved)
      AND (coalesce(o.newest_file_id <> f.file_id, false)
        -- The same content put again is a delivery of the first entry, which is as young as that put.
        OR coalesce(o.newest_last_modified < before, true) AND NOT EXISTS (SELECT FROM ingest.file AS s WHERE s.object_id = f.object_id
          AND s.file_id <> f.file_id AND NOT (s.received_at < before AND ingest.settled(s.file_id, before, unresolved))))
    ORDER BY f.received_at LIMIT at_most FOR UPDATE OF f SKIP LOCKED) AS c;
  more := cardinality(old) = at_most;
  old := ARRAY(SELECT unnest(old) UNION SELECT f.file_id FROM ingest.file AS f WHERE f.object_id = ANY (gone));
  DELETE FROM ingest.rejected_record AS r WHERE r.file_id = ANY (old);
  GET DIAGNOSTICS rejected_records = ROW_COUNT;
  DELETE FROM ingest.file AS f WHERE f.file_id = ANY (old);
  GET DIAGNOSTICS files = ROW_COUNT;
  DELETE FROM ingest.object AS o WHERE o.object_id = ANY (gone);
  GET DIAGNOSTICS objects = ROW_COUNT;
  DELETE FROM ingest.rejected_message AS m WHERE unresolved AND m.rejected_message_id = ANY (ARRAY(
    SELECT x.rejected_message_id FROM ingest.rejected_message AS x WHERE x.received_at < before ORDER BY x.received_at LIMIT at_most));
  GET DIAGNOSTICS rejected_messages = ROW_COUNT;
  DELETE FROM ingest.batch AS b WHERE b.batch_id = ANY (ARRAY(
    SELECT x.batch_id FROM ingest.batch AS x WHERE x.finished_at < before ORDER BY x.finished_at LIMIT at_most));
  GET DIAGNOSTICS batches = ROW_COUNT;
  more := more OR rejected_messages = at_most OR batches = at_most;
END
$$;


ALTER FUNCTION public.ingest_prune(older_than interval, unresolved boolean, at_most integer, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_prune(older_than interval, unresolved boolean, at_most integer, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_prune(older_than interval, unresolved boolean, at_most integer, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean) IS 'Deletes old ledger entries, resolved quarantine and batches, a bounded piece at a time, and returns the counts.
older_than: Age of what goes, at least 14 days.
unresolved: True also deletes open rejects and rejected messages of that age.
at_most: Ledger entries that go at once.
files: Ledger entries that went.
objects: Keys whose last entry went.
rejected_records: Rows of quarantine that went.
rejected_messages: Rejected messages that went.
batches: Batches that went.
more: True: call again.';


--
-- Name: ingest_register_dataset(text, text, regclass, text, jsonb, jsonb, text, text, name, text, text, text, boolean); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.ingest_register_dataset(name text, prefix text DEFAULT NULL::text, target regclass DEFAULT NULL::regclass, bucket text DEFAULT NULL::text, columns jsonb DEFAULT NULL::jsonb, expressions jsonb DEFAULT NULL::jsonb, records_path text DEFAULT NULL::text, load_mode text DEFAULT NULL::text, version_column name DEFAULT NULL::name, on_error text DEFAULT NULL::text, on_unknown text DEFAULT NULL::text, on_absent text DEFAULT NULL::text, enabled boolean DEFAULT NULL::boolean) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
BEGIN
  PERFORM ingest.grant_on_target(coalesce(target, (SELECT d.target FROM ingest.dataset AS d WHERE d.name = ingest_register_dataset.name)));
  -- A column that is mapped to null is given all the same.
  RETURN ingest.register(jsonb_strip_nulls(jsonb_build_object('name', name, 'prefix', prefix, 'target', target::oid::text, 'bucket', bucket,
      'records_path', records_path, 'load_mode', load_mode, 'version_column', version_column, 'on_error', on_error, 'on_unknown', on_unknown,
      'on_absent', on_absent, 'enabled', enabled))
    || CASE WHEN columns IS NULL THEN '{}' ELSE jsonb_build_object('columns', columns) END
    || CASE WHEN expressions IS NULL THEN '{}' ELSE jsonb_build_object('expressions', expressions) END);
END
$$;


ALTER FUNCTION public.ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean) OWNER TO postgres;

--
-- Name: FUNCTION ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean); Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON FUNCTION public.ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean) IS 'Says which files go to which table, and how. The same name again changes what is given and keeps the rest, and it says what changed. Every problem is named at once, and then nothing is changed.
name: Name of the dataset, at most 200 bytes.
prefix: Keys beginning with this belong to the dataset. The longest matching prefix wins.
target: Table that records are loaded into.
bucket: Only this bucket. An empty text matches every bucket.
columns: Object from column to path, such as {"ship_city": "$.shipping.city"}, laid over the one before. A null declares a column that the table makes by itself. Other columns read the member of their own name. {} clears it.
expressions: Object from column to SQL over the coerced columns and record jsonb, laid over the one before. A null takes one away, {} all.
records_path: Path of the array of records in an envelope, such as $.data.items. An empty text where the document itself is the records.
load_mode: upsert or append. At first it is upsert where the target has a primary key that files bring.
version_column: Column whose higher value wins between two records of one key. An empty text names none.
on_error: continue, skip_file, skip_file_<n> or skip_file_<n>%: when rejects skip the whole file.
on_unknown: Members without a column: rescue, ignore or reject.
on_absent: The fate of a column in an update whose record leaves its member out: default or keep.
enabled: False keeps files in quarantine as no_dataset until the dataset is enabled and they are replayed.';


--
-- Name: ingest_reject_message(text, text, text, text); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $_$
  INSERT INTO ingest.rejected_message (message_id, body, error_code, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
$_$;


ALTER FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_reject_message(message_id text, body text, error_code text, error text); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) IS 'Keeps a queue message that is no S3 notification. A redelivery is kept once.
message_id: SQS message id.
body: Body of the message.
error_code: Why it is none of the known envelopes.
error: The same in words.';


--
-- Name: ingest_replay(text, bigint); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_replay(dataset text DEFAULT NULL::text, file_id bigint DEFAULT NULL::bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET work_mem TO '64MB'
    SET jit TO 'off'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
DECLARE
  of_dataset text;
  -- What this replay itself rejects is not tried again by it.
  up_to bigint := (SELECT max(r.reject_id) FROM ingest.rejected_record AS r);
  engine text := ingest.engine_in_force();
  one record;
BEGIN
  files := 0; records := 0; rows_loaded := 0; rows_rejected := 0; rows_stale := 0;
  -- A replay has its targets to itself, all of them before the first is written: batches, too, lock them in their own order.
  PERFORM ingest.prepare_targets(ARRAY(SELECT x.name FROM ingest.dataset AS x
    WHERE ingest_replay.dataset IS NULL OR x.name = ingest_replay.dataset), true);
  FOR of_dataset IN SELECT x.name FROM ingest.dataset AS x WHERE ingest_replay.dataset IS NULL OR x.name = ingest_replay.dataset
    ORDER BY ingest.foreign_depth(x.target), x.target::oid, x.name
  LOOP
    BEGIN
      SELECT r.* INTO one FROM ingest.replay_dataset(of_dataset, ingest_replay.file_id, up_to, engine) AS r;
      files := files + one.files; records := records + one.records; rows_loaded := rows_loaded + one.rows_loaded;
      rows_rejected := rows_rejected + one.rows_rejected; rows_stale := rows_stale + one.rows_stale;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
      -- Asked for by name, it is told as an error; among all others it keeps nobody from being replayed.
      IF ingest_replay.dataset IS NOT NULL OR ingest.is_of_the_moment(SQLSTATE) THEN
        RAISE;
      END IF;
      RAISE WARNING 'dataset % was not replayed, its rejects stay open: % (%)', of_dataset, SQLERRM, SQLSTATE;
    END;
  END LOOP;
END
$$;


ALTER FUNCTION public.ingest_replay(dataset text, file_id bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_replay(dataset text, file_id bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_replay(dataset text, file_id bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) IS 'Runs open rejects again under today''s contract, and returns the counts.
dataset: Only this dataset. Null replays all.
file_id: Only this file, by its number in ingest.file.
files: Files with rejects that were run again.
records: Records found in them, and the sum of the next three.
rows_loaded: Records that are now rows of their target.
rows_rejected: Records that are rejected again.
rows_stale: Records that lost to a newer version of their key.';


--
-- Name: ingest_status(); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_status() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
  SELECT jsonb_build_object(
    'schema_version', ingest.version(),
    'engine', ingest.engine_in_force(),
    'engine_chosen', ingest.setting('engine'),
    -- Told where somebody counts on the native engine: it was chosen, or its extension is there.
    'native_problem', CASE WHEN ingest.setting('engine') = 'native' OR ingest.setting('engine') = 'auto'
      AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_ingest') THEN ingest.native_problem() END,
    'extension', (SELECT extversion FROM pg_extension WHERE extname = 'pg_ingest'),
    'datasets', coalesce((SELECT jsonb_agg(jsonb_build_object('name', d.name, 'prefix', d.prefix, 'bucket', d.bucket, 'target',
      d.target::text, 'enabled', d.enabled,
      'problems', to_jsonb(array_remove(ARRAY[ingest.dataset_problem(d.name)], NULL))) ORDER BY d.name) FROM ingest.dataset AS d), '[]'),
    -- Without the error's text, which may quote a record: a shipper's login may call this.
    'faults', coalesce((SELECT jsonb_agg(jsonb_build_object('dataset', x.dataset, 'since', x.since, 'sqlstate', x.sqlstate, 'files', x.files)
      ORDER BY x.dataset) FROM ingest.dataset_fault AS x), '[]'),
    'open_rejects', (SELECT count(*) FROM (SELECT FROM ingest.rejected_record AS r WHERE r.replayed_at IS NULL LIMIT 100000) AS capped),
    'drift', (SELECT count(*) FROM (SELECT FROM ingest.schema_drift LIMIT 100000) AS capped),
    'staged', (SELECT count(*) FROM (SELECT FROM ingest.staging LIMIT 100000) AS capped))
$$;


ALTER FUNCTION public.ingest_status() OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_status(); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_status() IS 'Release, engine, datasets with their problems, targets at fault, open rejects, drifted members and staged files (each counted to 100,000 at most).';


--
-- Name: ingest_use_engine(text); Type: FUNCTION; Schema: public; Owner: ingest_owner
--

CREATE FUNCTION public.ingest_use_engine(engine text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'ingest', 'pg_temp'
    SET "DateStyle" TO 'ISO, MDY'
    SET restrict_nonsystem_relation_kind TO ''
    SET "plpgsql.extra_errors" TO 'none'
    SET array_nulls TO 'on'
    SET "plpgsql.extra_warnings" TO 'none'
    SET gin_fuzzy_search_limit TO '0'
    SET lc_numeric TO 'C'
    SET xmloption TO 'content'
    SET exit_on_error TO 'off'
    SET bytea_output TO 'hex'
    SET xmlbinary TO 'base64'
    SET transform_null_equals TO 'off'
    SET "TimeZone" TO 'UTC'
    SET lc_time TO 'C'
    SET "IntervalStyle" TO 'postgres'
    SET lc_monetary TO 'C'
    SET row_security TO 'on'
    SET extra_float_digits TO '1'
    SET standard_conforming_strings TO 'on'
    SET timezone_abbreviations TO 'Default'
    SET quote_all_identifiers TO 'off'
    AS $$
BEGIN
  IF engine NOT IN ('sql', 'native', 'auto') OR engine IS NULL THEN
    RAISE EXCEPTION 'engine % is none of sql, native, auto', engine USING ERRCODE = 'invalid_parameter_value';
  ELSIF engine = 'native' AND ingest.native_problem() IS NOT NULL THEN
    RAISE EXCEPTION 'the native engine cannot be chosen: %', ingest.native_problem()
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'CREATE EXTENSION pg_ingest, where the server has it; or stay with sql, whose results are the same.';
  END IF;
  UPDATE ingest.setting SET value = engine WHERE name = 'engine';
  RETURN ingest.engine_in_force();
END
$$;


ALTER FUNCTION public.ingest_use_engine(engine text) OWNER TO ingest_owner;

--
-- Name: FUNCTION ingest_use_engine(engine text); Type: COMMENT; Schema: public; Owner: ingest_owner
--

COMMENT ON FUNCTION public.ingest_use_engine(engine text) IS 'Chooses the engine for all batches from now on, and returns the one in force.
engine: sql, native, or auto, which is native where the extension is installed.';


--
-- Name: batch; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.batch (
    batch_id uuid NOT NULL,
    request_id text,
    engine text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    files integer NOT NULL,
    loaded integer NOT NULL,
    partially_loaded integer NOT NULL,
    failed integer NOT NULL,
    skipped integer NOT NULL,
    deferred integer NOT NULL,
    bytes bigint NOT NULL,
    records bigint NOT NULL,
    rows_loaded bigint NOT NULL,
    rows_rejected bigint NOT NULL,
    rows_stale bigint NOT NULL,
    claim_ms double precision NOT NULL,
    load_ms double precision NOT NULL,
    ledger_ms double precision NOT NULL,
    elapsed_ms double precision NOT NULL
);


ALTER TABLE ingest.batch OWNER TO ingest_owner;

--
-- Name: TABLE batch; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.batch IS 'One row for each call of ingest_process_staging() that found files.';


--
-- Name: COLUMN batch.batch_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.batch_id IS 'The shipper''s batch, or a new one when staged by hand.';


--
-- Name: COLUMN batch.request_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.request_id IS 'The shipper''s Lambda request id, from the session setting ingest.request_id.';


--
-- Name: COLUMN batch.engine; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.engine IS 'native or sql.';


--
-- Name: COLUMN batch.started_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.started_at IS 'When processing began.';


--
-- Name: COLUMN batch.finished_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.finished_at IS 'When processing ended, just before COMMIT.';


--
-- Name: COLUMN batch.files; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.files IS 'Staged files in the batch; the sum of the next five.';


--
-- Name: COLUMN batch.loaded; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.loaded IS 'Files with status loaded.';


--
-- Name: COLUMN batch.partially_loaded; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.partially_loaded IS 'Files with status partially_loaded.';


--
-- Name: COLUMN batch.failed; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.failed IS 'Files with status load_failed or no_dataset.';


--
-- Name: COLUMN batch.skipped; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.skipped IS 'Duplicate deliveries, skipped_stale and object_missing.';


--
-- Name: COLUMN batch.deferred; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.deferred IS 'Files that wait for their dataset''s target to be mended: not in the ledger, delivered again.';


--
-- Name: COLUMN batch.bytes; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.bytes IS 'Bytes of the staged bodies.';


--
-- Name: COLUMN batch.records; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.records IS 'Records found; rows_loaded + rows_rejected + rows_stale.';


--
-- Name: COLUMN batch.rows_loaded; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.rows_loaded IS 'Records that are now rows of their target.';


--
-- Name: COLUMN batch.rows_rejected; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.rows_rejected IS 'Records kept in quarantine.';


--
-- Name: COLUMN batch.rows_stale; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.rows_stale IS 'Records that lost to a newer version of their key.';


--
-- Name: COLUMN batch.claim_ms; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.claim_ms IS 'Milliseconds for claiming, dataset matching and locking.';


--
-- Name: COLUMN batch.load_ms; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.load_ms IS 'Milliseconds for parsing, checking and applying.';


--
-- Name: COLUMN batch.ledger_ms; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.ledger_ms IS 'Milliseconds for duplicate detection, quarantine, drift and ledger.';


--
-- Name: COLUMN batch.elapsed_ms; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.batch.elapsed_ms IS 'Milliseconds in all.';


--
-- Name: column_mapping; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.column_mapping (
    dataset text NOT NULL,
    column_name name NOT NULL,
    path text,
    expression text,
    reads_member boolean DEFAULT true NOT NULL,
    managed boolean DEFAULT true NOT NULL,
    CONSTRAINT column_mapping_says_something CHECK (((path IS NOT NULL) OR (expression IS NOT NULL) OR (NOT managed)))
);


ALTER TABLE ingest.column_mapping OWNER TO ingest_owner;

--
-- Name: TABLE column_mapping; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.column_mapping IS 'Columns that are read by a path or made by an expression. Others read the member of their own name.';


--
-- Name: COLUMN column_mapping.dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.column_mapping.dataset IS 'The dataset.';


--
-- Name: COLUMN column_mapping.column_name; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.column_mapping.column_name IS 'A column of the dataset''s target.';


--
-- Name: COLUMN column_mapping.path; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.column_mapping.path IS 'Where its value stands in the record, such as $.shipping.city.';


--
-- Name: COLUMN column_mapping.expression; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.column_mapping.expression IS 'SQL over the coerced columns and record jsonb; its value is what is loaded.';


--
-- Name: COLUMN column_mapping.reads_member; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.column_mapping.reads_member IS 'Whether the column is read from JSON too: always without an expression, with one only if the expression mentions the column itself.';


--
-- Name: COLUMN column_mapping.managed; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.column_mapping.managed IS 'False: never read and never written; the table makes its value when a row is made.';


--
-- Name: dataset_fault; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.dataset_fault (
    dataset text NOT NULL,
    since timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    sqlstate text NOT NULL,
    error text NOT NULL,
    files bigint NOT NULL
);


ALTER TABLE ingest.dataset_fault OWNER TO ingest_owner;

--
-- Name: TABLE dataset_fault; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.dataset_fault IS 'Datasets whose target refuses all that is brought to it, from the first such batch to the next that loads. Their files are deferred.';


--
-- Name: COLUMN dataset_fault.dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset_fault.dataset IS 'The dataset.';


--
-- Name: COLUMN dataset_fault.since; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset_fault.since IS 'When it was first seen.';


--
-- Name: COLUMN dataset_fault.last_seen; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset_fault.last_seen IS 'When it was last seen.';


--
-- Name: COLUMN dataset_fault.sqlstate; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset_fault.sqlstate IS 'What PostgreSQL said last, as SQLSTATE.';


--
-- Name: COLUMN dataset_fault.error; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset_fault.error IS 'The same in words, with DETAIL.';


--
-- Name: COLUMN dataset_fault.files; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.dataset_fault.files IS 'Files deferred since; one that is delivered again counts again.';


--
-- Name: deferred; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE UNLOGGED TABLE ingest.deferred (
    batch_id uuid NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    version_id text,
    dataset text NOT NULL,
    sqlstate text NOT NULL,
    error text NOT NULL
);


ALTER TABLE ingest.deferred OWNER TO ingest_owner;

--
-- Name: TABLE deferred; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.deferred IS 'Files of the transaction''s own batch that were not loaded and are not kept, until ingest_deferred() has told them.';


--
-- Name: COLUMN deferred.batch_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.batch_id IS 'The batch.';


--
-- Name: COLUMN deferred.bucket; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.bucket IS 'S3 bucket.';


--
-- Name: COLUMN deferred.key; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.key IS 'S3 key.';


--
-- Name: COLUMN deferred.version_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.version_id IS 'S3 version; null where the bucket is not versioned.';


--
-- Name: COLUMN deferred.dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.dataset IS 'The dataset that it waits for.';


--
-- Name: COLUMN deferred.sqlstate; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.sqlstate IS 'What PostgreSQL said, as SQLSTATE.';


--
-- Name: COLUMN deferred.error; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.deferred.error IS 'The same in words, with DETAIL.';


--
-- Name: file; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.file (
    file_id bigint NOT NULL,
    object_id bigint NOT NULL,
    batch_id uuid NOT NULL,
    dataset text,
    bucket text NOT NULL,
    key text NOT NULL,
    version_id text,
    etag text,
    sequencer text,
    size bigint,
    event_time timestamp with time zone,
    last_modified timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    loaded_at timestamp with time zone,
    status text NOT NULL,
    deliveries integer DEFAULT 1 NOT NULL,
    records bigint DEFAULT 0 NOT NULL,
    rows_loaded bigint DEFAULT 0 NOT NULL,
    rows_rejected bigint DEFAULT 0 NOT NULL,
    rows_stale bigint DEFAULT 0 NOT NULL,
    error_code text,
    error text,
    CONSTRAINT file_status CHECK ((status = ANY (ARRAY['loaded'::text, 'partially_loaded'::text, 'load_failed'::text, 'skipped_stale'::text, 'object_missing'::text, 'no_dataset'::text])))
);


ALTER TABLE ingest.file OWNER TO ingest_owner;

--
-- Name: TABLE file; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.file IS 'The ledger: one row for each object version ever seen.';


--
-- Name: COLUMN file.file_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.file_id IS 'Key; what _file_id in a target refers to.';


--
-- Name: COLUMN file.object_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.object_id IS 'The object, in ingest.object.';


--
-- Name: COLUMN file.batch_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.batch_id IS 'The batch that processed it, in ingest.batch.';


--
-- Name: COLUMN file.dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.dataset IS 'The dataset it belonged to; null for no_dataset.';


--
-- Name: COLUMN file.bucket; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.bucket IS 'S3 bucket.';


--
-- Name: COLUMN file.key; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.key IS 'S3 key.';


--
-- Name: COLUMN file.version_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.version_id IS 'S3 version; null where the bucket is not versioned.';


--
-- Name: COLUMN file.etag; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.etag IS 'ETag of what was fetched.';


--
-- Name: COLUMN file.sequencer; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.sequencer IS 'The event''s sequencer.';


--
-- Name: COLUMN file.size; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.size IS 'Bytes.';


--
-- Name: COLUMN file.event_time; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.event_time IS 'The event''s time.';


--
-- Name: COLUMN file.last_modified; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.last_modified IS 'Last-Modified of what was fetched.';


--
-- Name: COLUMN file.received_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.received_at IS 'When the batch that processed it began.';


--
-- Name: COLUMN file.loaded_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.loaded_at IS 'When its rows were applied; null where there were none to apply.';


--
-- Name: COLUMN file.status; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.status IS 'loaded, partially_loaded, load_failed, skipped_stale, object_missing or no_dataset.';


--
-- Name: COLUMN file.deliveries; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.deliveries IS 'How often it was delivered; every delivery after the first is a skipped duplicate.';


--
-- Name: COLUMN file.records; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.records IS 'Records found; rows_loaded + rows_rejected + rows_stale.';


--
-- Name: COLUMN file.rows_loaded; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.rows_loaded IS 'Records that became rows.';


--
-- Name: COLUMN file.rows_rejected; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.rows_rejected IS 'Records kept in quarantine.';


--
-- Name: COLUMN file.rows_stale; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.rows_stale IS 'Records that lost to a newer version of their key.';


--
-- Name: COLUMN file.error_code; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.error_code IS 'Why the file as a whole failed; null otherwise.';


--
-- Name: COLUMN file.error; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.file.error IS 'The same in words, with what to do.';


--
-- Name: file_file_id_seq; Type: SEQUENCE; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ingest.file ALTER COLUMN file_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME ingest.file_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: object; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.object (
    object_id bigint NOT NULL,
    bucket text NOT NULL,
    key text NOT NULL,
    newest_file_id bigint,
    newest_etag text,
    newest_sequencer text,
    newest_last_modified timestamp with time zone
);


ALTER TABLE ingest.object OWNER TO ingest_owner;

--
-- Name: TABLE object; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.object IS 'One row for each bucket and key ever seen, with what identifies its newest entry in the ledger.';


--
-- Name: COLUMN object.object_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.object_id IS 'Key.';


--
-- Name: COLUMN object.bucket; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.bucket IS 'S3 bucket.';


--
-- Name: COLUMN object.key; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.key IS 'S3 key.';


--
-- Name: COLUMN object.newest_file_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.newest_file_id IS 'The newest entry with content; null while the object was only ever missing.';


--
-- Name: COLUMN object.newest_etag; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.newest_etag IS 'ETag of the newest entry.';


--
-- Name: COLUMN object.newest_sequencer; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.newest_sequencer IS 'Highest sequencer seen with the newest content.';


--
-- Name: COLUMN object.newest_last_modified; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.object.newest_last_modified IS 'Last-Modified of the newest entry.';


--
-- Name: object_object_id_seq; Type: SEQUENCE; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ingest.object ALTER COLUMN object_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ingest.object_object_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: rejected_message; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.rejected_message (
    rejected_message_id bigint NOT NULL,
    message_id text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    body text NOT NULL,
    error_code text NOT NULL,
    error text NOT NULL
);


ALTER TABLE ingest.rejected_message OWNER TO ingest_owner;

--
-- Name: TABLE rejected_message; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.rejected_message IS 'Queue messages that are no S3 notification, kept before they were acknowledged.';


--
-- Name: COLUMN rejected_message.rejected_message_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_message.rejected_message_id IS 'Key.';


--
-- Name: COLUMN rejected_message.message_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_message.message_id IS 'The SQS message id; a redelivery is kept once.';


--
-- Name: COLUMN rejected_message.received_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_message.received_at IS 'When.';


--
-- Name: COLUMN rejected_message.body; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_message.body IS 'The message''s body; NUL characters, which text cannot hold, stand as \u0000.';


--
-- Name: COLUMN rejected_message.error_code; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_message.error_code IS 'Why it is none of the known envelopes.';


--
-- Name: COLUMN rejected_message.error; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_message.error IS 'The same in words.';


--
-- Name: rejected_message_rejected_message_id_seq; Type: SEQUENCE; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ingest.rejected_message ALTER COLUMN rejected_message_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ingest.rejected_message_rejected_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: rejected_record; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.rejected_record (
    reject_id bigint NOT NULL,
    file_id bigint NOT NULL,
    record_no integer NOT NULL,
    record bytea NOT NULL,
    column_name text,
    error_code text NOT NULL,
    error text NOT NULL,
    rejected_at timestamp with time zone DEFAULT now() NOT NULL,
    replayed_at timestamp with time zone
);


ALTER TABLE ingest.rejected_record OWNER TO ingest_owner;

--
-- Name: TABLE rejected_record; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.rejected_record IS 'The quarantine: one row for each fault of each rejected record, with its raw bytes.';


--
-- Name: COLUMN rejected_record.reject_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.reject_id IS 'Key.';


--
-- Name: COLUMN rejected_record.file_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.file_id IS 'The file it came from.';


--
-- Name: COLUMN rejected_record.record_no; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.record_no IS 'Its place in the file, from 1; 0 is the whole file.';


--
-- Name: COLUMN rejected_record.record; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.record IS 'Its bytes as they stood in the file.';


--
-- Name: COLUMN rejected_record.column_name; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.column_name IS 'The column at fault; null where the fault is the record''s or the file''s.';


--
-- Name: COLUMN rejected_record.error_code; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.error_code IS 'One of the codes in docs/semantics.md.';


--
-- Name: COLUMN rejected_record.error; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.error IS 'What came and what was expected.';


--
-- Name: COLUMN rejected_record.rejected_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.rejected_at IS 'When.';


--
-- Name: COLUMN rejected_record.replayed_at; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.rejected_record.replayed_at IS 'When ingest_replay() loaded it; null while it is open.';


--
-- Name: rejected_record_reject_id_seq; Type: SEQUENCE; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ingest.rejected_record ALTER COLUMN reject_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ingest.rejected_record_reject_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: schema_drift; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.schema_drift (
    dataset text NOT NULL,
    path text NOT NULL,
    json_type text NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    files bigint NOT NULL,
    sample text NOT NULL
);


ALTER TABLE ingest.schema_drift OWNER TO ingest_owner;

--
-- Name: TABLE schema_drift; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.schema_drift IS 'Members of records that no column reads: what producers send beyond the contract.';


--
-- Name: COLUMN schema_drift.dataset; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.dataset IS 'The dataset.';


--
-- Name: COLUMN schema_drift.path; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.path IS 'Where the member stands, such as $.shipping.floor; cut at 300 characters.';


--
-- Name: COLUMN schema_drift.json_type; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.json_type IS 'string, number, boolean, object, array or null.';


--
-- Name: COLUMN schema_drift.first_seen; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.first_seen IS 'When it was first seen.';


--
-- Name: COLUMN schema_drift.last_seen; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.last_seen IS 'When it was last seen.';


--
-- Name: COLUMN schema_drift.files; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.files IS 'Files in which it was seen.';


--
-- Name: COLUMN schema_drift.sample; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.schema_drift.sample IS 'Its first value, cut at 100 characters.';


--
-- Name: setting; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE TABLE ingest.setting (
    name text NOT NULL,
    value text NOT NULL,
    meaning text NOT NULL,
    CONSTRAINT setting_value_fits CHECK (
CASE
    WHEN (name = 'engine'::text) THEN (value = ANY (ARRAY['auto'::text, 'sql'::text, 'native'::text]))
    ELSE (value ~ '^[1-9][0-9]{0,17}$'::text)
END)
);


ALTER TABLE ingest.setting OWNER TO ingest_owner;

--
-- Name: TABLE setting; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.setting IS 'Settings of the pipeline: one row each, read at the start of every batch.';


--
-- Name: COLUMN setting.name; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.setting.name IS 'What is set.';


--
-- Name: COLUMN setting.value; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.setting.value IS 'Its value, as text.';


--
-- Name: COLUMN setting.meaning; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.setting.meaning IS 'What it does, with its unit.';


--
-- Name: CONSTRAINT setting_value_fits ON setting; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON CONSTRAINT setting_value_fits ON ingest.setting IS 'A value that cannot be used is refused where it is set, not by every batch from then on.';


--
-- Name: staging; Type: TABLE; Schema: ingest; Owner: ingest_owner
--

CREATE UNLOGGED TABLE ingest.staging (
    batch_id uuid,
    bucket text DEFAULT ''::text NOT NULL,
    key text NOT NULL,
    version_id text,
    etag text,
    sequencer text,
    event_time timestamp with time zone,
    last_modified timestamp with time zone,
    size bigint,
    body bytea,
    error_code text,
    held bigint,
    CONSTRAINT staging_error_code CHECK ((error_code = ANY (ARRAY['object_missing'::text, 'too_large'::text]))),
    CONSTRAINT staging_held_in_place_of_body CHECK (((held IS NULL) OR (body IS NULL))),
    CONSTRAINT staging_key_length CHECK ((octet_length(key) <= 1024))
);
ALTER TABLE ONLY ingest.staging ALTER COLUMN body SET COMPRESSION lz4;


ALTER TABLE ingest.staging OWNER TO ingest_owner;

--
-- Name: TABLE staging; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TABLE ingest.staging IS 'Raw files as they arrived, awaiting ingest_process_staging(). A person may COPY ingest.staging (key, body) by hand.';


--
-- Name: COLUMN staging.batch_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.batch_id IS 'The batch that a shipper staged together; null when staged by hand.';


--
-- Name: COLUMN staging.bucket; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.bucket IS 'S3 bucket; empty when staged by hand.';


--
-- Name: COLUMN staging.key; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.key IS 'S3 key, decoded; at most 1,024 bytes (Amazon S3 User Guide, "Creating object key names").';


--
-- Name: COLUMN staging.version_id; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.version_id IS 'S3 version; null, empty or ''null'' where the bucket is not versioned.';


--
-- Name: COLUMN staging.etag; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.etag IS 'ETag of the GET''s response, without quotes; derived from the body where absent.';


--
-- Name: COLUMN staging.sequencer; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.sequencer IS 'The event''s sequencer: hexadecimal, comparable for one key only.';


--
-- Name: COLUMN staging.event_time; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.event_time IS 'When S3 finished the put, by the event.';


--
-- Name: COLUMN staging.last_modified; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.last_modified IS 'Last-Modified of the GET''s response (whole seconds).';


--
-- Name: COLUMN staging.size; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.size IS 'Bytes of the body as fetched (after gunzip); the object''s size where there is no body.';


--
-- Name: COLUMN staging.body; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.body IS 'The file''s bytes; null when error_code says why, or when the object was gone.';


--
-- Name: COLUMN staging.error_code; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.error_code IS 'Why there is no body: object_missing or too_large.';


--
-- Name: COLUMN staging.held; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON COLUMN ingest.staging.held IS 'The body''s number in the memory of the session that staged it, which holds it in place of the body until its transaction ends: the native engine with ingest.hold_bodies on. No committed row has one.';


--
-- Name: ingest_own_schema_history; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.ingest_own_schema_history (
    version integer,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by name DEFAULT CURRENT_USER NOT NULL
);


ALTER TABLE public.ingest_own_schema_history OWNER TO postgres;

--
-- Name: TABLE ingest_own_schema_history; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.ingest_own_schema_history IS 'Which migrations were applied, with the SHA-256 of each file; no version: a repeatable one.';


--
-- Name: ingest_schema_history; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.ingest_schema_history (
    version integer,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by name DEFAULT CURRENT_USER NOT NULL
);


ALTER TABLE public.ingest_schema_history OWNER TO postgres;

--
-- Name: TABLE ingest_schema_history; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.ingest_schema_history IS 'Which migrations were applied, with the SHA-256 of each file; no version: a repeatable one.';


--
-- Name: events; Type: TABLE; Schema: shop; Owner: postgres
--

CREATE TABLE shop.events (
    id text NOT NULL,
    n integer,
    _source_time timestamp with time zone
);


ALTER TABLE shop.events OWNER TO postgres;

--
-- Name: orders; Type: TABLE; Schema: shop; Owner: postgres
--

CREATE TABLE shop.orders (
    id text NOT NULL,
    n integer,
    _source_time timestamp with time zone,
    _rescued jsonb
);


ALTER TABLE shop.orders OWNER TO postgres;

--
-- Data for Name: batch; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.batch VALUES ('b7a4d1b0-b135-48cb-9a20-0e5b15c1fbda', NULL, 'sql', '2026-11-29 07:23:45.969909+00', '2026-11-29 07:23:45.990854+00', 2, 0, 1, 1, 0, 0, 83, 3, 2, 1, 0, 2.866, 10.758, 6.548000000000002, 20.739);


--
-- Data for Name: column_mapping; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--



--
-- Data for Name: dataset; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.dataset VALUES ('orders', 'orders/', NULL, 'shop.orders', NULL, 'upsert', NULL, 'continue', 'rescue', 'default', true, '2026-11-29 07:23:45.728166+00');
INSERT INTO ingest.dataset VALUES ('events', 'events/', NULL, 'shop.events', NULL, 'upsert', NULL, 'continue', 'rescue', 'default', true, '2026-11-29 07:23:45.728166+00');


--
-- Data for Name: dataset_fault; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--



--
-- Data for Name: file; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.file VALUES (1, 1, 'b7a4d1b0-b135-48cb-9a20-0e5b15c1fbda', NULL, '', 'elsewhere/1.json', NULL, '99914b932bd37a50b983c5e7c90ae93b', NULL, 2, NULL, NULL, '2026-11-29 07:23:45.969909+00', NULL, 'no_dataset', 1, 0, 0, 0, 0, 'no_dataset', 'no dataset matches key elsewhere/1.json; expected one registered by ingest_register_dataset(), then ingest_replay()');
INSERT INTO ingest.file VALUES (2, 2, 'b7a4d1b0-b135-48cb-9a20-0e5b15c1fbda', 'orders', '', 'orders/1.json', NULL, '26233e755148b0b6349f982acd35412a', NULL, 81, NULL, NULL, '2026-11-29 07:23:45.969909+00', '2026-11-29 07:23:45.98755+00', 'partially_loaded', 1, 3, 2, 1, 0, NULL, NULL);


--
-- Data for Name: object; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.object OVERRIDING SYSTEM VALUE VALUES (1, '', 'elsewhere/1.json', 1, '99914b932bd37a50b983c5e7c90ae93b', NULL, NULL);
INSERT INTO ingest.object OVERRIDING SYSTEM VALUE VALUES (2, '', 'orders/1.json', 2, '26233e755148b0b6349f982acd35412a', NULL, NULL);


--
-- Data for Name: rejected_message; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--



--
-- Data for Name: rejected_record; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.rejected_record OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, '\x7b7d', NULL, 'no_dataset', 'no dataset matches key elsewhere/1.json; expected one registered by ingest_register_dataset(), then ingest_replay()', '2026-11-29 07:23:45.728166+00', NULL);
INSERT INTO ingest.rejected_record OVERRIDING SYSTEM VALUE VALUES (2, 2, 2, '\x7b226964223a202262222c20226e223a20226d616e79227d', 'n', 'type_mismatch', 'column n: came string "many"; expected integer', '2026-11-29 07:23:45.728166+00', NULL);


--
-- Data for Name: schema_drift; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.schema_drift VALUES ('orders', '$.new', 'boolean', '2026-11-29 07:23:45.969909+00', '2026-11-29 07:23:45.969909+00', 1, 'true');


--
-- Data for Name: setting; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.setting VALUES ('engine', 'auto', 'Which row source loads: auto (native where the extension is installed), sql or native. Set by ingest_use_engine().');
INSERT INTO ingest.setting VALUES ('max_body_bytes', '67108864', 'Bodies above this many bytes are refused as too_large instead of being parsed.');
INSERT INTO ingest.setting VALUES ('unit_bytes', '67108864', 'Staged files are processed in units of at most this many bytes (one file may exceed it).');
INSERT INTO ingest.setting VALUES ('unit_files', '1000', 'Staged files are processed in units of at most this many files.');
INSERT INTO ingest.setting VALUES ('drift_paths_per_dataset', '1000', 'ingest.schema_drift has at most this many paths of a dataset; members beyond are counted under the path ….');


--
-- Data for Name: ingest_own_schema_history; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.ingest_own_schema_history VALUES (100, 'shop', '2ebf6b206bdb26bc85cd797b6ed75ec509c8619b8b0e069a435834b30d81e3b6', '2026-11-29 07:23:45.641142+00', 'postgres');


--
-- Data for Name: ingest_schema_history; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.ingest_schema_history VALUES (1, 'roles_and_schema', 'fba33a7b6368a3d8ecb2772895b4cf3c4edecb7dec9348ee2511c587110c2722', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (2, 'tables', '9b4742922820704c9209f9b46bf18a226b297bf39e6ae5c8f80c0ea2c1530f75', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (3, 'dbt_schemas', '8ac24a4aa632e47b64418d202c1bfd32f8f6fffb574f2c22f6f97f8d7b3fa887', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, '0_open', 'b39bd2cdaf3dc6c1f01be0ef544d4f0cafa965bdcf020b477518b1f655cdd713', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, '1_types', '8751b87b56e6ff96f621eedaf81ded9de91ad6f54d6ef1f0fe4e7331121096d7', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'apply', 'bcba6eec1dd5d82fb2ea2cf94ba1ffdb60d55cc098165c1438de03660d261498', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'check', '67ee2fbcafef5be126609362e87f53c62aeb3e9b6029567ecb9c3126172b820a', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'claim', '9011c7be33592f90e6d766c4fe3f7f73ee201f505b60df3b91e05df75ce31d85', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'coerce', 'fbbc732acd96095e263f03c0951d2aea7f5b03271dc8acd4ec205030301b08df', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'compile', '0cc4fad8a38cf44d8b410835873600de5fc700bd23538d38d3b210fe4cced865', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'contract', '90f65c864f701a66f75a86a0bf4157511e28fb2ebb76ea93fb15c802cd7ba74b', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'deferred', 'be66771700845832adf8d31d1fadc806689a25fb493d2e8258a37e5a5ef9fa0a', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'drift', '53e4e9d7c342ea35ac771f9eaeb3219ad66b9a163cebeb664828755ac6d3f94d', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'engine', '573458ed75f01449f16962dadd39393f9e234348c3d6ad06ebb6e59d3f3ac45e', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'expression_fault', 'c6277f5bb7c85dee4501cb923dfe6046330722367c02b8c26ed0f5deb8085a86', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'fault', 'a595eeed94015fcde473fc439ebb1a86d6c632429d8f9075f5c0fb65bdfc9fad', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'inspect', 'ce20b00b33780b32742358b165d9f33d2d7ef0a762b2d0494f74bfb427559073', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'kept', '292d0196e85e660ad92b9c563892b6bf641ce2e2683c71b9f0c99654378817b8', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'ledger', 'aa01a052cdae57cef36ef04b4b32896b8167bcdcf2b6b98a842cc5f102e6069a', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'load', 'ce29c3486d2613e55000dc9bdbc31c13d92826fed92fdd267937dd1e56dd0df0', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'load_statement', '13cfc471ff24d7f754ee63edc93e80d65f931cdaf618fb3694e5fb6c67477541', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'look', '09e592e8bf24e747cebab8303a934f0eb8e40fab995181b6e6634483525691da', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'order', '0015a531ee855f7a617e2cfb70cea54e11b0b129fe51c3846652462a23b9aa2f', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'paths', 'e5983d45f0636553e53bbc2371b331e9c817e07dac719901c6ce1dcb78643693', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'process', 'efe081907aa90fdbc2fc5580d1a1af868767f0a233fd47fca4c47fe860aec31a', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'prune', 'f55437778dfab0d8aa77873d2490c92a521d0e80fc00c56c0fa4a19663c38b68', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'quarantine', '7b88ac466180e3058c03967c7f4be0f27d9cc7a435ec597e7b9525232b38e5ab', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'read_documents', '2b6c95583ca470f6ece2807e3ce8fc24c15a8fa684de6b71660b0970598257d3', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'read_records', 'f60a67444adb674c474a117beca774b439b2203fe23e6db8dfd1fd1acfe0aa6c', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'recognise', '57ad77759aa47e0d09c16a1ef8b439ac220e6e588805083c1eb5132b448afa17', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'refusals', 'e88b170ebfb414485fd8a2f81948320ccaaeacb0a8a636551ce1406a1540a644', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'register', '2af50611c29f0b6b2023af396bd8178dc22ca5b08c2bda7eef6bc57e17f3e5c0', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'register_problems', '509c4106f37c886939254e0ff5a3c1c1ca6b95d5610d0faf60808c8ba88ea1f5', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'rehearse', '1b0ae1907041d6211d73da832433bbbc982b648bc75578a9bf356d42580a3a66', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'repeated_values', '5398d2b23022888f38351228975c4dd3498c71e1e89f475c3cc263ba03e70ea5', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'replay', '344c256556924e30ddb48cc028d06007d6b6c6663a3340d2361e0f463febda67', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'row_source', 'd9942d27427fee6a452c59f5587d060dd17f86ade01f99dd10d1e68403a425d6', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'status', '6ecf6f06f4be2780e5467cec88ea3d377a128fbb75172de841c8246f1c7c672d', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'suspect', '6da30ba8e6067c4534817f793cc538773b9a107f64f7e10cd6628c70098f4b7e', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'target_fault', '86d00235b9a6bbab69c6e8a4c642a75ea6222c17625c8d9828350e48621f5705', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'told_refusals', 'dba888afc4559cd0e7fdfa4d75f379b27c73b4fa643851c5f4cbd35e64092dad', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'unknown', '11d50d55dad100c52e8f37d95a11c1acad43f4006f8dc815be69a8d46648a33d', '2026-11-29 07:23:45.641142+00', 'postgres');
INSERT INTO public.ingest_schema_history VALUES (NULL, 'z_close', '8bf7a624d25ba045083cd2fd1881109689a2cd3c1ea571237034c99f67ecf28f', '2026-11-29 07:23:45.641142+00', 'postgres');


--
-- Data for Name: events; Type: TABLE DATA; Schema: shop; Owner: postgres
--



--
-- Data for Name: orders; Type: TABLE DATA; Schema: shop; Owner: postgres
--

INSERT INTO shop.orders VALUES ('a', 1, NULL, NULL);
INSERT INTO shop.orders VALUES ('c', 3, NULL, '{"new": true}');


--
-- Name: file_file_id_seq; Type: SEQUENCE SET; Schema: ingest; Owner: ingest_owner
--

SELECT pg_catalog.setval('ingest.file_file_id_seq', 2, true);


--
-- Name: object_object_id_seq; Type: SEQUENCE SET; Schema: ingest; Owner: ingest_owner
--

SELECT pg_catalog.setval('ingest.object_object_id_seq', 2, true);


--
-- Name: rejected_message_rejected_message_id_seq; Type: SEQUENCE SET; Schema: ingest; Owner: ingest_owner
--

SELECT pg_catalog.setval('ingest.rejected_message_rejected_message_id_seq', 1, false);


--
-- Name: rejected_record_reject_id_seq; Type: SEQUENCE SET; Schema: ingest; Owner: ingest_owner
--

SELECT pg_catalog.setval('ingest.rejected_record_reject_id_seq', 2, true);


--
-- Name: batch batch_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (batch_id);


--
-- Name: column_mapping column_mapping_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.column_mapping
    ADD CONSTRAINT column_mapping_pkey PRIMARY KEY (dataset, column_name);


--
-- Name: compiled_dataset compiled_dataset_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.compiled_dataset
    ADD CONSTRAINT compiled_dataset_pkey PRIMARY KEY (dataset);


--
-- Name: dataset_fault dataset_fault_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.dataset_fault
    ADD CONSTRAINT dataset_fault_pkey PRIMARY KEY (dataset);


--
-- Name: dataset dataset_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (name);


--
-- Name: file file_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (file_id);


--
-- Name: object object_bucket_key_key; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.object
    ADD CONSTRAINT object_bucket_key_key UNIQUE (bucket, key);


--
-- Name: object object_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.object
    ADD CONSTRAINT object_pkey PRIMARY KEY (object_id);


--
-- Name: rejected_message rejected_message_message_id_key; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.rejected_message
    ADD CONSTRAINT rejected_message_message_id_key UNIQUE (message_id);


--
-- Name: rejected_message rejected_message_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.rejected_message
    ADD CONSTRAINT rejected_message_pkey PRIMARY KEY (rejected_message_id);


--
-- Name: rejected_record rejected_record_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.rejected_record
    ADD CONSTRAINT rejected_record_pkey PRIMARY KEY (reject_id);


--
-- Name: schema_drift schema_drift_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.schema_drift
    ADD CONSTRAINT schema_drift_pkey PRIMARY KEY (dataset, path, json_type);


--
-- Name: setting setting_pkey; Type: CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (name);


--
-- Name: events events_pkey; Type: CONSTRAINT; Schema: shop; Owner: postgres
--

ALTER TABLE ONLY shop.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);


--
-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: shop; Owner: postgres
--

ALTER TABLE ONLY shop.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


--
-- Name: batch_finished_at_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX batch_finished_at_idx ON ingest.batch USING btree (finished_at);


--
-- Name: dataset_prefix_key; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE UNIQUE INDEX dataset_prefix_key ON ingest.dataset USING btree (prefix, COALESCE(bucket, ''::text));


--
-- Name: file_received_at_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX file_received_at_idx ON ingest.file USING btree (received_at);


--
-- Name: file_sequencer_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX file_sequencer_idx ON ingest.file USING btree (object_id, sequencer);


--
-- Name: file_trouble_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX file_trouble_idx ON ingest.file USING btree (dataset, received_at) WHERE (status = ANY (ARRAY['partially_loaded'::text, 'load_failed'::text, 'no_dataset'::text]));


--
-- Name: file_version_key; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE UNIQUE INDEX file_version_key ON ingest.file USING btree (object_id, version_id) WHERE ((version_id IS NOT NULL) AND (status <> 'object_missing'::text));


--
-- Name: rejected_message_received_at_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX rejected_message_received_at_idx ON ingest.rejected_message USING btree (received_at);


--
-- Name: rejected_record_file_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX rejected_record_file_idx ON ingest.rejected_record USING btree (file_id, record_no);


--
-- Name: rejected_record_open_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX rejected_record_open_idx ON ingest.rejected_record USING btree (rejected_at) WHERE (replayed_at IS NULL);


--
-- Name: staging_batch_id_idx; Type: INDEX; Schema: ingest; Owner: ingest_owner
--

CREATE INDEX staging_batch_id_idx ON ingest.staging USING btree (batch_id);


--
-- Name: deferred deferred_are_told; Type: TRIGGER; Schema: ingest; Owner: ingest_owner
--

CREATE CONSTRAINT TRIGGER deferred_are_told AFTER INSERT ON ingest.deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ingest.refuse_untold();


--
-- Name: TRIGGER deferred_are_told ON deferred; Type: COMMENT; Schema: ingest; Owner: ingest_owner
--

COMMENT ON TRIGGER deferred_are_told ON ingest.deferred IS 'Without it a shipper that does not ask would acknowledge files that were not loaded.';


--
-- Name: column_mapping column_mapping_dataset_fkey; Type: FK CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.column_mapping
    ADD CONSTRAINT column_mapping_dataset_fkey FOREIGN KEY (dataset) REFERENCES ingest.dataset(name) ON UPDATE CASCADE ON DELETE CASCADE;


--
-- Name: rejected_record rejected_record_file_id_fkey; Type: FK CONSTRAINT; Schema: ingest; Owner: ingest_owner
--

ALTER TABLE ONLY ingest.rejected_record
    ADD CONSTRAINT rejected_record_file_id_fkey FOREIGN KEY (file_id) REFERENCES ingest.file(file_id) ON DELETE CASCADE;


--
-- Name: SCHEMA ingest; Type: ACL; Schema: -; Owner: postgres
--

GRANT USAGE ON SCHEMA ingest TO ingest_owner;
GRANT USAGE ON SCHEMA ingest TO ingest_loader;
GRANT USAGE ON SCHEMA ingest TO ingest_shipper;
GRANT USAGE ON SCHEMA ingest TO ingest_admin;
GRANT USAGE ON SCHEMA ingest TO ingest_reader;
GRANT USAGE ON SCHEMA ingest TO ingest_dbt;


--
-- Name: SCHEMA shop; Type: ACL; Schema: -; Owner: postgres
--

GRANT USAGE ON SCHEMA shop TO ingest_loader;


--
-- Name: FUNCTION apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.apply_sql(target regclass, names text, on_conflict text, probed text, alone boolean) TO ingest_loader;


--
-- Name: FUNCTION array_text(value jsonb, element jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.array_text(value jsonb, element jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.array_text(value jsonb, element jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.array_text(value jsonb, element jsonb) TO ingest_loader;


--
-- Name: FUNCTION asked(c jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.asked(c jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.asked(c jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.asked(c jsonb) TO ingest_loader;


--
-- Name: FUNCTION attempted_counts_sql(); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.attempted_counts_sql() FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.attempted_counts_sql() TO ingest_owner;
GRANT ALL ON FUNCTION ingest.attempted_counts_sql() TO ingest_loader;


--
-- Name: FUNCTION base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.base_type(type_oid oid, typmod integer, OUT base_oid oid, OUT base_typmod integer, OUT domains oid[]) TO ingest_loader;


--
-- Name: FUNCTION body_format(body bytea); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.body_format(body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.body_format(body bytea) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.body_format(body bytea) TO ingest_loader;


--
-- Name: FUNCTION bounded_drift(of_dataset text, seen ingest.drift_seen[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.bounded_drift(of_dataset text, seen ingest.drift_seen[]) TO ingest_loader;


--
-- Name: FUNCTION caller_problems(target regclass, caller name); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.caller_problems(target regclass, caller name) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.caller_problems(target regclass, caller name) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.caller_problems(target regclass, caller name) TO ingest_loader;


--
-- Name: FUNCTION came(raw text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.came(raw text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.came(raw text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.came(raw text) TO ingest_loader;


--
-- Name: FUNCTION candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.candidates(body bytea, wanted integer[], OUT no integer, OUT raw bytea, OUT deep boolean, OUT error_code text, OUT error text) TO ingest_loader;


--
-- Name: FUNCTION careful_records_sql(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.careful_records_sql(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.careful_records_sql(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.careful_records_sql(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION careful_source(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.careful_source(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.careful_source(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.careful_source(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION careful_suspect_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.careful_suspect_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.careful_suspect_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.careful_suspect_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION careful_value_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.careful_value_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.careful_value_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.careful_value_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION checked_sql(of_dataset text, contract jsonb, clean text, source text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.checked_sql(of_dataset text, contract jsonb, clean text, source text) TO ingest_loader;


--
-- Name: FUNCTION checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.checks_sql(of_dataset text, contract jsonb, OUT clean text, OUT faults text) TO ingest_loader;


--
-- Name: FUNCTION claim_units(batch uuid); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.claim_units(batch uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.claim_units(batch uuid) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.claim_units(batch uuid) TO ingest_loader;


--
-- Name: FUNCTION claimed_files(staged tid[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.claimed_files(staged tid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.claimed_files(staged tid[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.claimed_files(staged tid[]) TO ingest_loader;


--
-- Name: FUNCTION clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.clashes(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.clashes_of_last(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION clean_load_sql(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.clean_load_sql(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.clean_load_sql(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.clean_load_sql(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION common_outputs_sql(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.common_outputs_sql(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.common_outputs_sql(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.common_outputs_sql(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION compile_check(of_dataset text); Type: ACL; Schema: ingest; Owner: ingest_loader
--

REVOKE ALL ON FUNCTION ingest.compile_check(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.compile_check(of_dataset text) TO ingest_owner;


--
-- Name: TABLE compiled_dataset; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.compiled_dataset TO ingest_loader;
GRANT SELECT ON TABLE ingest.compiled_dataset TO ingest_admin;


--
-- Name: FUNCTION compiled(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.compiled(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.compiled(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.compiled(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION contract(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.contract(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.contract(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.contract(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION contract_checks(of_dataset text, contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.contract_checks(of_dataset text, contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.contract_checks(of_dataset text, contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.contract_checks(of_dataset text, contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION cut_units(staged tid[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.cut_units(staged tid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.cut_units(staged tid[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.cut_units(staged tid[]) TO ingest_loader;


--
-- Name: FUNCTION dataset_problem(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.dataset_problem(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.dataset_problem(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.dataset_problem(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.defer(files ingest.claimed_file[], deferrals ingest.deferral[], keep_staged boolean) TO ingest_loader;


--
-- Name: FUNCTION describe_type(type_oid oid, typmod integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.describe_type(type_oid oid, typmod integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.describe_type(type_oid oid, typmod integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.describe_type(type_oid oid, typmod integer) TO ingest_loader;


--
-- Name: FUNCTION digits_pattern(c jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.digits_pattern(c jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.digits_pattern(c jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.digits_pattern(c jsonb) TO ingest_loader;


--
-- Name: FUNCTION document(body bytea, guarded boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.document(body bytea, guarded boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.document(body bytea, guarded boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.document(body bytea, guarded boolean) TO ingest_loader;


--
-- Name: FUNCTION drift(engine text, contract jsonb, unknown ingest.unknown_seen[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.drift(engine text, contract jsonb, unknown ingest.unknown_seen[]) TO ingest_loader;


--
-- Name: FUNCTION drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.drift_samples(files ingest.claimed_file[], contract jsonb, wanted ingest.drift_seen[]) TO ingest_loader;


--
-- Name: FUNCTION elements_sql(of_files text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.elements_sql(of_files text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.elements_sql(of_files text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.elements_sql(of_files text) TO ingest_loader;


--
-- Name: FUNCTION engine_in_force(); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.engine_in_force() FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.engine_in_force() TO ingest_owner;
GRANT ALL ON FUNCTION ingest.engine_in_force() TO ingest_loader;


--
-- Name: FUNCTION entry_key(of_file bigint, claimed ingest.claimed_file[]); Type: ACL; Schema: ingest; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.entry_key(of_file bigint, claimed ingest.claimed_file[]) TO ingest_loader;


--
-- Name: FUNCTION enveloped(candidates jsonb[], steps text[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.enveloped(candidates jsonb[], steps text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.enveloped(candidates jsonb[], steps text[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.enveloped(candidates jsonb[], steps text[]) TO ingest_loader;


--
-- Name: FUNCTION expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.expression_faults(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], of_record integer) TO ingest_loader;


--
-- Name: FUNCTION expression_problem(target regclass, expression text, declared text, without text[]); Type: ACL; Schema: ingest; Owner: ingest_loader
--

REVOKE ALL ON FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.expression_problem(target regclass, expression text, declared text, without text[]) TO ingest_owner;


--
-- Name: FUNCTION file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.file_outcomes(files ingest.claimed_file[], faults ingest.fault[], outcome ingest.load_outcome, skipped integer[], on_error text) TO ingest_loader;


--
-- Name: FUNCTION files_to_skip(on_error text, faults ingest.fault[], good jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.files_to_skip(on_error text, faults ingest.fault[], good jsonb) TO ingest_loader;


--
-- Name: FUNCTION find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.find_refused(of_dataset text, statement text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION fingerprint(of_dataset text, domains oid[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.fingerprint(of_dataset text, domains oid[]) TO ingest_loader;


--
-- Name: FUNCTION first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.first_attempt(c ingest.compiled_dataset, files ingest.claimed_file[], engine text, single_records boolean) TO ingest_loader;


--
-- Name: FUNCTION foreign_depth(of_target oid, seen oid[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.foreign_depth(of_target oid, seen oid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.foreign_depth(of_target oid, seen oid[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.foreign_depth(of_target oid, seen oid[]) TO ingest_loader;


--
-- Name: FUNCTION function_at_fault(context text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.function_at_fault(context text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.function_at_fault(context text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.function_at_fault(context text) TO ingest_loader;


--
-- Name: FUNCTION gathered_upsert_sql(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.gathered_upsert_sql(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.gathered_upsert_sql(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.gathered_upsert_sql(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION grant_on_target(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.grant_on_target(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.grant_on_target(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.grant_on_target(target regclass) TO ingest_loader;
GRANT ALL ON FUNCTION ingest.grant_on_target(target regclass) TO ingest_admin;


--
-- Name: FUNCTION has_unknown_sql(columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.has_unknown_sql(columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.has_unknown_sql(columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.has_unknown_sql(columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION held_body(held bigint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.held_body(held bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.held_body(held bigint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.held_body(held bigint) TO ingest_loader;


--
-- Name: FUNCTION in_doubt(of_file integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.in_doubt(of_file integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.in_doubt(of_file integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.in_doubt(of_file integer) TO ingest_loader;


--
-- Name: FUNCTION incoming_columns(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.incoming_columns(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.incoming_columns(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.incoming_columns(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION inner_objects(columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.inner_objects(columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.inner_objects(columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.inner_objects(columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.inspect_file(contract jsonb, file_no integer, only_record integer, body bytea, wanted integer[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) TO ingest_loader;


--
-- Name: FUNCTION inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.inspect_suspects(contract jsonb, suspects bigint[], INOUT files ingest.claimed_file[], OUT parsed ingest.parsed_record[], OUT faults ingest.fault[]) TO ingest_loader;


--
-- Name: FUNCTION is_constant(tree pg_node_tree); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.is_constant(tree pg_node_tree) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.is_constant(tree pg_node_tree) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.is_constant(tree pg_node_tree) TO ingest_loader;


--
-- Name: FUNCTION is_of_the_moment(state text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.is_of_the_moment(state text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.is_of_the_moment(state text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.is_of_the_moment(state text) TO ingest_loader;


--
-- Name: FUNCTION is_plain_table(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.is_plain_table(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.is_plain_table(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.is_plain_table(target regclass) TO ingest_loader;


--
-- Name: FUNCTION judge_sql(of_dataset text, source text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.judge_sql(of_dataset text, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.judge_sql(of_dataset text, source text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.judge_sql(of_dataset text, source text) TO ingest_loader;


--
-- Name: FUNCTION judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.judge_suspects(INOUT a ingest.load_attempt, suspects bigint[], OUT complete boolean) TO ingest_loader;


--
-- Name: FUNCTION kept_columns(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.kept_columns(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.kept_columns(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.kept_columns(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION kept_value_sql(k ingest.kept_column, target regclass, incoming text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.kept_value_sql(k ingest.kept_column, target regclass, incoming text) TO ingest_loader;


--
-- Name: FUNCTION key_columns(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.key_columns(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.key_columns(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.key_columns(target regclass) TO ingest_loader;


--
-- Name: FUNCTION key_hindrance(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.key_hindrance(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.key_hindrance(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.key_hindrance(target regclass) TO ingest_loader;


--
-- Name: FUNCTION key_match_sql(target regclass, incoming text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.key_match_sql(target regclass, incoming text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.key_match_sql(target regclass, incoming text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.key_match_sql(target regclass, incoming text) TO ingest_loader;


--
-- Name: FUNCTION known_members(columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.known_members(columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.known_members(columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.known_members(columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION known_places(columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.known_places(columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.known_places(columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.known_places(columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION known_values_sql(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.known_values_sql(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.known_values_sql(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.known_values_sql(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION large_document(body bytea); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.large_document(body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.large_document(body bytea) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.large_document(body bytea) TO ingest_loader;


--
-- Name: FUNCTION last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.last_record(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[]) TO ingest_loader;


--
-- Name: FUNCTION load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean); Type: ACL; Schema: ingest; Owner: ingest_loader
--

REVOKE ALL ON FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.load_dataset(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) TO ingest_owner;


--
-- Name: FUNCTION load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.load_files(of_dataset text, files ingest.claimed_file[], engine text, single_records boolean) TO ingest_loader;


--
-- Name: FUNCTION load_gathered(a ingest.load_attempt, c ingest.compiled_dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.load_gathered(a ingest.load_attempt, c ingest.compiled_dataset) TO ingest_loader;


--
-- Name: FUNCTION load_sql(of_dataset text, source text, alone boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.load_sql(of_dataset text, source text, alone boolean) TO ingest_loader;


--
-- Name: FUNCTION lock_known_objects(files ingest.claimed_file[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.lock_known_objects(files ingest.claimed_file[]) TO ingest_loader;


--
-- Name: FUNCTION lock_objects(files ingest.claimed_file[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.lock_objects(files ingest.claimed_file[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.lock_objects(files ingest.claimed_file[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.lock_objects(files ingest.claimed_file[]) TO ingest_loader;


--
-- Name: FUNCTION lock_targets(datasets text[], several_times boolean); Type: ACL; Schema: ingest; Owner: ingest_loader
--

REVOKE ALL ON FUNCTION ingest.lock_targets(datasets text[], several_times boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.lock_targets(datasets text[], several_times boolean) TO ingest_owner;


--
-- Name: FUNCTION long_suspect_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.long_suspect_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.long_suspect_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.long_suspect_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.look_closer(a ingest.load_attempt, c ingest.compiled_dataset, state text) TO ingest_loader;


--
-- Name: FUNCTION made_up(c jsonb, variant integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.made_up(c jsonb, variant integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.made_up(c jsonb, variant integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.made_up(c jsonb, variant integer) TO ingest_loader;


--
-- Name: FUNCTION make_newest(files ingest.claimed_file[], known ingest.delivery[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.make_newest(files ingest.claimed_file[], known ingest.delivery[]) TO ingest_loader;


--
-- Name: FUNCTION mapping(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.mapping(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.mapping(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.mapping(of_dataset text) TO ingest_loader;


--
-- Name: TABLE dataset; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.dataset TO ingest_loader;
GRANT SELECT ON TABLE ingest.dataset TO ingest_admin;
GRANT SELECT ON TABLE ingest.dataset TO ingest_reader;
GRANT SELECT ON TABLE ingest.dataset TO ingest_dbt;


--
-- Name: FUNCTION mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.mapping_problems(d ingest.dataset, columns jsonb, expressions jsonb) TO ingest_loader;


--
-- Name: FUNCTION match_dataset(of_bucket text, of_key text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.match_dataset(of_bucket text, of_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.match_dataset(of_bucket text, of_key text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.match_dataset(of_bucket text, of_key text) TO ingest_loader;


--
-- Name: FUNCTION may_be_the_targets(state text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.may_be_the_targets(state text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.may_be_the_targets(state text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.may_be_the_targets(state text) TO ingest_loader;


--
-- Name: FUNCTION member_path(name text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.member_path(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.member_path(name text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.member_path(name text) TO ingest_loader;


--
-- Name: FUNCTION metadata_columns(); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.metadata_columns() FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.metadata_columns() TO ingest_owner;
GRANT ALL ON FUNCTION ingest.metadata_columns() TO ingest_loader;


--
-- Name: FUNCTION missing_parents_sql(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.missing_parents_sql(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.missing_parents_sql(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.missing_parents_sql(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION native_problem(); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.native_problem() FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.native_problem() TO ingest_owner;
GRANT ALL ON FUNCTION ingest.native_problem() TO ingest_loader;


--
-- Name: FUNCTION native_records_sql(contract jsonb, origin text, record_no text, body text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.native_records_sql(contract jsonb, origin text, record_no text, body text) TO ingest_loader;


--
-- Name: FUNCTION native_rejects(files ingest.claimed_file[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.native_rejects(files ingest.claimed_file[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.native_rejects(files ingest.claimed_file[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.native_rejects(files ingest.claimed_file[]) TO ingest_loader;


--
-- Name: FUNCTION native_rest_source(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.native_rest_source(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.native_rest_source(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.native_rest_source(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION native_source(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.native_source(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.native_source(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.native_source(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION nested_suspect_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.nested_suspect_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.nested_suspect_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.nested_suspect_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION newer_sql(of_dataset text, incoming text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.newer_sql(of_dataset text, incoming text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.newer_sql(of_dataset text, incoming text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.newer_sql(of_dataset text, incoming text) TO ingest_loader;


--
-- Name: FUNCTION not_clean(of_file integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.not_clean(of_file integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.not_clean(of_file integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.not_clean(of_file integer) TO ingest_loader;


--
-- Name: FUNCTION null_suspect_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.null_suspect_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.null_suspect_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.null_suspect_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION numeric_digits(typmod integer, OUT whole integer, OUT scale integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.numeric_digits(typmod integer, OUT whole integer, OUT scale integer) TO ingest_loader;


--
-- Name: FUNCTION object_at(document jsonb, steps text[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.object_at(document jsonb, steps text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.object_at(document jsonb, steps text[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.object_at(document jsonb, steps text[]) TO ingest_loader;


--
-- Name: FUNCTION odd_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.odd_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.odd_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.odd_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION older_sql(d ingest.dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.older_sql(d ingest.dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.older_sql(d ingest.dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.older_sql(d ingest.dataset) TO ingest_loader;


--
-- Name: FUNCTION opened_objects(columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.opened_objects(columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.opened_objects(columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.opened_objects(columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION opened_sql(columns jsonb, records text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.opened_sql(columns jsonb, records text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.opened_sql(columns jsonb, records text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.opened_sql(columns jsonb, records text) TO ingest_loader;


--
-- Name: FUNCTION option_problems(d ingest.dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.option_problems(d ingest.dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.option_problems(d ingest.dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.option_problems(d ingest.dataset) TO ingest_loader;


--
-- Name: FUNCTION order_operator(type_oid oid, strategy smallint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.order_operator(type_oid oid, strategy smallint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.order_operator(type_oid oid, strategy smallint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.order_operator(type_oid oid, strategy smallint) TO ingest_loader;


--
-- Name: FUNCTION parse_path(path text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.parse_path(path text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.parse_path(path text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.parse_path(path text) TO ingest_loader;


--
-- Name: FUNCTION path_accessor(source text, steps jsonb, as_text boolean, type text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.path_accessor(source text, steps jsonb, as_text boolean, type text) TO ingest_loader;


--
-- Name: FUNCTION plain_array_pattern(element jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.plain_array_pattern(element jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.plain_array_pattern(element jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.plain_array_pattern(element jsonb) TO ingest_loader;


--
-- Name: FUNCTION plain_is_due(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.plain_is_due(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.plain_is_due(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.plain_is_due(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION plain_load_sql(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.plain_load_sql(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.plain_load_sql(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.plain_load_sql(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION plain_pattern(c jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.plain_pattern(c jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.plain_pattern(c jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.plain_pattern(c jsonb) TO ingest_loader;


--
-- Name: FUNCTION plain_time_sql(member text, with_time boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.plain_time_sql(member text, with_time boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.plain_time_sql(member text, with_time boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.plain_time_sql(member text, with_time boolean) TO ingest_loader;


--
-- Name: FUNCTION plain_went(of_dataset text, well boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.plain_went(of_dataset text, well boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.plain_went(of_dataset text, well boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.plain_went(of_dataset text, well boolean) TO ingest_loader;


--
-- Name: FUNCTION policy_problems(target regclass, load_mode text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.policy_problems(target regclass, load_mode text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.policy_problems(target regclass, load_mode text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.policy_problems(target regclass, load_mode text) TO ingest_loader;


--
-- Name: FUNCTION prepare_targets(datasets text[], several_times boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.prepare_targets(datasets text[], several_times boolean) TO ingest_loader;


--
-- Name: FUNCTION privilege_problems(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.privilege_problems(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.privilege_problems(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.privilege_problems(target regclass) TO ingest_loader;
GRANT ALL ON FUNCTION ingest.privilege_problems(target regclass) TO ingest_admin;


--
-- Name: FUNCTION probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.probe(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer, OUT state text, OUT message text, OUT context text, OUT loaded boolean) TO ingest_loader;


--
-- Name: FUNCTION process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.process_part(run uuid, started timestamp with time zone, engine text, of_dataset text, part ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT load_ms double precision) TO ingest_loader;


--
-- Name: FUNCTION process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.process_unit(run uuid, started timestamp with time zone, engine text, claimed ingest.claimed_file[], keep_staged boolean, OUT outcomes ingest.file_outcome[], OUT deferrals ingest.deferral[], OUT claim_ms double precision, OUT load_ms double precision, OUT ledger_ms double precision) TO ingest_loader;


--
-- Name: FUNCTION quick_files_sql(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_files_sql(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_files_sql(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_files_sql(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION quick_member_sql(c jsonb, opened jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_member_sql(c jsonb, opened jsonb) TO ingest_loader;


--
-- Name: FUNCTION quick_records_sql(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_records_sql(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_records_sql(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_records_sql(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION quick_source(contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_source(contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_source(contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_source(contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION quick_source(contract jsonb, records text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_source(contract jsonb, records text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_source(contract jsonb, records text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_source(contract jsonb, records text) TO ingest_loader;


--
-- Name: FUNCTION quick_suspect_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_suspect_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_suspect_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_suspect_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION quick_value_sql(c jsonb, member text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.quick_value_sql(c jsonb, member text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.quick_value_sql(c jsonb, member text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.quick_value_sql(c jsonb, member text) TO ingest_loader;


--
-- Name: FUNCTION raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.raw_records(body bytea, steps jsonb, wanted integer[], OUT record_no integer, OUT raw bytea) TO ingest_loader;


--
-- Name: FUNCTION readable_records(body bytea, steps text[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.readable_records(body bytea, steps text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.readable_records(body bytea, steps text[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.readable_records(body bytea, steps text[]) TO ingest_loader;


--
-- Name: FUNCTION readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.readable_text(body bytea, from_byte integer, OUT content text, OUT bad_at integer) TO ingest_loader;


--
-- Name: FUNCTION readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.readmitted(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], candidates bigint[], INOUT probes integer, OUT welcome bigint[]) TO ingest_loader;


--
-- Name: FUNCTION recognise(files ingest.claimed_file[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.recognise(files ingest.claimed_file[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.recognise(files ingest.claimed_file[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.recognise(files ingest.claimed_file[]) TO ingest_loader;


--
-- Name: FUNCTION recognised(f ingest.claimed_file, object_id bigint, status text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.recognised(f ingest.claimed_file, object_id bigint, status text) TO ingest_loader;


--
-- Name: FUNCTION record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.record_fault(raw bytea, deep boolean, OUT record jsonb, OUT error_code text, OUT error text) TO ingest_loader;


--
-- Name: FUNCTION record_key(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.record_key(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.record_key(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.record_key(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.records(body bytea, steps jsonb, path_text text, wanted integer[], OUT record_no integer, OUT raw bytea, OUT record jsonb, OUT error_code text, OUT error text) TO ingest_loader;


--
-- Name: FUNCTION refers_to_itself(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.refers_to_itself(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.refers_to_itself(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.refers_to_itself(target regclass) TO ingest_loader;


--
-- Name: FUNCTION refuse_untold(); Type: ACL; Schema: ingest; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION ingest.refuse_untold() FROM PUBLIC;


--
-- Name: FUNCTION refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.refused(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], first_record integer, last_record integer) TO ingest_loader;


--
-- Name: FUNCTION refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.refused_of_file(source text, file ingest.claimed_file, contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION register(given jsonb); Type: ACL; Schema: ingest; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION ingest.register(given jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.register(given jsonb) TO ingest_admin;


--
-- Name: FUNCTION registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.registration_changes(stored ingest.dataset, d ingest.dataset, mapped jsonb, mapping jsonb) TO ingest_loader;


--
-- Name: FUNCTION rehearse(d ingest.dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.rehearse(d ingest.dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.rehearse(d ingest.dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.rehearse(d ingest.dataset) TO ingest_loader;


--
-- Name: FUNCTION remainder_sql(columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.remainder_sql(columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.remainder_sql(columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.remainder_sql(columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.repeated(of_dataset text, source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION repeated_sql(of_dataset text, source text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.repeated_sql(of_dataset text, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.repeated_sql(of_dataset text, source text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.repeated_sql(of_dataset text, source text) TO ingest_loader;


--
-- Name: FUNCTION replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.replay_dataset(of_dataset text, of_file bigint, up_to bigint, engine text, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) TO ingest_loader;


--
-- Name: FUNCTION require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.require_a_target_that_loads(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION require_deferred_are_told(); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.require_deferred_are_told() FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.require_deferred_are_told() TO ingest_owner;
GRANT ALL ON FUNCTION ingest.require_deferred_are_told() TO ingest_loader;


--
-- Name: FUNCTION same_data_sql(of_dataset text, incoming text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.same_data_sql(of_dataset text, incoming text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.same_data_sql(of_dataset text, incoming text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.same_data_sql(of_dataset text, incoming text) TO ingest_loader;


--
-- Name: FUNCTION sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.sampled_records(source text, files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[]) TO ingest_loader;


--
-- Name: FUNCTION says_registration_is_wrong(state text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.says_registration_is_wrong(state text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.says_registration_is_wrong(state text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.says_registration_is_wrong(state text) TO ingest_loader;


--
-- Name: FUNCTION scalar_text(value jsonb, described jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.scalar_text(value jsonb, described jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.scalar_text(value jsonb, described jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.scalar_text(value jsonb, described jsonb) TO ingest_loader;


--
-- Name: FUNCTION scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.scan_candidates(content text, first_offset integer, total integer, OUT no integer, OUT from_byte integer, OUT bytes integer, OUT deep boolean, OUT error_code text, OUT error text) TO ingest_loader;


--
-- Name: FUNCTION sequencer_order(sequencer text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.sequencer_order(sequencer text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.sequencer_order(sequencer text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.sequencer_order(sequencer text) TO ingest_loader;


--
-- Name: FUNCTION setting(of_name text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.setting(of_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.setting(of_name text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.setting(of_name text) TO ingest_loader;


--
-- Name: FUNCTION settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.settle_faults(batch uuid, started timestamp with time zone, claimed ingest.claimed_file[], deferrals ingest.deferral[]) TO ingest_loader;


--
-- Name: FUNCTION settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.settle_replay(files ingest.claimed_file[], outcome ingest.dataset_outcome, contract jsonb, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) TO ingest_loader;


--
-- Name: FUNCTION settled(of_file bigint, before timestamp with time zone, unresolved boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.settled(of_file bigint, before timestamp with time zone, unresolved boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.settled(of_file bigint, before timestamp with time zone, unresolved boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.settled(of_file bigint, before timestamp with time zone, unresolved boolean) TO ingest_loader;


--
-- Name: FUNCTION shortened_path(path text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.shortened_path(path text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.shortened_path(path text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.shortened_path(path text) TO ingest_loader;


--
-- Name: FUNCTION shown(value text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.shown(value text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.shown(value text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.shown(value text) TO ingest_loader;


--
-- Name: FUNCTION stage_part(content bytea); Type: ACL; Schema: ingest; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION ingest.stage_part(content bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.stage_part(content bytea) TO ingest_loader;


--
-- Name: FUNCTION stage_parts(whole ingest.claimed_file, contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.stage_parts(whole ingest.claimed_file, contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.stage_rejects(of_dataset text, of_file bigint, whole boolean, after_file bigint, after_record integer, up_to bigint) TO ingest_loader;


--
-- Name: FUNCTION staged_body(body bytea, held bigint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.staged_body(body bytea, held bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.staged_body(body bytea, held bigint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.staged_body(body bytea, held bigint) TO ingest_loader;


--
-- Name: FUNCTION staged_bytes(body bytea, held bigint, size bigint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.staged_bytes(body bytea, held bigint, size bigint) TO ingest_loader;


--
-- Name: FUNCTION state_code(state text, detail text, value jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.state_code(state text, detail text, value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.state_code(state text, detail text, value jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.state_code(state text, detail text, value jsonb) TO ingest_loader;


--
-- Name: FUNCTION state_sql(of_dataset text, incoming text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.state_sql(of_dataset text, incoming text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.state_sql(of_dataset text, incoming text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.state_sql(of_dataset text, incoming text) TO ingest_loader;


--
-- Name: FUNCTION steps_path(steps text[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.steps_path(steps text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.steps_path(steps text[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.steps_path(steps text[]) TO ingest_loader;


--
-- Name: FUNCTION still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.still_refused(files ingest.claimed_file[], contract jsonb, parsed ingest.parsed_record[], excluded bigint[], refused ingest.fault[]) TO ingest_loader;


--
-- Name: FUNCTION store_dataset(d ingest.dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.store_dataset(d ingest.dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.store_dataset(d ingest.dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.store_dataset(d ingest.dataset) TO ingest_loader;


--
-- Name: FUNCTION suspects(careful_source text, files ingest.claimed_file[], contract jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.suspects(careful_source text, files ingest.claimed_file[], contract jsonb) TO ingest_loader;


--
-- Name: FUNCTION taken_from(d ingest.dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.taken_from(d ingest.dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.taken_from(d ingest.dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.taken_from(d ingest.dataset) TO ingest_loader;


--
-- Name: FUNCTION takes_any_text(base_oid oid); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.takes_any_text(base_oid oid) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.takes_any_text(base_oid oid) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.takes_any_text(base_oid oid) TO ingest_loader;


--
-- Name: FUNCTION target_columns(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.target_columns(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.target_columns(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.target_columns(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION target_problems(target regclass, load_mode text, version_column name); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.target_problems(target regclass, load_mode text, version_column name) TO ingest_loader;


--
-- Name: FUNCTION tells_refusals(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.tells_refusals(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.tells_refusals(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.tells_refusals(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION text_depth(content text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.text_depth(content text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.text_depth(content text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.text_depth(content text) TO ingest_loader;


--
-- Name: FUNCTION token_is_good(token text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.token_is_good(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.token_is_good(token text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.token_is_good(token text) TO ingest_loader;


--
-- Name: FUNCTION told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.told_of_excluded(a ingest.load_attempt, OUT rejects ingest.fault[], OUT unknown ingest.unknown_seen[]) TO ingest_loader;


--
-- Name: FUNCTION told_refusals(a ingest.load_attempt, of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.told_refusals(a ingest.load_attempt, of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.told_refusals(a ingest.load_attempt, of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.told_refusals(a ingest.load_attempt, of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION told_sql(of_dataset text, source text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.told_sql(of_dataset text, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.told_sql(of_dataset text, source text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.told_sql(of_dataset text, source text) TO ingest_loader;


--
-- Name: FUNCTION too_deep(value jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.too_deep(value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.too_deep(value jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.too_deep(value jsonb) TO ingest_loader;


--
-- Name: FUNCTION trial_document(d ingest.dataset, contract jsonb, variant integer); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.trial_document(d ingest.dataset, contract jsonb, variant integer) TO ingest_loader;


--
-- Name: FUNCTION try_input(content text, base_oid oid, typmod integer, base_type text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.try_input(content text, base_oid oid, typmod integer, base_type text) TO ingest_loader;


--
-- Name: FUNCTION turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.turn_away(files ingest.claimed_file[], OUT remaining ingest.claimed_file[], OUT outcomes ingest.file_outcome[], OUT faults ingest.fault[]) TO ingest_loader;


--
-- Name: FUNCTION type_kind(base_oid oid); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.type_kind(base_oid oid) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.type_kind(base_oid oid) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.type_kind(base_oid oid) TO ingest_loader;


--
-- Name: FUNCTION typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]); Type: ACL; Schema: ingest; Owner: ingest_loader
--

REVOKE ALL ON FUNCTION ingest.typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.typed_rows(of_dataset text, file ingest.claimed_file, excluded bigint[]) TO ingest_owner;


--
-- Name: FUNCTION typed_sql(of_dataset text, contract jsonb, source text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.typed_sql(of_dataset text, contract jsonb, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.typed_sql(of_dataset text, contract jsonb, source text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.typed_sql(of_dataset text, contract jsonb, source text) TO ingest_loader;


--
-- Name: FUNCTION unchanged_sql(of_dataset text, incoming text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unchanged_sql(of_dataset text, incoming text) TO ingest_loader;


--
-- Name: FUNCTION unfit(content text, unfit jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unfit(content text, unfit jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unfit(content text, unfit jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unfit(content text, unfit jsonb) TO ingest_loader;


--
-- Name: FUNCTION unfit_marks(type_oid oid); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unfit_marks(type_oid oid) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unfit_marks(type_oid oid) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unfit_marks(type_oid oid) TO ingest_loader;


--
-- Name: FUNCTION unfit_within(content text, unfit jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unfit_within(content text, unfit jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unfit_within(content text, unfit jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unfit_within(content text, unfit jsonb) TO ingest_loader;


--
-- Name: FUNCTION unique_values(of_dataset text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unique_values(of_dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unique_values(of_dataset text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unique_values(of_dataset text) TO ingest_loader;


--
-- Name: FUNCTION unknown_members(unknown ingest.unknown_seen[], columns jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unknown_members(unknown ingest.unknown_seen[], columns jsonb) TO ingest_loader;


--
-- Name: FUNCTION unstage(files ingest.claimed_file[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unstage(files ingest.claimed_file[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unstage(files ingest.claimed_file[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unstage(files ingest.claimed_file[]) TO ingest_loader;


--
-- Name: FUNCTION unsupported_unicode(content text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.unsupported_unicode(content text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.unsupported_unicode(content text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.unsupported_unicode(content text) TO ingest_loader;


--
-- Name: FUNCTION utf8_error_offset(body bytea); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.utf8_error_offset(body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.utf8_error_offset(body bytea) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.utf8_error_offset(body bytea) TO ingest_loader;


--
-- Name: FUNCTION value_code(c jsonb, value jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.value_code(c jsonb, value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.value_code(c jsonb, value jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.value_code(c jsonb, value jsonb) TO ingest_loader;


--
-- Name: FUNCTION value_error(c jsonb, code text, raw text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.value_error(c jsonb, code text, raw text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.value_error(c jsonb, code text, raw text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.value_error(c jsonb, code text, raw text) TO ingest_loader;


--
-- Name: FUNCTION version(); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.version() FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.version() TO ingest_owner;
GRANT ALL ON FUNCTION ingest.version() TO ingest_loader;
GRANT ALL ON FUNCTION ingest.version() TO ingest_shipper;


--
-- Name: FUNCTION version_sql(of_dataset text, incoming text, strategy smallint); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.version_sql(of_dataset text, incoming text, strategy smallint) TO ingest_loader;


--
-- Name: FUNCTION version_triggers(d ingest.dataset); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.version_triggers(d ingest.dataset) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.version_triggers(d ingest.dataset) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.version_triggers(d ingest.dataset) TO ingest_loader;


--
-- Name: FUNCTION wanted_dataset(stored ingest.dataset, given jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.wanted_dataset(stored ingest.dataset, given jsonb) TO ingest_loader;


--
-- Name: FUNCTION wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.wanted_mapping(stored jsonb, wanted_target regclass, what text, given jsonb) TO ingest_loader;


--
-- Name: FUNCTION warn_of(d ingest.dataset, takes_over boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.warn_of(d ingest.dataset, takes_over boolean) TO ingest_loader;


--
-- Name: FUNCTION winners_sql(of_dataset text, records text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.winners_sql(of_dataset text, records text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.winners_sql(of_dataset text, records text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.winners_sql(of_dataset text, records text) TO ingest_loader;


--
-- Name: FUNCTION with_value(document jsonb, steps jsonb, value jsonb); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.with_value(document jsonb, steps jsonb, value jsonb) TO ingest_loader;


--
-- Name: FUNCTION without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.without_files(a ingest.load_attempt, to_skip integer[], faults ingest.fault[], outcome ingest.load_outcome, drift ingest.drift_seen[]) TO ingest_loader;


--
-- Name: FUNCTION without_nul(body bytea); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.without_nul(body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.without_nul(body bytea) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.without_nul(body bytea) TO ingest_loader;


--
-- Name: FUNCTION without_refused(a ingest.load_attempt, refused ingest.fault[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.without_refused(a ingest.load_attempt, refused ingest.fault[]) TO ingest_loader;


--
-- Name: FUNCTION worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.worded(files ingest.claimed_file[], contract jsonb, faults ingest.fault[], unknown ingest.unknown_seen[]) TO ingest_loader;


--
-- Name: FUNCTION write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.write_drift(of_dataset text, files ingest.claimed_file[], contract jsonb, seen ingest.drift_seen[], started timestamp with time zone) TO ingest_loader;


--
-- Name: FUNCTION write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.write_ledger(run uuid, started timestamp with time zone, files ingest.claimed_file[], outcomes ingest.file_outcome[]) TO ingest_loader;


--
-- Name: FUNCTION write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], steps jsonb, path_text text) TO ingest_loader;


--
-- Name: FUNCTION write_sql(of_dataset text, mixed boolean, alone boolean); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.write_sql(of_dataset text, mixed boolean, alone boolean) TO ingest_loader;


--
-- Name: FUNCTION writes_as_given(target regclass); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.writes_as_given(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.writes_as_given(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.writes_as_given(target regclass) TO ingest_loader;


--
-- Name: FUNCTION written_sql(of_dataset text, source text); Type: ACL; Schema: ingest; Owner: postgres
--

REVOKE ALL ON FUNCTION ingest.written_sql(of_dataset text, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ingest.written_sql(of_dataset text, source text) TO ingest_owner;
GRANT ALL ON FUNCTION ingest.written_sql(of_dataset text, source text) TO ingest_loader;


--
-- Name: FUNCTION ingest_add_metadata_columns(target regclass); Type: ACL; Schema: public; Owner: postgres
--

REVOKE ALL ON FUNCTION public.ingest_add_metadata_columns(target regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_add_metadata_columns(target regclass) TO ingest_owner;
GRANT ALL ON FUNCTION public.ingest_add_metadata_columns(target regclass) TO ingest_admin;


--
-- Name: FUNCTION ingest_deferred(batch uuid); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_deferred(batch uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_deferred(batch uuid) TO ingest_shipper;
GRANT ALL ON FUNCTION public.ingest_deferred(batch uuid) TO ingest_admin;


--
-- Name: FUNCTION ingest_engine(); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_engine() FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_engine() TO ingest_shipper;
GRANT ALL ON FUNCTION public.ingest_engine() TO ingest_admin;
GRANT ALL ON FUNCTION public.ingest_engine() TO ingest_reader;


--
-- Name: FUNCTION ingest_explain(dataset text); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_explain(dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_explain(dataset text) TO ingest_admin;


--
-- Name: FUNCTION ingest_preview(dataset text, body bytea); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_preview(dataset text, body bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_preview(dataset text, body bytea) TO ingest_admin;


--
-- Name: FUNCTION ingest_preview(dataset text, body text); Type: ACL; Schema: public; Owner: postgres
--

REVOKE ALL ON FUNCTION public.ingest_preview(dataset text, body text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_preview(dataset text, body text) TO ingest_owner;
GRANT ALL ON FUNCTION public.ingest_preview(dataset text, body text) TO ingest_admin;


--
-- Name: FUNCTION ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer) TO ingest_shipper;
GRANT ALL ON FUNCTION public.ingest_process_staging(batch uuid, OUT files integer, OUT loaded integer, OUT partially_loaded integer, OUT failed integer, OUT skipped integer, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint, OUT elapsed_ms double precision, OUT deferred integer) TO ingest_admin;


--
-- Name: FUNCTION ingest_prune(older_than interval, unresolved boolean, at_most integer, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_prune(older_than interval, unresolved boolean, at_most integer, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_prune(older_than interval, unresolved boolean, at_most integer, OUT files bigint, OUT objects bigint, OUT rejected_records bigint, OUT rejected_messages bigint, OUT batches bigint, OUT more boolean) TO ingest_admin;


--
-- Name: FUNCTION ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean); Type: ACL; Schema: public; Owner: postgres
--

REVOKE ALL ON FUNCTION public.ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean) TO ingest_owner;
GRANT ALL ON FUNCTION public.ingest_register_dataset(name text, prefix text, target regclass, bucket text, columns jsonb, expressions jsonb, records_path text, load_mode text, version_column name, on_error text, on_unknown text, on_absent text, enabled boolean) TO ingest_admin;


--
-- Name: FUNCTION ingest_reject_message(message_id text, body text, error_code text, error text); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) TO ingest_shipper;


--
-- Name: FUNCTION ingest_replay(dataset text, file_id bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_replay(dataset text, file_id bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_replay(dataset text, file_id bigint, OUT files bigint, OUT records bigint, OUT rows_loaded bigint, OUT rows_rejected bigint, OUT rows_stale bigint) TO ingest_admin;


--
-- Name: FUNCTION ingest_status(); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_status() FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_status() TO ingest_shipper;
GRANT ALL ON FUNCTION public.ingest_status() TO ingest_admin;
GRANT ALL ON FUNCTION public.ingest_status() TO ingest_reader;


--
-- Name: FUNCTION ingest_use_engine(engine text); Type: ACL; Schema: public; Owner: ingest_owner
--

REVOKE ALL ON FUNCTION public.ingest_use_engine(engine text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ingest_use_engine(engine text) TO ingest_admin;


--
-- Name: TABLE batch; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.batch TO ingest_admin;
GRANT SELECT ON TABLE ingest.batch TO ingest_reader;


--
-- Name: TABLE column_mapping; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.column_mapping TO ingest_loader;
GRANT SELECT ON TABLE ingest.column_mapping TO ingest_admin;
GRANT SELECT ON TABLE ingest.column_mapping TO ingest_reader;


--
-- Name: TABLE dataset_fault; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.dataset_fault TO ingest_admin;
GRANT SELECT ON TABLE ingest.dataset_fault TO ingest_reader;


--
-- Name: TABLE deferred; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.deferred TO ingest_admin;


--
-- Name: TABLE file; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.file TO ingest_admin;
GRANT SELECT ON TABLE ingest.file TO ingest_reader;
GRANT SELECT ON TABLE ingest.file TO ingest_dbt;


--
-- Name: TABLE object; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.object TO ingest_admin;


--
-- Name: TABLE rejected_message; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.rejected_message TO ingest_admin;
GRANT SELECT ON TABLE ingest.rejected_message TO ingest_reader;


--
-- Name: TABLE rejected_record; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.rejected_record TO ingest_admin;
GRANT SELECT ON TABLE ingest.rejected_record TO ingest_reader;


--
-- Name: COLUMN rejected_record.reject_id; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(reject_id) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: COLUMN rejected_record.file_id; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(file_id) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: COLUMN rejected_record.record_no; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(record_no) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: COLUMN rejected_record.column_name; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(column_name) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: COLUMN rejected_record.error_code; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(error_code) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: COLUMN rejected_record.rejected_at; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(rejected_at) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: COLUMN rejected_record.replayed_at; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT(replayed_at) ON TABLE ingest.rejected_record TO ingest_dbt;


--
-- Name: TABLE schema_drift; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.schema_drift TO ingest_admin;
GRANT SELECT ON TABLE ingest.schema_drift TO ingest_reader;


--
-- Name: TABLE setting; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.setting TO ingest_loader;
GRANT SELECT ON TABLE ingest.setting TO ingest_admin;
GRANT SELECT ON TABLE ingest.setting TO ingest_reader;


--
-- Name: COLUMN setting.value; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT UPDATE(value) ON TABLE ingest.setting TO ingest_admin;


--
-- Name: TABLE staging; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT SELECT ON TABLE ingest.staging TO ingest_loader;
GRANT SELECT ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.batch_id; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(batch_id) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(batch_id) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.bucket; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(bucket) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(bucket) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.key; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(key) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(key) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.version_id; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(version_id) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(version_id) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.etag; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(etag) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(etag) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.sequencer; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(sequencer) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(sequencer) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.event_time; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(event_time) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(event_time) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.last_modified; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(last_modified) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(last_modified) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.size; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(size) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(size) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.body; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(body) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(body) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: COLUMN staging.error_code; Type: ACL; Schema: ingest; Owner: ingest_owner
--

GRANT INSERT(error_code) ON TABLE ingest.staging TO ingest_shipper;
GRANT INSERT(error_code) ON TABLE ingest.staging TO ingest_admin;


--
-- Name: TABLE events; Type: ACL; Schema: shop; Owner: postgres
--

GRANT SELECT,INSERT,UPDATE ON TABLE shop.events TO ingest_loader;


--
-- Name: TABLE orders; Type: ACL; Schema: shop; Owner: postgres
--

GRANT SELECT,INSERT,UPDATE ON TABLE shop.orders TO ingest_loader;


--
-- PostgreSQL database dump complete
--

\unrestrict kh0VO2MSvGN9wYTnKM0mrRfLm2oCsfChkElLdquJR5WyZ8KxJ2dWLA7ncAzY8JV

--
-- PostgreSQL database dump
--

\restrict gfAf9xO9kDTOGmCSuOiuhCkOeI7QQILFddh6imQqpMS4G93yBFaNjT87iiVKxFb

-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Data for Name: staging; Type: TABLE DATA; Schema: ingest; Owner: ingest_owner
--

INSERT INTO ingest.staging VALUES (NULL, '', 'orders/2.json', NULL, NULL, NULL, NULL, NULL, NULL, '\x7b226964223a202264222c20226e223a20347d', NULL, NULL);


--
-- PostgreSQL database dump complete
--

\unrestrict gfAf9xO9kDTOGmCSuOiuhCkOeI7QQILFddh6imQqpMS4G93yBFaNjT87iiVKxFb

