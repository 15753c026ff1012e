-- Declared by hand: pgrx has no type for a function that takes its columns from the caller.
CREATE FUNCTION read_rows(contract jsonb, file_no integer, body bytea) RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE ROWS 100 AS 'MODULE_PATHNAME', 'ingest_native_read_rows';
