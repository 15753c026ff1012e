"""A database filled through the real pipeline, and the dbt project run on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import psycopg2.extras
from dbt.cli.main import dbtRunner

from cluster import LIMITS, REPOSITORY

PROJECT = REPOSITORY / "dbt"
sys.path.insert(0, str(PROJECT))

from daily_run import SESSION  # noqa: E402  (found through the line above)

MARTS = ("orders", "order_items", "daily_revenue", "daily_customer_metrics", "order_funnel", "customers",
         "load_quality", "load_children", "load_rejects")
DATASETS = """
SELECT public.ingest_register_dataset(name => 'orders', prefix => 'input/orders/', target => 'landing.orders',
  version_column => 'updated_at',
  columns => '{"ship_city": "$.shipping.city", "ship_country": "$.shipping.country", "ship_postcode": "$.shipping.postcode"}');
SELECT public.ingest_register_dataset(name => 'order_items', parent => 'orders', records_path => '$.items[*]', target => 'landing.order_items',
  columns => '{"line_no": "position:"}');
SELECT public.ingest_register_dataset(name => 'customers', prefix => 'input/customers/', target => 'landing.customers',
  version_column => 'updated_at');
"""


class Warehouse:
    """One database: files go in through the pipeline, marts come out through dbt."""

    def __init__(self, url: str, work: Path) -> None:
        """`work` holds dbt's own files; shared by tests, it saves parsing the project each time."""
        self.url = url
        self.work = work
        self.session = psycopg2.connect(url, options=LIMITS)
        self.session.autocommit = True
        self.sql(DATASETS)

    def close(self) -> None:
        """Ends the session."""
        self.session.close()

    def sql(self, statement: str, **parameters) -> list[tuple]:
        """Runs a statement in a transaction of its own; returns its rows."""
        with self.session.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def load(self, dataset: str, name: str, content: list[dict] | bytes) -> dict:
        """Loads one file of records (or raw bytes) as the shipper would; returns the pipeline's counts."""
        with self.loading(dataset, name, content) as counts:
            return counts

    @contextmanager
    def loading(self, dataset: str, name: str, content: list[dict] | bytes):
        """The same, but the transaction stays open inside the `with`, and commits at its end."""
        body = content if isinstance(content, bytes) else "\n".join(map(json.dumps, content)).encode()
        session = psycopg2.connect(self.url, options=LIMITS)
        try:
            with session, session.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                cursor.execute("INSERT INTO ingest.staging (bucket, key, body, event_time) VALUES ('b', %s, %s, now())",
                               (f"input/{dataset}/{name}.json", body))
                cursor.execute("SELECT * FROM public.ingest_process_staging()")
                yield dict(cursor.fetchone())
        finally:
            session.close()

    def environment(self, **changes: str | None) -> dict[str, str]:
        """The environment by which dbt finds this database; None removes a variable."""
        parts = urlsplit(self.url)
        variables = {**os.environ, "PGHOST": parts.hostname, "PGPORT": str(parts.port), "PGUSER": parts.username,
                     "PGPASSWORD": unquote(parts.password or ""), "PGDATABASE": parts.path.lstrip("/"), "PGSSLMODE": "prefer",
                     "DBT_ROLE": "ingest_dbt", "DBT_TARGET_PATH": str(self.work / "target"),
                     "DBT_LOG_PATH": str(self.work / "logs"), "PGOPTIONS": f"{SESSION} {LIMITS}", **changes}
        return {name: value for name, value in variables.items() if value is not None}

    def dbt(self, *arguments: str):
        """Runs a dbt command in this process; returns its outcome."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        try:
            return dbtRunner().invoke([*arguments, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)])
        finally:
            os.environ.clear()
            os.environ.update(before)

    def build(self, *arguments: str) -> None:
        """`dbt build` without unit tests, which need no pipeline; nothing may fail or warn."""
        self._built("--exclude-resource-type", "unit_test", *arguments)

    def increment(self, *arguments: str) -> None:
        """The same without the project's own tests, for steps on the way to what is tested."""
        self._built("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test", *arguments)

    def _built(self, *arguments: str) -> None:
        outcome = self.dbt("build", *arguments)
        assert outcome.exception is None, outcome.exception
        unwell = [f"{result.node.name}: {result.status} {result.message}" for result in outcome.result.results
                  if str(result.status) not in ("success", "pass", "no-op")]
        assert not unwell, "\n".join(unwell)

    def daily_run(self, *arguments: str, **environment: str | None) -> subprocess.CompletedProcess:
        """`dbt/daily_run.py` as an operator starts it."""
        return subprocess.run([sys.executable, str(PROJECT / "daily_run.py"), "--artifacts", str(self.work / "artifacts"), *arguments],
                              env=self.environment(**environment), capture_output=True, text=True, check=False)

    def keep_marts(self, schema: str) -> None:
        """Copies every mart as it is now into a schema."""
        self.sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
        for mart in MARTS:
            self.sql(f"CREATE TABLE {schema}.{mart} AS SELECT * FROM analytics.{mart}")

    def differences(self, schema: str) -> dict[str, int]:
        """How many rows each mart has now that it had not when it was kept, or the other way round; only where any."""
        counts = {}
        for mart in MARTS:
            now, then = f"SELECT * FROM analytics.{mart}", f"SELECT * FROM {schema}.{mart}"
            ((counts[mart],),) = self.sql(
                f"SELECT count(*) FROM (({now} EXCEPT ALL {then}) UNION ALL ({then} EXCEPT ALL {now})) AS different")
        return {mart: count for mart, count in counts.items() if count}
