"""Loads files as an expert's Python does today: orjson, COPY into a temporary table, one upsert a batch.

Nothing is validated and no ledger is kept: one bad value fails the batch.
"""

import job
import orjson
import psycopg
import upsert


def main() -> None:
    """Loads the job's files."""
    todo = job.read()
    connection = psycopg.connect(todo["url"])
    connection.execute(upsert.temporary_table(todo))
    connection.commit()
    columns = [(column["path"], column["type"] == "jsonb") for column in todo["columns"]]
    copied = f"COPY incoming ({', '.join(column['name'] for column in todo['columns'])}) FROM STDIN"
    merged = upsert.from_temporary_table(todo)

    def load(paths: list) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE incoming")
            with cursor.copy(copied) as copy:
                for path in paths:
                    with open(path, "rb") as file:
                        records = orjson.loads(file.read())
                    for record in records:
                        copy.write_row([value(record, *column) for column in columns])
            cursor.execute(merged)

    job.measure(todo, load, connection.info.backend_pid)


def value(record: dict, path: list, is_json: bool):
    """One column's value, objects and arrays as JSON text."""
    found = job.member(record, path)
    return orjson.dumps(found).decode() if is_json and found is not None else found


if __name__ == "__main__":
    main()
