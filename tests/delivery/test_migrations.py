"""cargo xtask migrate: what is pending is shown, tried on the real data, applied whole or not at all."""

import concurrent.futures

import psycopg
import pytest

from database import MASTER, with_targets, xtask

NEXT = 9000
SMOKE = {"SMOKE_USER": "k1", "SMOKE_PASSWORD": "k", "SMOKE_PREFIX": "input/smoke_test/"}


@pytest.fixture(scope="module")
def database(cluster, tmp_path_factory):
    """A migrated database with two orders in it, and the variables by which it is reached."""
    with cluster.database("migrations") as variables:
        folder = with_targets(tmp_path_factory.mktemp("first") / "migrations")
        xtask("migrate", "--migrations", folder, environment=variables)
        with cluster.superuser("migrations") as connection:
            connection.execute(
                """INSERT INTO landing.orders (order_id, customer_id, status, ordered_at, updated_at, currency,
                     total_amount, items, channel)
                   SELECT gen_random_uuid(), n, 'placed', now(), now(), 'EUR', n, '[]', CASE n WHEN 1 THEN 'web' END
                   FROM generate_series(1, 2) AS n"""
            )
        yield variables


@pytest.fixture
def migrations(tmp_path):
    """The project's migrations, and a way to add to them."""
    folder = with_targets(tmp_path / "migrations")

    def add(sql, version=NEXT, assertion=None):
        (folder / "own" / f"V{version}__trial.sql").write_text(sql)
        if assertion:
            (folder / "own" / "assertions").mkdir(exist_ok=True)
            (folder / "own" / "assertions" / f"after_V{version}.sql").write_text(assertion)
        return folder

    return add


def migrate(database, folder, *flags):
    return xtask("migrate", *flags, "--migrations", folder, environment=database, check=False)


def exists(cluster, name):
    return cluster.ask("migrations", "SELECT to_regclass(%s) IS NOT NULL", name) == [(True,)]


def test_a_login_that_is_no_superuser_migrates_as_on_rds(cluster, database, tmp_path):
    assert cluster.ask("migrations", "SELECT rolsuper FROM pg_roles WHERE rolname = %s", MASTER) == [(False,)]
    assert exists(cluster, "ingest.file")
    again = migrate(database, with_targets(tmp_path / "migrations"))
    assert again.stdout.strip() == "0 migrations applied", again


def test_a_users_own_numbers_stand_in_nobodys_way(cluster, migrations):
    folder = migrations("CREATE TABLE landing.hundredth (id int);", version=100)
    with cluster.database("numbers") as database:
        answer = migrate(database, folder)
        assert answer.returncode == 0, answer
        # The next release's structure comes after it, though its number is lower.
        (folder / "V99__next_release.sql").write_text("SELECT 1;")
        answer = migrate(database, folder, "--check")
        assert answer.returncode == 0 and "V99__next_release.sql passes" in answer.stdout, answer


def test_the_plan_names_what_is_pending_and_what_the_linter_says(database, migrations):
    folder = migrations("ALTER TABLE landing.orders ADD CONSTRAINT positive CHECK (total_amount > 0);")
    answer = migrate(database, folder, "--plan")
    assert answer.returncode == 0, answer.stderr
    assert f"would run {folder}/own/V{NEXT}__trial.sql" in answer.stdout
    assert "constraint-missing-not-valid" in answer.stdout + answer.stderr


def test_a_check_changes_nothing(cluster, database, migrations):
    folder = migrations("CREATE TABLE landing.trial (id int);")
    answer = migrate(database, folder, "--check")
    assert answer.returncode == 0, answer.stderr
    assert "1 pending migrations were run and rolled back" in answer.stdout
    assert not exists(cluster, "landing.trial")


def test_a_migration_that_the_real_data_refuses_is_caught(cluster, database, migrations):
    # Fine on an empty table, as in every test; one order has no channel.
    folder = migrations("ALTER TABLE landing.orders ALTER COLUMN channel SET NOT NULL;")
    answer = migrate(database, folder, "--check")
    assert answer.returncode == 1
    assert "V9000__trial.sql failed; nothing has been changed" in answer.stderr
    assert "contains null values" in answer.stderr


def test_an_assertion_that_does_not_hold_is_caught(database, migrations):
    folder = migrations(
        "ALTER TABLE landing.orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total_amount * 1.2) STORED;",
        assertion="SELECT order_id, gross FROM landing.orders WHERE gross > 2;",
    )
    answer = migrate(database, folder, "--check")
    assert answer.returncode == 1
    assert "1 rows, the first being order_id = " in answer.stderr and "gross = 2.4" in answer.stderr


def test_a_failure_in_the_middle_leaves_everything_as_it_was(cluster, database, migrations):
    migrations("CREATE TABLE landing.first (id int);", version=NEXT)
    folder = migrations("CREATE TABLE landing.second (id int); SELECT 1 / 0;", version=NEXT + 1)
    before = cluster.ask("migrations", "SELECT count(*) FROM ingest_own_schema_history")
    answer = migrate(database, folder)
    assert answer.returncode == 1
    assert "nothing has been changed" in answer.stderr and "division by zero" in answer.stderr
    assert not exists(cluster, "landing.first") and not exists(cluster, "landing.second")
    assert cluster.ask("migrations", "SELECT count(*) FROM ingest_own_schema_history") == before


def test_a_migration_that_commits_by_itself_is_refused(cluster, database, migrations):
    folder = migrations("CREATE TABLE landing.sneaky (id int);\nCOMMIT;\n")
    answer = migrate(database, folder, "--check")
    assert answer.returncode == 1
    assert "contains `COMMIT;`" in answer.stderr
    assert not exists(cluster, "landing.sneaky")


def test_a_file_changed_after_it_was_applied_is_refused(database, migrations):
    folder = migrations("SELECT 1;")
    changed = folder / "V1__roles_and_schema.sql"
    changed.write_text(changed.read_text() + "\n-- an afterthought\n")
    for flags in (["--plan"], ["--check"], []):
        answer = migrate(database, folder, *flags)
        assert answer.returncode == 1, flags
        assert "V1__roles_and_schema" in answer.stderr, flags


def test_two_at_once_take_turns(cluster, migrations):
    folder = migrations("CREATE TABLE landing.once (id int); SELECT pg_sleep(0.5);")
    with cluster.database("race") as database, concurrent.futures.ThreadPoolExecutor() as both:
        answers = [future.result() for future in [both.submit(migrate, database, folder) for _ in range(2)]]
    assert [answer.returncode for answer in answers] == [0, 0], answers
    # Either may make the indexes, behind its migrations.
    applied = [line for answer in answers for line in answer.stdout.splitlines() if line.endswith("migrations applied")]
    assert "0 migrations applied" in applied
    assert len(set(applied)) == 2


def test_a_lock_held_by_others_ends_the_check_instead_of_the_service(cluster, database, migrations):
    folder = migrations("ALTER TABLE landing.customers ADD COLUMN nickname text;")
    with cluster.superuser("migrations") as other, other.transaction():
        other.execute("LOCK TABLE landing.customers IN ACCESS SHARE MODE")
        answer = migrate(database, folder, "--check")
    assert answer.returncode == 1
    assert "lock timeout" in answer.stderr


def test_the_logins_get_their_groups_and_keep_their_passwords(cluster, database):
    login = {**database, **SMOKE, "SHIPPER_AUTH": "password", "SHIPPER_USER": "s1", "DBT_USER": "d1", "DBT_PASSWORD": "d"}
    xtask("migrate", "--logins", environment={**login, "SHIPPER_PASSWORD": "first"})
    # A second delivery, after the secret was rotated: the password is the rotation's matter.
    xtask("migrate", "--logins", environment={**login, "SHIPPER_PASSWORD": "rotated"})
    memberships = """SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
                     JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname IN ('s1', 'd1') ORDER BY 1"""
    assert cluster.ask("migrations", memberships) == [("d1", "ingest_dbt"), ("s1", "ingest_shipper")]
    check = xtask("migrate", "--plan", environment={**database, "PGUSER": "s1", "PGPASSWORD": "rotated"}, check=False)
    assert "password authentication failed" in check.stderr
    kept = cluster.ask("migrations", "SELECT rolpassword LIKE 'SCRAM-SHA-256$%%' FROM pg_authid WHERE rolname = 's1'")
    assert kept == [(True,)]


def test_with_iam_the_shippers_login_has_no_password(cluster, database):
    variables = {**SMOKE, "SMOKE_USER": "k2", "SHIPPER_AUTH": "iam", "SHIPPER_USER": "s2", "DBT_USER": "d1", "DBT_PASSWORD": "d"}
    xtask("migrate", "--logins", environment={**database, **variables})
    found = cluster.ask(
        "migrations",
        "SELECT rolpassword IS NULL, pg_has_role('s2', 'rds_iam', 'MEMBER') FROM pg_authid WHERE rolname = 's2'",
    )
    assert found == [(True, True)]


def test_the_smoke_tests_login_may_do_just_what_it_needs(cluster, database):
    variables = {**SMOKE, "SHIPPER_AUTH": "password", "SHIPPER_USER": "s1", "SHIPPER_PASSWORD": "s", "DBT_USER": "d1", "DBT_PASSWORD": "d"}
    for _ in range(2):
        xtask("migrate", "--logins", environment={**database, **variables})
    granted = """
      SELECT kind || ' ' || name || ': ' || privilege_type FROM (
        SELECT 'table' AS kind, c.oid::regclass::text AS name, c.relacl AS acl FROM pg_class c
        UNION ALL SELECT 'column', a.attrelid::regclass || '.' || a.attname, a.attacl FROM pg_attribute a
        UNION ALL SELECT 'function', p.oid::regprocedure::text, p.proacl FROM pg_proc p
        UNION ALL SELECT 'schema', n.nspname, n.nspacl FROM pg_namespace n
        UNION ALL SELECT 'database', d.datname, d.datacl FROM pg_database d
        UNION ALL SELECT 'type', t.typname, t.typacl FROM pg_type t
        UNION ALL SELECT 'language', l.lanname, l.lanacl FROM pg_language l
      ) AS objects, aclexplode(acl) AS entry WHERE entry.grantee = 'k1'::regrole ORDER BY 1"""
    assert [row[0] for row in cluster.ask("migrations", granted)] == [
        "database migrations: CONNECT",
        "function ingest_smoke.entry(text,text): EXECUTE",
        "function ingest_smoke.refusal(text): EXECUTE",
        "schema ingest_smoke: USAGE",
        "table ingest_smoke.file: DELETE",
        "table ingest_smoke.file: SELECT",
    ]
    # It is a member of nothing and owns nothing, so it has what everybody has besides.
    assert cluster.ask("migrations", "SELECT 1 FROM pg_auth_members WHERE member = 'k1'::regrole") == []
    assert cluster.ask("migrations", "SELECT 1 FROM pg_shdepend WHERE refobjid = 'k1'::regrole AND deptype = 'o'") == []
    attributes = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = 'k1'"
    assert cluster.ask("migrations", attributes) == [(False,)]
    public = """SELECT count(*) FROM pg_namespace n WHERE n.nspname IN ('ingest', 'landing') AND has_schema_privilege('k1', n.oid, 'USAGE')"""
    assert cluster.ask("migrations", public) == [(0,)]


def test_the_smoke_tests_login_sees_the_entries_of_its_own_files_alone(cluster, database):
    variables = {**SMOKE, "SHIPPER_AUTH": "password", "SHIPPER_USER": "s1", "SHIPPER_PASSWORD": "s", "DBT_USER": "d1", "DBT_PASSWORD": "d"}
    xtask("migrate", "--logins", environment={**database, **variables})
    with cluster.superuser("migrations") as connection:
        for key in ("input/smoke_test/1.json", "input/orders/1.json"):
            connection.execute(
                "INSERT INTO ingest.staging (bucket, key, event_time, last_modified, body) VALUES ('b', %s, now(), now(), 'x')", (key,)
            )
        connection.execute("SELECT * FROM ingest_process_staging()")
        connection.execute(
            """INSERT INTO ingest.rejected_message (message_id, body, error_code, error)
               VALUES ('m', 'input/smoke_test/2.json and input/orders/2.json', 'not_json', 'e')"""
        )
    with psycopg.connect(**{**login_of(cluster), "user": "k1", "password": "k"}, autocommit=True) as smoke:
        entry = "SELECT status FROM ingest_smoke.entry('b', %s)"
        assert smoke.execute(entry, ("input/smoke_test/1.json",)).fetchall() == [("load_failed",)]
        assert smoke.execute(entry, ("input/orders/1.json",)).fetchall() == []
        refusal = "SELECT ingest_smoke.refusal(%s)"
        assert smoke.execute(refusal, ("input/smoke_test/2.json",)).fetchall() == [("not_json: e",)]
        assert smoke.execute(refusal, ("input/orders/2.json",)).fetchall() == [(None,)]
        for query in ("SELECT * FROM ingest.file", "SELECT * FROM landing.orders", "INSERT INTO ingest_smoke.file VALUES (gen_random_uuid())"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                smoke.execute(query)


def login_of(cluster):
    """Where the database is, for a login of the test's choice."""
    return {"host": "localhost", "port": cluster.url.port, "dbname": "migrations"}
