"""Who is answered, what a browser may do with the page, and that the page can change nothing."""

import http.client
import socket
import subprocess
import urllib.parse

import psycopg
import pytest

from conftest import TARGET, Dashboard


def ask(address, path="/", method="GET", **headers):
    """A request as it is, without a browser's help."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc)
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": urllib.parse.urlsplit(address).netloc, **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer, answer.read().decode()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8042", "127.0.0.1.evil.example", ""])
def test_a_name_of_somebody_else_is_not_answered(filled, host):
    for path in ["/", "/rejects", "/style.css", "/nothing"]:
        answer, body = ask(filled, path, Host=host)
        assert answer.status == 421
        assert "orders" not in body


def test_a_name_that_was_given_is_answered(server):
    server.database("named").close()
    dashboard = Dashboard(server.of("named", "watcher"), "--host", "ingest.example")
    try:
        assert ask(dashboard.address, Host="ingest.example:80")[0].status == 200
        assert ask(dashboard.address, Host="other.example:80")[0].status == 421
    finally:
        dashboard.stop()


def test_every_answer_says_what_the_page_may_do(filled):
    for path in ["/", "/reject?id=1", "/file?id=999999", "/style.css", "/page.js", "/nothing"]:
        answer, _ = ask(filled, path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_but_reading_is_answered(filled, method):
    for path in ["/", "/file?id=1"]:
        assert ask(filled, path, method)[0].status == 405


@pytest.mark.parametrize("path", [
    "/file", "/file?id=", "/file?id=x", "/file?id=-1", "/file?id=99999999999999999999", "/reject?id=0", "/dataset", "/dataset?name=%00",
    "/dataset?name=nothing", "/nothing", "/../etc/passwd", "/files/",
])
def test_what_is_not_there_is_a_page_that_says_so(filled, path):
    answer, body = ask(filled, path)
    assert answer.status == 404
    assert "There is no " in body


@pytest.mark.parametrize("path", [
    "/?window=x", "/files?before=x&id=1", "/files?before=9999&id=x", "/files?status=x", "/files?key=%00", "/rejects?page=-1",
    "/rejects?page=99999999999999", "/rejects?column=%00", "/drift?dataset=nothing", "/datasets?q=%27&state=%3Cb%3E", "/files?before=2026-13-45",
])
def test_a_made_up_address_never_breaks_the_program(filled, path):
    answer, body = ask(filled, path)
    assert answer.status in (200, 400, 500)
    assert ask(filled)[0].status == 200
    assert "panicked" not in body


def test_a_login_that_is_no_reader_is_told_the_grant(server):
    with psycopg.connect(server.of("template1"), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'watch'")
    server.database("strange").close()
    done = subprocess.run([TARGET / "debug" / "pg-ingest", "dashboard", "--listen", "127.0.0.1:0"], env={"DATABASE_URL": server.of("strange", "stranger")},
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "GRANT ingest_reader TO" in done.stderr


def test_a_port_that_is_taken_is_told(server):
    server.database("taken").close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = subprocess.run([TARGET / "debug" / "pg-ingest", "dashboard", "--listen", address], env={"DATABASE_URL": server.of("taken", "watcher")},
                              capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"cannot listen on {address}" in done.stderr


def test_a_database_that_goes_away_is_a_page_and_its_return_is_seen(server, watched):
    server.database("leaving").close()
    dashboard = Dashboard(server.of("leaving", "watcher"))
    try:
        with psycopg.connect(server.of("template1"), autocommit=True) as connection:
            connection.execute("ALTER DATABASE leaving ALLOW_CONNECTIONS false")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'leaving'")
            answer, body = ask(dashboard.address)
            assert answer.status == 503
            assert "The database cannot be reached" in body
            connection.execute("ALTER DATABASE leaving ALLOW_CONNECTIONS true")
        assert ask(dashboard.address)[0].status == 200
    finally:
        dashboard.stop()


def test_looking_at_everything_changes_nothing(server, filled):
    with psycopg.connect(server.of("filled"), autocommit=True) as connection:
        written = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
        before = connection.execute(written).fetchone()
        for path in ["/", "/datasets", "/dataset?name=orders", "/rejects", "/reject?id=1", "/drift", "/files", "/file?id=1", "/messages"]:
            assert ask(filled, path)[0].status == 200
        assert connection.execute(written).fetchone() == before
        # What the program did last, as the server saw it.
        (state,) = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'watcher' AND backend_xid IS NOT NULL").fetchone()
        assert state == 0


def test_an_open_page_locks_nothing(server, filled):
    with psycopg.connect(server.of("filled"), autocommit=True) as connection:
        held = ("SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) "
                "WHERE a.usename = 'watcher' AND a.datname = 'filled' AND l.locktype = 'relation'")
        for path in ["/", "/rejects", "/file?id=999999", "/files?before=2026-13-45", "/nothing"]:
            ask(filled, path)
            assert connection.execute(held).fetchone() == (0,), path


def test_a_page_that_nobody_has_asked_for_yet_locks_nothing(server):
    server.database("unasked").close()
    dashboard = Dashboard(server.of("unasked", "watcher"))
    try:
        with psycopg.connect(server.of("unasked"), autocommit=True) as connection:
            states = connection.execute("SELECT state FROM pg_stat_activity WHERE usename = 'watcher' AND datname = 'unasked'").fetchall()
        assert states == [("idle",)]
    finally:
        dashboard.stop()


def test_the_sql_settles_no_more_than_the_page_shows(filled):
    _, body = ask(filled, "/rejects?dataset=orders&code=type_mismatch")
    assert "ingest_dismiss(dataset =&gt; 'orders', error_code =&gt; 'type_mismatch', reason =&gt; '');" in body
    assert "ingest_replay(dataset =&gt; 'orders', error_code =&gt; 'type_mismatch');" in body
    for path in ["/rejects", "/rejects?dataset=orders", "/rejects?code=type_mismatch", "/rejects?dataset=&code=no_dataset&column=",
                 "/rejects?dataset=orders&code=type_mismatch&column=total_amount", "/rejects?dataset=orders&code=type_mismatch&column="]:
        answer, body = ask(filled, path)
        assert answer.status == 200
        assert "FROM ingest_dismiss(" not in body, path
        assert "FROM ingest_replay(" not in body, path
        assert "open one reject" in body, path


def test_rejects_without_a_dataset_are_a_group_of_their_own(filled):
    _, body = ask(filled, "/rejects")
    assert "/rejects?dataset=&amp;code=no_dataset&amp;column=" in body
    _, body = ask(filled, "/rejects?dataset=&code=no_dataset&column=")
    assert "input/ordres/typo.json" in body
    assert "input/orders/" not in body


def test_a_contract_says_what_is_read(server):
    with server.database("columns") as connection:
        connection.execute("CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO PUBLIC; "
                           "CREATE TABLE shop.t (made bigint GENERATED ALWAYS AS IDENTITY, given bigint GENERATED BY DEFAULT AS IDENTITY, kept text, a text)")
        connection.execute("SELECT ingest_register_dataset('t', prefix => 't/', target => 'shop.t', load_mode => 'append', columns => '{\"kept\": null}')")
    dashboard = Dashboard(server.of("columns", "watcher"))
    try:
        _, body = ask(dashboard.address, "/dataset?name=t")
        rows = {row.split("</code>")[0].rpartition(">")[2]: row for row in body.split("<tr>")[1:]}
        assert "not read" in rows["made"]
        assert "not read" in rows["kept"]
        assert "$.given" in rows["given"] and "never read" not in rows["given"]
        assert "$.a" in rows["a"]
    finally:
        dashboard.stop()
