"""The role that dbt works as reads what it needs, writes its own schemas, and nothing else."""

import psycopg2


def refused(warehouse, statement):
    """Whether the role may not run a statement."""
    try:
        warehouse.sql(f"SET ROLE ingest_dbt; {statement}")
    except psycopg2.errors.InsufficientPrivilege:
        return True
    finally:
        warehouse.sql("RESET ROLE")
    return False


FORBIDDEN = (
    "SELECT record FROM ingest.rejected_record",
    "SELECT error FROM ingest.rejected_record",
    "SELECT body FROM ingest.rejected_message",
    "SELECT body FROM ingest.staging",
    "INSERT INTO landing.orders (order_id) VALUES (gen_random_uuid())",
    "UPDATE landing.customers SET email = ''",
    "DELETE FROM ingest.file",
    "CREATE TABLE ingest.mine ()",
    "CREATE TABLE landing.mine ()",
    "CREATE SCHEMA mine",
    "SELECT public.ingest_process_staging()",
)


def test_what_the_role_may_not(warehouse):
    """Raw data stays unread, sources unwritten."""
    assert [statement for statement in FORBIDDEN if not refused(warehouse, statement)] == []


def test_unit_tests_and_build_run_with_nothing_else(warehouse):
    """The whole project, unit tests included, on an empty database, as that role."""
    outcome = warehouse.dbt("build")
    assert outcome.success
    statuses = {str(result.status) for result in outcome.result.results}
    assert statuses == {"success", "pass", "no-op"}
    owners = warehouse.sql("""SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname LIKE 'analytics%'
        UNION SELECT DISTINCT viewowner FROM pg_views WHERE schemaname LIKE 'analytics%'""")
    assert owners == [("ingest_dbt",)]
