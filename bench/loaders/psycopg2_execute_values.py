"""Loads files as a careful Python program does: psycopg2's `execute_values`, one statement a file, a COMMIT a batch."""

import job
import psycopg2
import upsert
from psycopg2.extras import execute_values


def main() -> None:
    """Loads the job's files."""
    todo = job.read()
    connection = psycopg2.connect(todo["url"])
    statement = upsert.statement(todo, "%s")

    def load(paths: list) -> None:
        with connection, connection.cursor() as cursor:
            for path in paths:
                rows = upsert.rows(todo, job.records(path))
                # One statement for all rows: by its documentation page_size is what makes execute_values fast.
                execute_values(cursor, statement, rows, page_size=len(rows))

    job.measure(todo, load)


if __name__ == "__main__":
    main()
