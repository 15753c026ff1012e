"""A migrated PostgreSQL to make databases in: one that runs already, or one of our own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

REPOSITORY = Path(__file__).resolve().parents[2]
# No statement of a test takes as long. One that waits for another for ever fails, and says for which.
LIMITS = "-c statement_timeout=300000"


class Cluster:
    """A PostgreSQL server whose first database is migrated and never written to: the template of all others."""

    def __init__(self, url: str) -> None:
        self.url = url

    def url_of(self, database: str) -> str:
        """The URL of another database of the server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))

    def create_database(self) -> str:
        """Makes a copy of the migrated database; returns its URL. Always of one name, which dbt's parsed project mentions."""
        name = "dbt_test"
        template = urlsplit(self.url).path.lstrip("/")
        # From another database than the template, which must have no session while it is copied.
        self._maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        """Drops a database that `create_database` made."""
        self._maintain(f'DROP DATABASE IF EXISTS "{urlsplit(url).path.lstrip("/")}" WITH (FORCE)')

    def _maintain(self, *statements: str) -> None:
        session = psycopg2.connect(self.url_of("template1"), options=LIMITS)
        session.autocommit = True
        try:
            with session.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            session.close()


class OwnCluster(Cluster):
    """A server that `cargo xtask db start` starts in a folder of its own; `close` stops it and removes the folder."""

    def __init__(self, engine: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-ingest-dbt-"))
        # The server may run as another user than the tests.
        self.folder.chmod(0o755)
        try:
            super().__init__(xtask("db", "start", "--data", str(self.folder / "data"), "--engine", engine).splitlines()[-1])
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    def close(self) -> None:
        """Stops the server and removes its data."""
        xtask("db", "stop", "--data", str(self.folder / "data"))
        shutil.rmtree(self.folder)


def xtask(*arguments: str) -> str:
    """Runs a developer command of the repository; returns what it printed."""
    done = subprocess.run(["cargo", "run", "--quiet", "--package", "xtask", "--", *arguments],
                          cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()
