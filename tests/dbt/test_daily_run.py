"""The daily run: what it publishes, what it refuses to, and what it tells an operator."""

import json

import pytest

from sample import customers, order, orders


@pytest.fixture
def loaded(warehouse):
    """A database with a day's data, and marts built from it."""
    warehouse.load("customers", "1", customers())
    warehouse.load("orders", "1", orders())
    warehouse.increment()
    return warehouse


def test_all_well(loaded):
    """Exit 0, every artifact kept, documentation in one file."""
    run = loaded.daily_run()
    assert (run.returncode, run.stderr) == (0, "")
    artifacts = loaded.work / "artifacts"
    assert {p.name for p in artifacts.iterdir()} == {
        "catalog.json", "docs.html", "manifest.json", "run_results.json", "sources.json", "summary.txt"}
    assert json.loads((artifacts / "run_results.json").read_text())["args"]["which"] == "build"


def test_a_stale_source_stops_the_marts(loaded):
    """Yesterday's marts stay as they were, whatever else has come; load_quality tells of it."""
    loaded.load("orders", "2", orders(range(300, 310)))
    loaded.sql("UPDATE landing.orders SET _loaded_at = now() - interval '27 hours'")
    loaded.keep_marts("yesterday")
    run = loaded.daily_run()
    assert run.returncode == 3
    assert "landing.orders: the newest row is 27 hours old; expected at most 26 hours" in run.stderr
    assert set(loaded.differences("yesterday")) == {"load_quality", "load_children"}
    assert loaded.sql("SELECT sum(files_count) FROM analytics.load_quality WHERE dataset = 'orders'") == [(2,)]


def test_before_the_first_file_the_marts_are_empty_and_all_is_well(warehouse):
    """A source that never had a row is not stale; neither is the day after, on which nothing came."""
    for _ in range(2):
        run = warehouse.daily_run()
        assert (run.returncode, run.stderr) == (0, "")
        assert warehouse.sql("SELECT count(*) FROM analytics.daily_revenue") == [(0,)]
        assert warehouse.sql("SELECT dataset, files_count FROM analytics.load_quality ORDER BY 1") == [("customers", 0), ("orders", 0)]


def test_on_the_first_day_a_stale_source_names_itself_and_nothing_else(warehouse):
    """Nothing but load_quality is built, so tests that also read other relations are left out."""
    warehouse.load("customers", "1", customers())
    warehouse.sql("UPDATE ingest.file SET received_at = now() - interval '27 hours'")
    run = warehouse.daily_run()
    assert run.returncode == 3
    assert run.stderr.strip().splitlines()[1:] == [
        "  ingest.file: the newest row is 27 hours old; expected at most 26 hours",
        "    -> look at the queue, the dead-letter queue and the shipper's alarms"]
    assert warehouse.sql("SELECT sum(files_count) FROM analytics.load_quality") == [(1,)]


def test_a_source_that_was_emptied_is_named(loaded):
    """Rows were loaded once and are gone: no empty day. The marts stay as they were."""
    loaded.keep_marts("yesterday")
    loaded.sql("TRUNCATE landing.orders CASCADE")
    run = loaded.daily_run()
    assert run.returncode == 1
    assert "test orders_are_not_emptied: 1 row fails" in run.stderr
    assert set(loaded.differences("yesterday")) == set()


DAMAGE = {
    "reconcile_orders_with_landing": "DELETE FROM landing.orders WHERE customer_id = 1",
    "reconcile_landing_with_ledger": "UPDATE landing.orders SET _file_id = 0 WHERE customer_id = 2",
    "reconcile_quarantine_with_ledger": "DELETE FROM ingest.rejected_record",
    "reconcile_order_items": "DELETE FROM analytics.order_items WHERE line_number = 3",
    "reconcile_daily_marts": "UPDATE analytics.daily_revenue SET orders_count = orders_count + 1",
    "reconcile_customers": "UPDATE analytics.customers SET country = 'XX'",
}


def test_damage_is_found_by_the_test_that_is_there_for_it(loaded):
    """Each reconciliation passes on good data and fails on the damage that it is meant to find."""
    # What was loaded in the last minutes may still be incomplete and is left alone, so the data has to be older than that.
    loaded.sql("""UPDATE landing.orders SET _loaded_at = _loaded_at - interval '1 hour';
        UPDATE landing.customers SET _loaded_at = _loaded_at - interval '1 hour'""")
    loaded.load("orders", "2", [*orders(range(300, 310), ordered_at="2026-12-24T00:00:00Z"), order(310, total_amount="-1")])
    loaded.load("customers", "2", customers(range(300, 310)))
    loaded.sql("DROP TABLE analytics_snapshots.customers_snapshot CASCADE")
    loaded.increment("--full-refresh")

    def outcome() -> dict[str, str]:
        results = loaded.dbt("test", "--select", "test_type:singular").result.results
        return {result.node.name: str(result.status) for result in results}

    assert outcome() == dict.fromkeys(DAMAGE, "pass")
    for statement in DAMAGE.values():
        loaded.sql(statement)
    assert outcome() == dict.fromkeys(DAMAGE, "fail")


def test_old_damage_is_found_when_all_of_history_is_tested(warehouse):
    """Daily tests look at the last days; --all-history, which the build gives on Sundays, at everything."""
    warehouse.load("customers", "1", customers())
    warehouse.load("orders", "1", orders())
    warehouse.sql("UPDATE landing.orders SET _loaded_at = now() - interval '9 days' WHERE customer_id = 1")
    warehouse.increment()
    warehouse.sql("DELETE FROM landing.orders WHERE customer_id = 1")
    assert warehouse.daily_run().returncode == 0
    run = warehouse.daily_run("--all-history")
    assert run.returncode == 1
    assert "test reconcile_orders_with_landing: 8 rows fail" in run.stderr


def test_a_failed_test_fails_the_run(loaded):
    """Exit 1; the summary names test, rows and the query that selects them."""
    loaded.sql("ALTER TABLE landing.orders DROP CONSTRAINT orders_status_check")
    loaded.load("orders", "2", orders(range(300, 302), status="lost"))
    run = loaded.daily_run()
    assert run.returncode == 1
    assert "test accepted_values_int_orders_status__placed__paid__shipped__cancelled: 1 row fails" in run.stderr
    assert "select the rows with" in run.stderr
    assert "skipped because of that" in run.stderr


@pytest.mark.parametrize(("arguments", "environment", "said"), [
    (["--target", "prod"], {"PGHOST": None}, "set PGHOST, PGUSER, PGPASSWORD, PGDATABASE and PGSSLROOTCERT"),
    ([], {"PGPORT": "1"}, "check PGHOST and PGPORT, and that the database is running"),
    ([], {"DBT_ROLE": "nobody_at_all"}, 'role "nobody_at_all" does not exist'),
], ids=["no credentials", "unreachable", "no such role"])
def test_what_to_do_is_said(warehouse, arguments, environment, said):
    """Exit 2: dbt's message and what to do about it."""
    run = warehouse.daily_run(*arguments, **environment)
    assert run.returncode == 2
    assert said in run.stderr


def test_a_missing_source_table_is_named(warehouse):
    """Exit 2: which table, and where it comes from."""
    warehouse.sql("DROP TABLE landing.customers CASCADE")
    run = warehouse.daily_run()
    assert run.returncode == 2
    assert 'landing.customers: relation "landing.customers" does not exist\n    -> apply the migrations' in run.stderr
