"""Loads files as the first Python program does: psycopg2's `executemany`, one call a file, a COMMIT a batch."""

import job
import psycopg2
import upsert


def main() -> None:
    """Loads the job's files."""
    todo = job.read()
    connection = psycopg2.connect(todo["url"])
    holders = ", ".join(["%s"] * len(todo["columns"]))
    statement = upsert.statement(todo, f"({holders})")

    def load(paths: list) -> None:
        with connection, connection.cursor() as cursor:
            for path in paths:
                cursor.executemany(statement, upsert.rows(todo, job.records(path)))

    job.measure(todo, load)


if __name__ == "__main__":
    main()
