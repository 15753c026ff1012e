"""Flyway applies the same files with the same result as cargo xtask migrate.

Flyway is not among what the tests install. Where it is at hand, `tests/infra/run tests/delivery --flyway COMMAND` runs it; these
tests are left out of the collection otherwise. What always holds are the rules under which the two cannot differ: nothing in
the files that one of them reads as something else.
"""

import re
import shutil
import subprocess

import pytest

from database import MASTER, MASTER_PASSWORD, ROOT, xtask

MIGRATIONS = ROOT / "migrations"
FILES = sorted(MIGRATIONS.glob("*.sql"))
NAMES = [path.name for path in FILES]

# What Flyway runs outside of the migration's transaction (its PostgreSQLParser), besides what ends one by itself.
OUTSIDE_A_TRANSACTION = re.compile(
    r"""^\s*(
        (CREATE|DROP)\s+(DATABASE|TABLESPACE|SUBSCRIPTION)\b | ALTER\s+SYSTEM\b | (CREATE|DROP)(\s+UNIQUE)?\s+INDEX\s+CONCURRENTLY\b
        | REINDEX\b | VACUUM\b | DISCARD\s+ALL\b | (BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK)\s*;
    )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


def test_both_find_the_same_files_in_the_same_order():
    for path in MIGRATIONS.rglob("*"):
        if path.parent == MIGRATIONS and path.is_file():
            # No U__, no callback such as afterMigrate.sql, no settings V1__x.sql.conf.
            assert re.fullmatch(r"(V[1-9]\d*|R)__[a-z0-9_]+\.sql", path.name) or path.name == "released.sha256", path.name
        elif path.is_file():
            # Flyway looks into folders too; by these names it takes nothing.
            assert re.fullmatch(r"assertions/after_V\d+\.sql|own/README\.md|indexes/[a-z_]+\.sql", str(path.relative_to(MIGRATIONS))), path
    versions = [int(name[1 : name.index("__")]) for name in NAMES if name.startswith("V")]
    assert len(set(versions)) == len(versions), "two files of one version"
    # Flyway sorts repeatable ones by their description, in which _ is a blank; cargo xtask migrate by their name.
    repeatable = [name for name in NAMES if name.startswith("R")]
    assert repeatable == sorted(repeatable, key=lambda name: name[3:-4].replace("_", " "))
    assert repeatable[0] == "R__0_open.sql" and repeatable[-1] == "R__z_close.sql"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_both_read_the_same_statements(path):
    text = path.read_bytes().decode("utf-8")
    assert not text.startswith("\ufeff") and "\r" not in text, "a byte order mark or a carriage return"
    assert "${" not in text, "a placeholder for Flyway, in comments and strings too"
    assert not re.search(r"FROM\s+STDIN", text, re.IGNORECASE), "rows after COPY: a statement for Flyway, an error for cargo xtask migrate"
    assert not re.search(r"^\\", text, re.MULTILINE), "a command of psql, an error for both"
    assert not re.search(r"\bBEGIN\s+ATOMIC\b", text, re.IGNORECASE), "a body with semicolons that older Flyways cut"
    for tag in set(re.findall(r"\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$", text)):
        assert text.count(tag) % 2 == 0, f"a body that {tag} does not end"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_statement_can_run_in_one_transaction(path):
    assert not OUTSIDE_A_TRANSACTION.search(path.read_text())


@pytest.mark.parametrize(
    "statement",
    ["CREATE INDEX CONCURRENTLY i ON t (x);", "CREATE  UNIQUE INDEX\n CONCURRENTLY i ON t (x);", "vacuum t;", "  COMMIT;", "BEGIN;"],
)
def test_the_rule_knows_what_ends_a_transaction(statement):
    assert OUTSIDE_A_TRANSACTION.search(f"SELECT 1;\n{statement}\n")


def flyway_migrate(flyway, cluster, database, folder):
    """Runs Flyway, all pending versions in one transaction as cargo xtask migrate has them."""
    return subprocess.run(
        [flyway, f"-url=jdbc:postgresql://localhost:{cluster.url.port}/{database}", f"-user={MASTER}",
         f"-password={MASTER_PASSWORD}", f"-locations=filesystem:{folder}", "-group=true", "migrate"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def make_indexes(cluster, database):
    """Makes the indexes that stand behind the migrations, as docs/upgrading.md has it for Flyway."""
    for path in sorted(MIGRATIONS.glob("indexes/*.sql")):
        subprocess.run(
            ["psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={path}",
             f"--dbname=postgresql://{MASTER}:{MASTER_PASSWORD}@localhost:{cluster.url.port}/{database}"],
            check=True,
        )  # fmt: skip


def dump(cluster, database):
    """Schema and rows of a database, but for the lists of applied migrations."""
    answer = subprocess.run(
        ["pg_dump", "--exclude-table=*_schema_history*", f"--dbname=postgresql://{cluster.url.username}:{cluster.url.password}"
         f"@localhost:{cluster.url.port}/{database}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # Since PostgreSQL 15.14 a dump is bracketed by a random word.
    return [line for line in answer.stdout.splitlines() if not re.match(r"\\(un)?restrict ", line)]


def test_flyway_itself_makes_the_same_database(flyway, cluster):
    with cluster.database("by_flyway"), cluster.database("by_xtask") as variables:
        for _ in range(2):
            answer = flyway_migrate(flyway, cluster, "by_flyway", MIGRATIONS)
            assert answer.returncode == 0, answer.stdout + answer.stderr
        make_indexes(cluster, "by_flyway")
        xtask("migrate", environment=variables)
        assert dump(cluster, "by_flyway") == dump(cluster, "by_xtask")


def test_flyway_itself_rolls_back_whole(flyway, cluster, tmp_path):
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "V9000__broken.sql").write_text("CREATE TABLE landing.second (id int); SELECT 1 / 0;")
    with cluster.database("by_flyway"):
        answer = flyway_migrate(flyway, cluster, "by_flyway", folder)
        assert answer.returncode != 0 and "division by zero" in answer.stdout + answer.stderr
        assert cluster.ask("by_flyway", "SELECT to_regnamespace('ingest') IS NULL") == [(True,)]
