"""Increments equal a full refresh, whatever arrives late, changed, twice or in the wrong order."""

from daily_run import ALL_HISTORY
from sample import CUSTOMERS, DAYS, ORDERS, customer, customers, order, orders

# Straight from landing, by other means than the models'.
REVENUE = """
SELECT ordered_at::date, currency::text, lower(coalesce(channel, 'unknown')), count(*), sum(total_amount),
  sum(CASE status WHEN 'cancelled' THEN 0 ELSE total_amount END)
FROM landing.orders GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
CUSTOMERS_OF_DAYS = """
WITH active AS (SELECT DISTINCT customer_id, ordered_at::date AS day FROM landing.orders WHERE status <> 'cancelled'),
  known AS (SELECT *, day = min(day) OVER (PARTITION BY customer_id) AS is_first FROM active)
SELECT day, count(*), count(*) FILTER (WHERE is_first), count(*) FILTER (WHERE NOT is_first) FROM known GROUP BY 1 ORDER BY 1"""


def assert_right(warehouse):
    """The marts say what landing says."""
    assert warehouse.sql("""SELECT order_date, currency, channel, orders_count, gross_revenue, net_revenue
        FROM analytics.daily_revenue ORDER BY 1, 2, 3""") == warehouse.sql(REVENUE)
    assert warehouse.sql("""SELECT order_date, active_customers_count, new_customers_count, returning_customers_count
        FROM analytics.daily_customer_metrics WHERE active_customers_count > 0 ORDER BY 1""") == warehouse.sql(CUSTOMERS_OF_DAYS)


def assert_equals_full_refresh(warehouse):
    """The marts are what they would be if they were built from nothing."""
    assert_right(warehouse)
    warehouse.keep_marts("by_increments")
    # A full refresh leaves them alone, since the ledger may have forgotten what they know; here it has not.
    warehouse.sql("DROP TABLE analytics.load_quality, analytics.load_children")
    warehouse.increment("--full-refresh")
    assert warehouse.differences("by_increments") == {}


def late_records():
    """What a bad week brings: two versions of it, so that it can come twice."""
    for version in (2, 3):
        yield [
            *orders(range(0, 30, 3), version, status="cancelled"),                          # first orders that are cancelled
            *orders(range(1, 30, 3), version, ordered_at=f"2026-10-{20 + version}T23:30:00Z"),  # that move to another day
            *orders(range(2, 30, 3), version, customer_id=CUSTOMERS - version),             # that go to another customer
            *orders(range(30, 40), version, currency="CHF", channel="Phone"),               # of another currency and channel
            *orders(range(40, 50), version, items=[]),                                      # that have lost their items
            *orders(range(50, 60), version, items=[{"sku": "new", "qty": 1, "unit_price": 9}] * version),
            *orders(range(1000 * version, 1000 * version + 20), ordered_at="2026-09-01T08:00:00Z"),  # new, of a day long past
            *[order(n, version, ordered_at="2026-12-01T00:00:00Z") for n in range(DAYS - 1, ORDERS, DAYS)],  # a day left empty; the last word on each
        ]


def test_first_load_counts_every_row_once(engine_warehouse):
    """Without updates the ledger's rows_loaded, landing's rows and the marts' rows are one number."""
    engine_warehouse.load("customers", "1", customers())
    engine_warehouse.load("orders", "1", orders())
    engine_warehouse.build()
    assert engine_warehouse.sql("""SELECT
          (SELECT sum(rows_loaded) FROM ingest.file WHERE dataset = 'orders'), (SELECT count(*) FROM landing.orders),
          (SELECT count(*) FROM analytics.orders), (SELECT sum(orders_count) FROM analytics.daily_revenue),
          (SELECT sum(orders_count) FROM analytics.order_funnel)""") == [(ORDERS,) * 5]
    assert engine_warehouse.sql("SELECT count(*) FROM analytics.order_items") == [(sum(1 + n % 3 for n in range(ORDERS)),)]
    assert engine_warehouse.sql("SELECT count(*), count(*) FILTER (WHERE is_current) FROM analytics.customers") == [(CUSTOMERS,) * 2]
    assert_right(engine_warehouse)


def test_increments_equal_a_full_refresh(engine_warehouse):
    """Late arrivals, updates, replays, twice over, each followed by an increment."""
    engine_warehouse.load("customers", "1", customers())
    engine_warehouse.load("orders", "1", orders())
    engine_warehouse.increment()
    for version, records in enumerate(late_records(), start=2):
        broken = order(500 + version, total_amount="-1")
        counts = engine_warehouse.load("orders", f"late-{version}", [*records, broken])
        assert (counts["rows_loaded"] + counts["rows_stale"], counts["rows_rejected"]) == (len(records), 1)
        assert engine_warehouse.load("orders", "1", orders())["skipped"] == 1                 # the same file again
        assert engine_warehouse.load("orders", f"old-{version}", orders(range(30), 1))["rows_stale"] == 30  # an older version
        engine_warehouse.load("customers", f"late-{version}", customers(range(5), version, country=f"F{version}"))
        engine_warehouse.build()
        assert_right(engine_warehouse)
    assert_equals_full_refresh(engine_warehouse)


def states(warehouse):
    """How each dataset was at the last build; whether its reason says what to do."""
    return warehouse.sql("""SELECT dataset, state, strpos(reason, 'ingest_replay(''orders'')') > 0, open_rejects_count
        FROM analytics.load_states ORDER BY 1""")


def test_replayed_records_reach_their_day(engine_warehouse):
    """A record that was rejected and is replayed after the fix counts on its day, no longer as open, and its dataset is well again."""
    engine_warehouse.sql("ALTER TABLE landing.orders ADD CONSTRAINT not_too_much CHECK (total_amount < 100)")
    engine_warehouse.load("customers", "1", customers())
    engine_warehouse.load("orders", "1", orders())
    engine_warehouse.increment()
    assert engine_warehouse.sql("SELECT error_code, open_count, replayed_count FROM analytics.load_rejects") == [
        ("check_violation", ORDERS - 100, 0)]
    assert states(engine_warehouse) == [("customers", "ok", None, 0), ("order_items", "ok", None, 0), ("orders", "failing", True, ORDERS - 100)]
    engine_warehouse.sql("ALTER TABLE landing.orders DROP CONSTRAINT not_too_much")
    engine_warehouse.sql("SELECT public.ingest_replay(dataset => 'orders')")
    engine_warehouse.build()
    assert engine_warehouse.sql("SELECT error_code, open_count, replayed_count FROM analytics.load_rejects") == [
        ("check_violation", 0, ORDERS - 100)]
    assert states(engine_warehouse) == [("customers", "ok", None, 0), ("order_items", "ok", None, 0), ("orders", "ok", None, 0)]
    assert engine_warehouse.sql("SELECT sum(orders_count) FROM analytics.daily_revenue") == [(ORDERS,)]
    assert_equals_full_refresh(engine_warehouse)


def test_a_second_run_changes_nothing(warehouse):
    """Run twice on the same data, an increment leaves every mart as it was."""
    warehouse.load("customers", "1", customers())
    warehouse.load("orders", "1", orders())
    warehouse.increment()
    warehouse.keep_marts("first_run")
    warehouse.increment()
    assert warehouse.differences("first_run") == {}


def test_a_batch_that_commits_late_is_not_missed(warehouse):
    """A batch that began before, and commits after, an increment belongs to the next one."""
    # Sessions that load orders with their items take turns.
    warehouse.sql("DELETE FROM ingest.dataset WHERE name = 'order_items'")
    warehouse.sql("SELECT public.ingest_register_dataset(name => 'orders', prefix => 'input/orders/', target => 'landing.orders')")
    warehouse.load("customers", "1", customers())
    warehouse.increment()
    with warehouse.loading("orders", "slow", orders(range(0, 150))):
        warehouse.load("orders", "fast", orders(range(150, 300)))
        warehouse.increment()
        assert warehouse.sql("SELECT count(*) FROM analytics.orders") == [(150,)]
    warehouse.build()
    assert warehouse.sql("SELECT count(*) FROM analytics.orders") == [(300,)]
    assert_equals_full_refresh(warehouse)


def test_marts_catch_up_after_runs_that_stopped_half_way(warehouse):
    """Orders moved twice while the daily marts were not built: every day they were on is right afterwards."""
    warehouse.load("customers", "1", customers())
    warehouse.load("orders", "1", orders())
    # Past the window that increments read again, so that only what the intermediate models remember can help.
    warehouse.sql("UPDATE landing.orders SET _loaded_at = _loaded_at - interval '2 hours'")
    warehouse.increment()
    for version, (day, customer_id) in enumerate((("2026-10-01", 1), ("2026-10-02", 2), ("2026-10-03", 3)), start=2):
        warehouse.load("orders", f"moved-{version}",
                       orders(range(0, ORDERS, 7), version, ordered_at=f"{day}T12:00:00Z", customer_id=customer_id))
        assert warehouse.dbt("run", "--select", "int_orders", "int_customer_first_orders").success
    warehouse.build()
    assert_equals_full_refresh(warehouse)


def test_customers_keep_their_history(warehouse):
    """Every state that a run has seen is kept, also one whose correction came under the same time stamp."""
    warehouse.load("customers", "1", [customer(1), customer(2)])
    warehouse.increment()
    warehouse.load("customers", "2", [customer(1, 2, country="FR"), customer(2, 1)])
    warehouse.increment()
    warehouse.load("customers", "3", [customer(1, 2, country="ES")])
    warehouse.build()
    assert warehouse.sql("""SELECT customer_id, version_number, country, valid_from::text, valid_to::text, is_current
        FROM analytics.customers ORDER BY 1, 2""") == [
        (1, 1, "DE", "2026-10-01 00:00:00+00", "2026-11-20 00:00:02+00", False),
        (1, 2, "ES", "2026-11-20 00:00:02+00", None, True),
        (2, 1, "DE", "2026-10-01 00:00:00+00", None, True),
    ]


def test_an_empty_landing_gives_empty_marts(warehouse):
    """Before the first file, and on days without any, nothing fails; load_quality shows zeros."""
    warehouse.build()
    warehouse.build()
    assert warehouse.sql("SELECT count(*) FROM analytics.daily_revenue") == [(0,)]
    assert warehouse.sql("SELECT dataset, files_count, records_count FROM analytics.load_quality ORDER BY 1") == [
        ("customers", 0, 0), ("orders", 0, 0)]
    warehouse.load("orders", "empty", b"")
    warehouse.load("customers", "1", customers())
    warehouse.load("orders", "1", orders())
    warehouse.build()
    assert_equals_full_refresh(warehouse)


def test_what_the_ledger_forgets_load_quality_remembers(warehouse):
    """After ingest_prune() the days long past still count their files, no test misses them, and new days go on."""
    warehouse.load("customers", "1", customers())
    warehouse.load("orders", "1", orders(range(100)))
    warehouse.sql("""UPDATE ingest.file SET received_at = now() - interval '20 days', loaded_at = now() - interval '20 days';
        UPDATE ingest.object SET newest_last_modified = NULL;
        UPDATE landing.orders SET _loaded_at = now() - interval '20 days';
        UPDATE landing.customers SET _loaded_at = now() - interval '20 days'""")
    warehouse.load("orders", "2", orders(range(100, 300)))
    warehouse.build()
    warehouse.keep_marts("before")
    assert warehouse.sql("SELECT files FROM public.ingest_prune(interval '15 days')") == [(2,)]
    warehouse.build("--vars", ALL_HISTORY)
    assert warehouse.differences("before") == {}
    warehouse.load("orders", "3", orders(range(300, 310)))
    warehouse.build()
    assert warehouse.sql("SELECT sum(files_count), sum(rows_loaded_count) FROM analytics.load_quality WHERE dataset = 'orders'") == [(3, 310)]
