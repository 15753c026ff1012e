-- pg_ingest 0.2.0
-- Objects and arrays for types of extensions that read a notation of their own: hstore, PostGIS' geometry and geography, vector, cube.

CREATE FUNCTION ingest.container_forms() RETURNS TABLE (form text, input_functions text[], expected text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('hstore', '{hstore_in}'::text[], 'an object of scalars or a text'),
    ('geojson', '{geometry_in,geography_in}', 'a geometry of GeoJSON, in SRID 4326, or a text'),
    ('vector', '{vector_in,halfvec_in}', 'an array of numbers or a text'),
    ('cube', '{cube_in}', 'one or two arrays of numbers or a text')
$$;
COMMENT ON FUNCTION ingest.container_forms() IS 'The forms in which types of extensions take an object or array: the input functions that the types are known by, and what messages expect.';

-- By the input function: who makes an extension chooses its schema, and a type of another extension may have the same name.
CREATE FUNCTION ingest.container_form(base_oid oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT f.form FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typinput JOIN ingest.container_forms() AS f ON p.proname = ANY (f.input_functions)
    WHERE t.oid = base_oid AND t.oid >= 16384);
END
$$;
COMMENT ON FUNCTION ingest.container_form(oid) IS 'In which of container_forms() a base type takes an object or array; NULL where it takes none, or is PostgreSQL''s own.';

-- PostGIS' liblwgeom.h, TYPMOD_GET_SRID: 21 bits, of which the first is the sign.
CREATE FUNCTION ingest.geometry_srid(described jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT nullif((described ->> 'typmod')::integer >> 8 & 1048575, 0) WHERE (described ->> 'typmod')::integer > 0
$$;
COMMENT ON FUNCTION ingest.geometry_srid(jsonb) IS 'The SRID that a described geometry type asks for; NULL where it asks for none.';

CREATE FUNCTION ingest.whole_conversion(conversion text, described jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  form text := CASE WHEN described ->> 'kind' = 'other' THEN ingest.container_form((described ->> 'base_oid')::oid) END;
BEGIN
  -- GeoJSON is in degrees, and the column may want another reference system.
  IF form = 'geojson' AND ingest.geometry_srid(described) <> 4326 THEN
    form := 'geojson:' || ingest.geometry_srid(described);
  END IF;
  -- What JSON in a string holds is taken as if it had stood there.
  RETURN CASE WHEN form IS NULL THEN conversion WHEN conversion IS NULL THEN form WHEN conversion = 'json_text' THEN 'json_text:' || form ELSE conversion END;
END
$$;
COMMENT ON FUNCTION ingest.whole_conversion(text, jsonb) IS 'A column''s conversion with the one that its type needs, if any, to take an object or array.';

CREATE FUNCTION ingest.hstore_text(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF jsonb_typeof(value) <> 'object' OR EXISTS (SELECT FROM jsonb_each(value) AS e WHERE jsonb_typeof(e.value) IN ('object', 'array')) THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT coalesce(string_agg(format('"%s"=>%s', replace(replace(e.key, '\', '\\'), '"', '\"'),
      coalesce('"' || replace(replace(e.value #>> '{}', '\', '\\'), '"', '\"') || '"', 'NULL')), ', '), '') FROM jsonb_each(value) AS e);
END
$$;
COMMENT ON FUNCTION ingest.hstore_text(jsonb) IS 'The notation of hstore for an object of scalars; NULL where there is none.';

CREATE FUNCTION ingest.numbers_text(value jsonb, opens text, closes text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF jsonb_typeof(value) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(value) AS e WHERE jsonb_typeof(e.value) <> 'number') THEN
    RETURN NULL;
  END IF;
  RETURN opens || (SELECT coalesce(string_agg(e.value::text, ',' ORDER BY e.no), '') FROM jsonb_array_elements(value) WITH ORDINALITY AS e (value, no)) || closes;
END
$$;
COMMENT ON FUNCTION ingest.numbers_text(jsonb, text, text) IS 'An array of numbers between two brackets, with commas; NULL where it is none.';

CREATE FUNCTION ingest.cube_text(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  -- One corner, or two.
  RETURN CASE WHEN jsonb_typeof(value) <> 'array' THEN NULL WHEN jsonb_array_length(value) = 2 AND jsonb_typeof(value -> 0) = 'array'
    THEN ingest.numbers_text(value -> 0, '(', '),') || ingest.numbers_text(value -> 1, '(', ')')
    ELSE ingest.numbers_text(value, '(', ')') END;
END
$$;
COMMENT ON FUNCTION ingest.cube_text(jsonb) IS 'The notation of cube for an array of numbers, or of two such arrays; NULL where there is none.';

-- How deep the positions of each kind of geometry lie in its coordinates.
CREATE FUNCTION ingest.geometry_depth(kind text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE $1 WHEN 'Point' THEN 0 WHEN 'LineString' THEN 1 WHEN 'MultiPoint' THEN 1 WHEN 'Polygon' THEN 2 WHEN 'MultiLineString' THEN 2 WHEN 'MultiPolygon' THEN 3 END
$$;
COMMENT ON FUNCTION ingest.geometry_depth(text) IS 'Levels of arrays around the positions of a kind of geometry (RFC 7946); NULL of what is no kind.';

CREATE FUNCTION ingest.positions_text(coordinates jsonb, depth integer, numbers integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  parts text[];
BEGIN
  IF jsonb_typeof(coordinates) <> 'array' THEN
    RETURN NULL;
  ELSIF depth = 0 THEN
    RETURN CASE WHEN jsonb_array_length(coordinates) = numbers THEN translate(ingest.numbers_text(coordinates, '', ''), ',', ' ') END;
  END IF;
  SELECT array_agg(ingest.positions_text(e.value, depth - 1, numbers) ORDER BY e.no) INTO parts FROM jsonb_array_elements(coordinates) WITH ORDINALITY AS e (value, no);
  RETURN CASE WHEN array_position(parts, NULL) IS NULL THEN '(' || array_to_string(parts, ',') || ')' END;
END
$$;
COMMENT ON FUNCTION ingest.positions_text(jsonb, integer, integer)
  IS 'Coordinates as the notation of geometries has them, each position of so many numbers; NULL where they are none.';

CREATE FUNCTION ingest.geometry_text(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  kind text := value ->> 'type';
  depth integer := ingest.geometry_depth(kind);
  first jsonb := value -> 'coordinates';
  numbers integer;
  inside text;
BEGIN
  IF kind = 'GeometryCollection' AND jsonb_typeof(value -> 'geometries') = 'array' AND coalesce(jsonb_typeof(value -> 'crs'), 'null') = 'null' THEN
    RETURN (SELECT CASE WHEN count(*) = 0 THEN 'GEOMETRYCOLLECTION EMPTY' WHEN count(*) = count(g.text) THEN 'GEOMETRYCOLLECTION(' || string_agg(g.text, ',' ORDER BY g.no) || ')' END
      FROM (SELECT ingest.geometry_text(e.value) AS text, e.no FROM jsonb_array_elements(value -> 'geometries') WITH ORDINALITY AS e (value, no)) AS g);
  ELSIF depth IS NULL OR jsonb_typeof(first) IS DISTINCT FROM 'array' OR jsonb_typeof(value -> 'crs') <> 'null' THEN
    -- With a reference system of its own, which only older GeoJSON has, the numbers may be no degrees.
    RETURN NULL;
  ELSIF first = '[]' THEN
    RETURN upper(kind) || ' EMPTY';
  END IF;
  -- All positions have as many numbers as the first: two, or three with a height.
  FOR i IN 1 .. depth LOOP
    first := first -> 0;
  END LOOP;
  IF jsonb_typeof(first) IS DISTINCT FROM 'array' OR jsonb_array_length(first) NOT IN (2, 3) THEN
    RETURN NULL;
  END IF;
  numbers := jsonb_array_length(first);
  inside := ingest.positions_text(value -> 'coordinates', depth, numbers);
  RETURN upper(kind) || CASE numbers WHEN 3 THEN ' Z ' ELSE '' END || CASE depth WHEN 0 THEN '(' || inside || ')' ELSE inside END;
END
$$;
COMMENT ON FUNCTION ingest.geometry_text(jsonb) IS 'The well-known text of a geometry of GeoJSON; NULL where it is none.';

-- Where PostGIS is, its geometry type tells: whoever makes the extension chooses the schema.
CREATE FUNCTION ingest.transformed_geometry(content text, srid integer) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
DECLARE
  made text;
BEGIN
  EXECUTE (SELECT format('SELECT %1$I.st_transform($1::%1$I.geometry, $2)::text', n.nspname) FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typinput AND p.proname = 'geometry_in'
    JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE t.typname = 'geometry' AND t.oid >= 16384) INTO made USING content, srid;
  RETURN made;
EXCEPTION WHEN OTHERS OR assert_failure THEN
  -- PROJ says what it likes of a place that the other reference system does not reach.
  IF ingest.is_of_the_moment(SQLSTATE) THEN
    RAISE;
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ingest.transformed_geometry(text, integer)
  IS 'The text of a geometry in another reference system, of that in its own; NULL where it cannot be transformed.';

CREATE FUNCTION ingest.container_text(value jsonb, form text, argument text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, ingest, pg_temp AS $$
BEGIN
  RETURN CASE form WHEN 'hstore' THEN ingest.hstore_text(value) WHEN 'vector' THEN ingest.numbers_text(value, '[', ']') WHEN 'cube' THEN ingest.cube_text(value)
    -- GeoJSON counts in degrees on WGS 84 (RFC 7946).
    WHEN 'geojson' THEN CASE WHEN argument = '' THEN 'SRID=4326;' || ingest.geometry_text(value)
      ELSE ingest.transformed_geometry('SRID=4326;' || ingest.geometry_text(value), argument::integer) END END;
END
$$;
COMMENT ON FUNCTION ingest.container_text(jsonb, text, text)
  IS 'What a type with such a container_form() reads in the place of an object or array; NULL where it takes no such one. argument: the SRID that a geometry is transformed to, or empty.';
