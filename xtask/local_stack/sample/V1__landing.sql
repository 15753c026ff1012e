-- The sample targets of the demo, the tests and the benchmark: what a user's own first migration may look like.
CREATE SCHEMA landing;
COMMENT ON SCHEMA landing IS 'Where the sample datasets land: the source of the dbt models.';

CREATE TABLE landing.orders (
  order_id uuid PRIMARY KEY,
  customer_id bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('placed', 'paid', 'shipped', 'cancelled')),
  ordered_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  currency char(3) NOT NULL,
  total_amount numeric(12, 2) NOT NULL CHECK (total_amount >= 0),
  channel text,
  ship_city text,
  ship_country text,
  ship_postcode text,
  items jsonb NOT NULL,
  note text,
  _file_id bigint,
  _record_no integer,
  _loaded_at timestamptz,
  _source_time timestamptz,
  _sequencer text,
  _rescued jsonb
);
COMMENT ON TABLE landing.orders IS 'Sample target: orders as their producer last described them; one row an order.';

-- The items of an order, as rows: a child of the orders.
CREATE TABLE landing.order_items (
  order_id uuid NOT NULL REFERENCES landing.orders ON DELETE CASCADE,
  line_no integer NOT NULL,
  sku text NOT NULL,
  qty numeric(18, 4) NOT NULL,
  unit_price numeric(18, 4) NOT NULL CHECK (unit_price >= 0),
  _file_id bigint,
  _loaded_at timestamptz,
  PRIMARY KEY (order_id, line_no)
);
COMMENT ON TABLE landing.order_items IS 'Sample target: the items inside the orders; one row an item.';

CREATE TABLE landing.customers (
  customer_id bigint PRIMARY KEY,
  email text NOT NULL,
  name text,
  country text,
  signed_up_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  marketing_opt_in boolean NOT NULL DEFAULT false,
  tags text[],
  _file_id bigint,
  _record_no integer,
  _loaded_at timestamptz,
  _source_time timestamptz,
  _sequencer text,
  _rescued jsonb
);
COMMENT ON TABLE landing.customers IS 'Sample target: customers as their producer last described them; one row a customer.';

-- Payments and refunds come in the same files.
CREATE TABLE landing.payments (
  payment_id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  at timestamptz NOT NULL,
  amount numeric(12, 2) NOT NULL CHECK (amount > 0),
  _file_id bigint,
  _loaded_at timestamptz
);
COMMENT ON TABLE landing.payments IS 'Sample target: the payments of a stream; one row a payment.';
CREATE TABLE landing.refunds (
  refund_id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  at timestamptz NOT NULL,
  reason text NOT NULL,
  _file_id bigint,
  _loaded_at timestamptz
);
COMMENT ON TABLE landing.refunds IS 'Sample target: the refunds of that stream; one row a refund.';

-- The daily increment of dbt reads what came since it last ran.
CREATE INDEX orders_loaded_at_idx ON landing.orders (_loaded_at);
CREATE INDEX customers_loaded_at_idx ON landing.customers (_loaded_at);

GRANT USAGE ON SCHEMA landing TO ingest_loader, ingest_admin, ingest_dbt;
GRANT SELECT, INSERT, UPDATE ON landing.orders, landing.customers, landing.order_items, landing.payments, landing.refunds TO ingest_loader;
-- Items are replaced with their order, and an order may go.
GRANT DELETE ON landing.orders, landing.order_items TO ingest_loader;
GRANT SELECT ON landing.orders, landing.customers, landing.order_items, landing.payments, landing.refunds TO ingest_admin, ingest_dbt;
