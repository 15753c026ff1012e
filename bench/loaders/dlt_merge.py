"""Loads files with dlt: one pipeline run a batch, merged by key.

As dlt's pages on performance and on the PostgreSQL destination advise: whole files are yielded and not single records, the
types are given, nested values stay json columns, the load files are CSV (which dlt hands to COPY) and not compressed, and
the cheaper `upsert` strategy is used where keys are unique.
"""

import os

# Read by dlt when it is imported.
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
os.environ["DATA_WRITER__DISABLE_COMPRESSION"] = "true"

import dlt  # noqa: E402
import job  # noqa: E402

TYPES = {"bigint": "bigint", "timestamptz": "timestamp", "jsonb": "json"}


def main() -> None:
    """Loads the job's files."""
    todo = job.read()
    columns = {column["name"]: hints(column) for column in todo["columns"]}
    pipeline = dlt.pipeline(
        pipeline_name=f"bench_{todo['table']}",
        pipelines_dir=os.path.join(todo["folder"], "dlt"),
        # The target has its key already; another index would only cost.
        destination=dlt.destinations.postgres(todo["url"], create_indexes=False),
        dataset_name=todo["schema"],
    )

    def load(paths: list) -> None:
        @dlt.resource(
            name=todo["table"],
            primary_key=todo["key"],
            columns=columns,
            max_table_nesting=0,
            write_disposition={"disposition": "merge", "strategy": "upsert"},
        )
        def files():
            for path in paths:
                yield [row(todo, record) for record in job.records(path)]

        pipeline.run(files(), loader_file_format="csv").raise_on_failed_jobs()

    job.measure(todo, load)


def row(todo: dict, record: dict) -> dict:
    """The record with its values under the columns' names."""
    return {column["name"]: job.member(record, column["path"]) for column in todo["columns"]}


def hints(column: dict) -> dict:
    """A column's type as dlt names it; what it has no name for travels as text or as a decimal."""
    declared = column["type"]
    if declared.startswith("numeric"):
        precision, scale = declared[len("numeric(") : -1].split(",")
        return {"data_type": "decimal", "precision": int(precision), "scale": int(scale)}
    return {"data_type": TYPES.get(declared, "text")}


if __name__ == "__main__":
    main()
