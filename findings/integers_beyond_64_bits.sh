#!/usr/bin/env bash
# DuckDB 2.0.1, polars 2.1.0, pyarrow 26.0.1, orjson 3.13.0.
#
# JSON sets no limit to an integer. Of four readers of the same line, three make a float of an integer beyond 64 bits and lose
# its last digits without a word. polars chooses a 128-bit integer and keeps them.
. "$(dirname "$0")/setup.sh"
with_python duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1 orjson==3.13.0

printf '{"id": 12345678901234567890123456789}\n' > "$folder/line.jsonl"
LINE=$folder/line.jsonl python > "$folder/found" 2>&1 <<'PYTHON'
import os
import duckdb, orjson, polars, pyarrow.json

line = os.environ["LINE"]
print("DuckDB ", *duckdb.sql(f"SELECT typeof(id), id FROM read_json('{line}')").fetchall()[0])
table = pyarrow.json.read_json(line)
print("pyarrow", table.schema.field("id").type, table["id"][0])
print("orjson ", orjson.loads(open(line, "rb").read())["id"])
frame = polars.read_ndjson(line)
print("polars ", frame.schema["id"], frame["id"][0])
PYTHON

as_seen "$folder/found" <<'SEEN'
DuckDB  DOUBLE 1.2345678901234568e+28
pyarrow double 1.2345678901234568e+28
orjson  1.2345678901234568e+28
polars  Int128 12345678901234567890123456789
SEEN
