"""A day of plausible loading, through the pipeline itself and then spread over the day."""

import datetime
import json
import math
import random
import uuid

TARGETS = """
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO ingest_loader;
CREATE DOMAIN shop.country AS text CHECK (value ~ '^[A-Z]{2}$');
CREATE TABLE shop.orders (
  order_id uuid PRIMARY KEY, customer_id bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('placed', 'paid', 'shipped', 'cancelled')), updated_at timestamptz NOT NULL,
  total_amount numeric(12, 2) NOT NULL CHECK (total_amount >= 0), ship_city text, ship_country shop.country, note varchar(40));
CREATE TABLE shop.customers (customer_id bigint PRIMARY KEY, email text NOT NULL UNIQUE, name text, updated_at timestamptz);
CREATE TABLE shop.clicks (click_id uuid PRIMARY KEY, at timestamptz);
SELECT ingest_add_metadata_columns('shop.orders');
SELECT ingest_register_dataset('orders', prefix => 'input/orders/', target => 'shop.orders', version_column => 'updated_at',
  columns => '{"ship_city": "$.shipping.city", "ship_country": "$.shipping.country"}');
SELECT ingest_register_dataset('customers', prefix => 'input/customers/', target => 'shop.customers', version_column => 'updated_at');
SELECT ingest_register_dataset('clicks', prefix => 'input/clicks/', target => 'shop.clicks', load_mode => 'append',
  record_filter => 'click_id IS NOT NULL', match_names => 'snake_case', null_strings => '{"",N/A}');
"""

# One reject whose columns read around the record.
PLACED = """
CREATE TABLE public.lines (order_id int, no int, qty int, PRIMARY KEY (order_id, no));
SELECT ingest_register_dataset('lines', prefix => 'lines/', target => 'public.lines', records_path => '$.orders[*].lines[*]',
  columns => '{"order_id": "parent:$.id", "no": "position:"}');
INSERT INTO ingest.staging (key, body) VALUES ('lines/1.json', convert_to('{"orders": [{"id": 17, "lines": [{"qty": "many"}]}]}', 'UTF8'));
SELECT ingest_process_staging();
"""

# A file whose records have children, and one of whose records is an erased person's. Removals that nobody asked for.
FAMILY = """
CREATE TABLE public.orders (order_id int PRIMARY KEY, version int);
CREATE TABLE public.order_items (order_id int REFERENCES public.orders, line_no int, sku text NOT NULL, PRIMARY KEY (order_id, line_no));
GRANT DELETE ON public.orders TO ingest_loader;
SELECT ingest_register_dataset('orders', prefix => 'orders/', target => 'public.orders', version_column => 'version');
SELECT ingest_register_dataset('order_items', parent => 'orders', records_path => '$.items[*]', target => 'public.order_items',
  columns => '{"line_no": "position:"}', on_child_error => 'child');
SELECT ingest_erase('orders', '{"order_id": 9}', 'asked for');
INSERT INTO ingest.staging (key, body) VALUES ('orders/1.json', convert_to(
  '[{"order_id": 1, "version": 1, "items": [{"sku": "a"}, {"sku": null}, {"sku": "c"}]}, {"order_id": 9, "version": 1, "items": []}]', 'UTF8'));
SELECT ingest_process_staging();
INSERT INTO ingest.staging (bucket, key, error_code) VALUES ('b', 'orders/gone.json', 'object_removed'), ('b', 'elsewhere.json', 'object_removed');
SELECT ingest_process_staging();
"""

# A target that refuses everything that is brought to it.
CLOSE = """
CREATE FUNCTION shop.no() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the warehouse is closed for the year end' USING ERRCODE = '55000'; END $$;
CREATE TRIGGER no BEFORE INSERT ON shop.clicks FOR EACH ROW EXECUTE FUNCTION shop.no();
"""

SPREAD = """
UPDATE ingest.file SET received_at = %(at)s, loaded_at = %(at)s + interval '180 ms', event_time = %(at)s - (received_at - event_time)
  WHERE batch_id = %(batch)s;
UPDATE ingest.batch SET started_at = %(at)s, finished_at = %(at)s + interval '260 ms' WHERE batch_id = %(batch)s;
UPDATE ingest.rejected_record SET rejected_at = %(at)s WHERE file_id IN (SELECT file_id FROM ingest.file WHERE batch_id = %(batch)s);
"""

STAGE = "INSERT INTO ingest.staging (batch_id, bucket, key, version_id, sequencer, event_time, size, body) VALUES (%s, 'acme-data', %s, %s, %s, %s, %s, %s)"


def order(dice, at):
    """One order, now and then a bad one."""
    record = {
        "order_id": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "customer_id": dice.randint(1, 9000),
        "status": dice.choice(["placed", "paid", "shipped"]),
        "updated_at": at.isoformat(),
        "total_amount": round(dice.uniform(5, 900), 2),
        "shipping": {"city": dice.choice(["Turin", "Lyon", "Porto"]), "country": dice.choice(["IT", "FR", "PT"])},
    }
    kind = dice.random()
    if kind < 0.004:
        record["total_amount"] = "twelve"
    elif kind < 0.006:
        record["status"] = "lost"
    elif kind < 0.008:
        record["note"] = "please ring twice and then wait for at least five minutes"
    elif kind < 0.009:
        del record["customer_id"]
    if dice.random() < 0.3:
        record["loyaltyTier"] = dice.choice(["gold", "silver"])
    if dice.random() < 0.05:
        record["shipping"]["floor"] = dice.randint(1, 9)
    return record


class Day:
    """Batches, each spread to its own time."""

    def __init__(self, connection):
        self.connection = connection
        self.dice = random.Random(7)
        self.now = datetime.datetime.now(datetime.timezone.utc)
        self.number = 0

    def stage(self, batch, key, body):
        """Stages one file, put some seconds ago."""
        self.number += 1
        put = self.now - datetime.timedelta(seconds=2 + self.dice.expovariate(1 / 12))
        self.connection.execute(STAGE, (batch, key, f"v{self.number}", f"{self.number:016X}", put, len(body), body))

    def load(self, batch, at):
        """Processes what was staged, and moves it to its time."""
        self.connection.execute("SELECT ingest_process_staging(%s)", (batch,))
        for statement in SPREAD.split(";\n"):
            if statement.strip():
                self.connection.execute(statement, {"at": at, "batch": batch})


def fill(connection, batches=32):
    """Fills a migrated database."""
    connection.execute(TARGETS)
    day = Day(connection)
    for batch_no in range(batches):
        at = day.now - datetime.timedelta(minutes=1440 / batches) * (batches - batch_no) + datetime.timedelta(minutes=8)
        batch = uuid.uuid4()
        with connection.transaction():
            for file_no in range(int(4 + 3 * math.sin(batch_no / 5))):
                lines = "\n".join(json.dumps(order(day.dice, at)) for _ in range(30)).encode()
                whole = batch_no != 20 or file_no > 0
                day.stage(batch, f"input/orders/{at:%Y/%m/%d}/part-{day.number:05}.json", lines if whole else lines[:-30])
            if batch_no % 8 == 3:
                people = [{"customer_id": batch_no * 100 + no, "email": f"p{batch_no}_{no}@example.com" if no else None,
                           "updated_at": at.isoformat(), "marketingOptIn": True} for no in range(20)]
                day.stage(batch, f"input/customers/{batch_no}.json", json.dumps(people).encode())
            if batch_no == 25:
                day.stage(batch, "input/ordres/typo.json", b'{"order_id": 1}')
            day.load(batch, at)
    # One object with two versions.
    for version in range(2):
        batch = uuid.uuid4()
        with connection.transaction():
            day.stage(batch, "input/orders/corrected.json", json.dumps(order(day.dice, day.now)).encode())
            day.load(batch, day.now - datetime.timedelta(minutes=9 - version))
    connection.execute(CLOSE)
    with connection.transaction():
        batch = uuid.uuid4()
        day.stage(batch, "input/clicks/1.json", json.dumps([{"click_id": str(uuid.uuid4())} for _ in range(12)]).encode())
        connection.execute("SELECT ingest_process_staging(%s)", (batch,))
        connection.execute("SELECT * FROM ingest_deferred(%s)", (batch,))
    connection.execute("SELECT ingest_reject_message('8d1c2b1e-77', '{\"hello\": \"there\"}', 'unknown_message', 'none of the notifications of S3')")
