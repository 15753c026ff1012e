"""A private PostgreSQL with TLS, and databases in it that are owned as on RDS: by a login that is no superuser."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.parse

import psycopg

ROOT = pathlib.Path(__file__).resolve().parents[2]
MASTER, MASTER_PASSWORD = "ingest_master", "only-the-master-knows"


def xtask(*arguments, environment=None, check=True):
    """Runs cargo xtask; returns what it answered."""
    answer = subprocess.run(
        ["cargo", "xtask", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if check and answer.returncode != 0:
        raise AssertionError(f"cargo xtask {' '.join(map(str, arguments))}: {answer.stdout}{answer.stderr}")
    return answer


def with_targets(folder):
    """A copy of the project's migrations, with the sample targets as a user's own line."""
    shutil.copytree(ROOT / "migrations", folder)
    (folder / "own").mkdir(exist_ok=True)
    shutil.copy(ROOT / "xtask" / "local_stack" / "sample" / "V1__landing.sql", folder / "own")
    return folder


class Cluster:
    """A running server, as a context manager."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pg_ingest_delivery_"))
        # PostgreSQL runs as a user of its own, who has to get in.
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        last_line = xtask("db", "start", "--data", self.data).stdout.strip().splitlines()[-1]
        self.url = urllib.parse.urlsplit(last_line)
        try:
            self._become_like_rds()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _become_like_rds(self):
        """Nothing but a master who may make roles and databases, and RDS' own role for tokens."""
        with self.superuser() as connection:
            connection.execute(f"DROP DATABASE {self.url.path.strip('/')} WITH (FORCE)")
            for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'ingest\\_%'").fetchall():
                connection.execute(f"DROP ROLE {role}")
            connection.execute(f"CREATE ROLE {MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '{MASTER_PASSWORD}'")
            connection.execute("CREATE ROLE rds_iam NOLOGIN")

    def __exit__(self, *_):
        xtask("db", "stop", "--data", self.data)
        shutil.rmtree(self.folder)

    @property
    def authority(self):
        """The certificate authority that vouches for the server."""
        (found,) = self.data.rglob("ca.pem")
        return found

    def superuser(self, database="postgres"):
        """A connection as the superuser, for what RDS itself would do and to look."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.url.port,
            user=self.url.username,
            password=self.url.password,
            dbname=database,
            autocommit=True,
        )

    @contextlib.contextmanager
    def database(self, name):
        """An empty database of the master's; gives the variables by which it is reached."""
        with self.superuser() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {MASTER}")
        yield self.variables(name)
        with self.superuser() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def variables(self, database):
        """libpq's variables for the master's connections to a database."""
        return {
            "PGHOST": "localhost",
            "PGPORT": str(self.url.port),
            "PGDATABASE": database,
            "PGUSER": MASTER,
            "PGPASSWORD": MASTER_PASSWORD,
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": str(self.authority),
        }

    def ask(self, database, query, *values):
        """All rows of a query, as the superuser."""
        with self.superuser(database) as connection:
            return connection.execute(query, values or None).fetchall()
