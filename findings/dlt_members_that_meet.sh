#!/usr/bin/env bash
# dlt 1.31.0 with DuckDB 2.0.1.
#
# dlt turns member names into snake_case column names. Two members of one record that meet in one name, such as orderId and
# order_id, become one column, and the later of the two in the record is kept. The other value is gone: no warning, no error, no
# second column, and the load is reported as complete.
. "$(dirname "$0")/setup.sh"
with_python 'dlt[duckdb]==1.31.0' duckdb==2.0.1

export RUNTIME__DLTHUB_TELEMETRY=false DLT_DATA_DIR=$folder/dlt FOLDER=$folder
python > "$folder/found" 2>&1 <<'PYTHON'
import os
import dlt

for name, record in [("camel_first", {"orderId": 1, "order_id": 2}), ("snake_first", {"order_id": 2, "orderId": 1})]:
    pipeline = dlt.pipeline(
        name,
        destination=dlt.destinations.duckdb(f"{os.environ['FOLDER']}/{name}.duckdb"),
        dataset_name="shop",
        pipelines_dir=f"{os.environ['FOLDER']}/pipelines",
    )
    load = pipeline.run([record], table_name="orders")
    columns = [column for column in pipeline.default_schema.get_table_columns("orders") if not column.startswith("_dlt")]
    with pipeline.sql_client() as client:
        rows = client.execute_sql(f"SELECT {', '.join(columns)} FROM orders")
    print(record, "->", columns, rows, "failed jobs:", load.has_failed_jobs)
PYTHON

as_seen "$folder/found" <<'SEEN'
{'orderId': 1, 'order_id': 2} -> ['order_id'] [(2,)] failed jobs: False
{'order_id': 2, 'orderId': 1} -> ['order_id'] [(1,)] failed jobs: False
SEEN
