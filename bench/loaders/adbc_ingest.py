"""Loads files by Arrow: orjson, a columnar table that ADBC's driver copies in binary, one upsert a batch.

Nothing is validated and no ledger is kept: one bad value fails the batch.
"""

import adbc_driver_postgresql.dbapi as adbc
import job
import orjson
import pyarrow
import upsert


def main() -> None:
    """Loads the job's files."""
    todo = job.read()
    connection = adbc.connect(todo["url"])
    merged = upsert.from_temporary_table(todo)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    connection.commit()

    def load(paths: list) -> None:
        records = []
        for path in paths:
            with open(path, "rb") as file:
                records += orjson.loads(file.read())
        table = pyarrow.table({column["name"]: texts(records, column) for column in todo["columns"]})
        with connection.cursor() as cursor:
            cursor.adbc_ingest("incoming", table, mode="replace", temporary=True)
            cursor.execute(merged)
        connection.commit()

    job.measure(todo, load, backend)


def texts(records: list, column: dict) -> pyarrow.Array:
    """One column of all records, as text: the upsert casts it."""
    return pyarrow.array([text(job.member(record, column["path"])) for record in records], pyarrow.string())


def text(found) -> str | None:
    """One value as text, objects and arrays as JSON."""
    if found is None or isinstance(found, str):
        return found
    return orjson.dumps(found).decode()


if __name__ == "__main__":
    main()
