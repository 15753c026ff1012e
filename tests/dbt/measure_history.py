"""Measures what a daily increment costs on top of a long history. On demand; needs about 20 GB of disk and a quarter of an hour.

    tests/dbt/run --measure-history [--rows 10000000] [--increment 100000] [--days 400] [--url URL]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cluster import Cluster, OwnCluster
from warehouse import Warehouse

# Orders from_n to to_n - 1, evenly spread over a span of time. Their keys are scattered as version 4 UUIDs are.
ORDERS = """
INSERT INTO landing.orders (order_id, customer_id, status, ordered_at, updated_at, currency, total_amount, channel, ship_city,
  ship_country, ship_postcode, items, _file_id, _record_no, _loaded_at, _source_time)
SELECT md5(n::text)::uuid, hashint8(n) & 524287, (ARRAY['placed', 'paid', 'shipped', 'cancelled'])[1 + n %% 4], at, at,
  (ARRAY['EUR', 'USD', 'GBP'])[1 + n %% 3], n %% 100000 / 100.0, (ARRAY['web', 'app', 'shop'])[1 + n %% 3], 'Berlin', 'DE', '10115',
  '[{"sku": "A-1", "qty": 2, "unit_price": 10.5}, {"sku": "B-2", "qty": 1, "unit_price": 3.25}]', 1 + n / 100, 1 + n %% 100,
  at + interval '1 minute', at
FROM generate_series(%(from_n)s::bigint, %(to_n)s::bigint - 1) AS n
CROSS JOIN LATERAL (
  SELECT %(first_at)s + (n - %(from_n)s)::double precision / (%(to_n)s - %(from_n)s) * %(span)s::interval AS at) AS placed
"""
ITEMS = """
INSERT INTO landing.order_items (order_id, line_no, sku, qty, unit_price, _file_id, _loaded_at)
SELECT o.order_id, i.line_no, i.sku, i.qty, i.unit_price, o._file_id, o._loaded_at FROM landing.orders AS o
CROSS JOIN (VALUES (1, 'A-1', 2, 10.5), (2, 'B-2', 1, 3.25)) AS i (line_no, sku, qty, unit_price)
WHERE NOT EXISTS (SELECT FROM landing.order_items AS x WHERE x.order_id = o.order_id)
"""
CUSTOMERS = """
INSERT INTO landing.customers (customer_id, email, name, country, signed_up_at, updated_at, tags, _file_id, _record_no, _loaded_at)
SELECT n, n || '@example.org', 'Customer ' || n, 'DE', at, at, '{}', 1000000000, n, at
FROM generate_series(0, 524287) AS n CROSS JOIN LATERAL (SELECT now() - interval '4 days' - n * interval '1 minute' AS at) AS signed_up
"""
CUSTOMER_FILE = """
INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, received_at, loaded_at, status, records, rows_loaded)
VALUES (1000000000, 0, gen_random_uuid(), 'customers', 'b', 'c', now() - interval '400 days', now() - interval '400 days', 'loaded', 524288, 524288)
"""
FILES = """
INSERT INTO ingest.file (file_id, object_id, batch_id, dataset, bucket, key, event_time, received_at, loaded_at, status, records, rows_loaded)
SELECT o._file_id, o._file_id, gen_random_uuid(), 'orders', 'b', 'input/orders/' || o._file_id, min(o.ordered_at), min(o._loaded_at),
  max(o._loaded_at), 'loaded', count(*), count(*)
FROM landing.orders AS o LEFT JOIN ingest.file AS f ON f.file_id = o._file_id WHERE f.file_id IS NULL GROUP BY o._file_id
"""
# A fifth of the increment corrects orders of the last seven days.
CORRECTIONS = """
UPDATE landing.orders SET status = 'shipped', updated_at = %(at)s, _loaded_at = %(at)s, _source_time = %(at)s
WHERE order_id IN (SELECT order_id FROM landing.orders WHERE ordered_at > %(at)s - interval '7 days' ORDER BY md5(order_id::text) LIMIT %(count)s)
"""


@contextmanager
def timed(what: str):
    """Prints how long the inside took."""
    started = time.monotonic()
    yield
    print(f"{what:<60} {time.monotonic() - started:8.1f} s", flush=True)


def seconds_by_type(outcome) -> str:
    """Execution time by type of node, summed over the threads."""
    sums: dict[str, float] = {}
    for result in outcome.result.results:
        sums[result.node.resource_type] = sums.get(result.node.resource_type, 0) + result.execution_time
    return ", ".join(f"{kind}s {seconds:.1f} s" for kind, seconds in sorted(sums.items()) if kind != "exposure")


def build(warehouse: Warehouse, what: str, *arguments: str) -> None:
    """A timed build; anything but success ends the measurement."""
    with timed(what):
        outcome = warehouse.dbt("--quiet", "build", "--exclude-resource-type", "unit_test", *arguments)
    assert outcome.success, outcome.exception or [r.message for r in outcome.result.results if str(r.status) in ("error", "fail")]
    print(f"{'':<4}of which, summed over threads: {seconds_by_type(outcome)}")
    slowest = sorted(outcome.result.results, key=lambda result: -result.execution_time)[:4]
    print(f"{'':<4}slowest: " + ", ".join(f"{result.node.name} {result.execution_time:.1f} s" for result in slowest))


def measure(warehouse: Warehouse, rows: int, increment: int, days: int) -> None:
    """Fills the history, builds it, then measures three days of increments."""
    ((first_day,),) = warehouse.sql("SELECT date_trunc('day', now()) - interval '3 days'")
    with timed(f"history of {rows:,} orders over {days} days"):
        warehouse.sql(CUSTOMERS)
        warehouse.sql(CUSTOMER_FILE)
        insert_orders(warehouse, 0, rows, first_day - timedelta(days=days), timedelta(days=days))
    with timed("vacuum, analyze"):
        warehouse.sql("VACUUM ANALYZE landing.orders")
        warehouse.sql("VACUUM ANALYZE landing.order_items")
        warehouse.sql("VACUUM ANALYZE landing.customers")
        warehouse.sql("VACUUM ANALYZE ingest.file")
    build(warehouse, "first build of everything", "--exclude-resource-type", "test")
    for table in ("analytics_intermediate.int_orders", "analytics_intermediate.int_customer_first_orders", "analytics.order_items"):
        warehouse.sql(f"VACUUM ANALYZE {table}")
    for day in range(3):
        first, begins = rows + day * increment, first_day + timedelta(days=day)
        insert_orders(warehouse, first, first + increment * 4 // 5, begins, timedelta(days=1))
        warehouse.sql(CORRECTIONS, at=begins + timedelta(days=1), count=increment // 5)
        build(warehouse, f"increment {day + 1}: {increment:,} orders, a fifth of them corrections")


def insert_orders(warehouse: Warehouse, from_n: int, to_n: int, first_at: datetime, span: timedelta) -> None:
    """Orders from_n to to_n - 1 in landing, with their items, and their files in the ledger."""
    warehouse.sql(ORDERS, from_n=from_n, to_n=to_n, first_at=first_at, span=span)
    warehouse.sql(ITEMS)
    warehouse.sql(FILES)


def main() -> None:
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000, help="orders of history")
    parser.add_argument("--increment", type=int, default=100_000, help="orders a day")
    parser.add_argument("--days", type=int, default=400, help="days of history")
    parser.add_argument("--url", help="a migrated PostgreSQL that runs already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(arguments.url) if arguments.url else OwnCluster("sql")
        url = cluster.create_database()
        try:
            measure(Warehouse(url, Path(folder)), arguments.rows, arguments.increment, arguments.days)
        finally:
            cluster.drop_database(url)
            if isinstance(cluster, OwnCluster):
                cluster.close()


if __name__ == "__main__":
    main()
