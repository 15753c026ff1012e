"""The upsert that both psycopg2 loaders send, and the rows that they send with it."""

import json

import job


def statement(todo: dict, values: str) -> str:
    """INSERT … ON CONFLICT that keeps the newer row; `values` stands behind VALUES."""
    names = [column["name"] for column in todo["columns"]]
    assigned = ", ".join(f"{name} = excluded.{name}" for name in names if name != todo["key"])
    return (
        f"INSERT INTO {todo['schema']}.{todo['table']} AS t ({', '.join(names)}) VALUES {values} "
        f"ON CONFLICT ({todo['key']}) DO UPDATE SET {assigned} "
        f"WHERE excluded.{todo['version']} > t.{todo['version']}"
    )


def temporary_table(todo: dict) -> str:
    """The table `incoming` of the session, with the target's types."""
    columns = ", ".join(f"{column['name']} {column['type']}" for column in todo["columns"])
    return f"CREATE TEMPORARY TABLE incoming ({columns})"


def from_temporary_table(todo: dict) -> str:
    """The same of what lies in `incoming`: of each key its newest row, in the order of the keys."""
    key, version = todo["key"], todo["version"]
    cast = ", ".join(f"{column['name']}::{column['type']}" for column in todo["columns"])
    newest = f"(SELECT DISTINCT ON ({key}) {cast} FROM incoming ORDER BY {key}, {version} DESC)"
    return statement(todo, "%s").replace("VALUES %s", newest)


def rows(todo: dict, records: list) -> list:
    """A tuple a record, with objects and arrays as JSON text."""
    columns = [(column["path"], column["type"] == "jsonb") for column in todo["columns"]]
    return [tuple(value(record, path, is_json) for path, is_json in columns) for record in records]


def value(record: dict, path: list, is_json: bool):
    """One column's value."""
    found = job.member(record, path)
    return json.dumps(found) if is_json and found is not None else found
