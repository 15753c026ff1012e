-- pg_ingest 0.2.0
-- What a body is that is not UTF-8, or no JSON: formats and encodings that people send where JSON was meant.

CREATE FUNCTION ingest.body_format(body bytea) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.name
  FROM (VALUES (1, '\x1f8b'::bytea, 'gzip that is damaged, cut off, or was staged without being inflated'),
    (2, '\x28b52ffd', 'zstd that is damaged, cut off, looks back further than 8 MB, or was staged without being unpacked'),
    (3, 'BZh', 'bzip2'), (4, '\x504b0304', 'a zip archive'), (5, '\xfd377a585a00', 'xz'), (6, '\x04224d18', 'lz4'),
    (7, '\xff060000734e61507059', 'snappy'), (8, '\x789c', 'zlib'), (9, '\x78da', 'zlib'), (10, '\x377abcaf271c', '7-Zip'),
    (11, '\x1f9d', 'compress (.Z)'), (12, '\xfffe0000', 'UTF-32'), (13, '\x0000feff', 'UTF-32'), (14, '\x000000', 'UTF-32'),
    (15, '\xfffe', 'UTF-16'), (16, '\xfeff', 'UTF-16'),
    -- Without a mark JSON shows by its first bracket.
    (17, '\x5b00', 'UTF-16'), (18, '\x7b00', 'UTF-16'), (19, '\x005b', 'UTF-16'), (20, '\x007b', 'UTF-16'),
    (21, 'PAR1', 'Parquet'), (22, '\x4f626a01', 'Avro'), (23, 'ORC', 'ORC')) AS f (no, start, name)
  WHERE substring(body FOR length(f.start)) = f.start ORDER BY f.no LIMIT 1
$$;
COMMENT ON FUNCTION ingest.body_format(bytea) IS 'The name of a format that is not read, where the body begins like one: what people send where JSON was meant.';

CREATE FUNCTION ingest.one_byte_encoding(body bytea, bad_at integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE WHEN substring(ltrim(body, '\x20090a0d') FOR 1) IN ('{', '[') AND length(body) > bad_at + 1 AND get_byte(body, bad_at + 1) < 128
    AND (get_byte(body, bad_at + 1) | 32 BETWEEN 97 AND 122 OR get_byte(body, bad_at - 1) | 32 BETWEEN 97 AND 122)
    THEN 'Latin-1, Windows-1252 or another encoding of one byte a character' END;
END
$$;
COMMENT ON FUNCTION ingest.one_byte_encoding(bytea, integer)
  IS 'What JSON is named in which a byte that is not UTF-8 stands alone beside a letter; NULL where it does not. body is the body, and bad_at the offset of its first such byte.';
