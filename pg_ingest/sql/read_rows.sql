-- Declared by hand: pgrx has no type for functions that take their columns from the caller.
CREATE FUNCTION read_rows(contract jsonb, file_no integer, body bytea, context jsonb) RETURNS SETOF record
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE ROWS 100 AS 'MODULE_PATHNAME', 'ingest_native_read_rows';
CREATE FUNCTION gathered_rows() RETURNS SETOF record
LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10000 AS 'MODULE_PATHNAME', 'ingest_native_gathered_rows';
