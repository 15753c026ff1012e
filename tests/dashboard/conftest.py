"""What the checks of the dashboard share: a filled database, the program that shows it, and a real browser."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.parse

import psycopg
import pytest
from playwright.sync_api import sync_playwright

import sample

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def run(*command):
    """Runs a command of the repository; returns what it printed."""
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


class Server:
    """A migrated PostgreSQL of our own; databases are copies of its first one."""

    def __init__(self, folder):
        self.data = folder / "data"
        last_line = run("cargo", "run", "--quiet", "--package", "xtask", "--", "db", "start", "--data", str(self.data)).splitlines()[-1]
        self.url = urllib.parse.urlsplit(last_line)

    def stop(self):
        """Ends it."""
        run("cargo", "run", "--quiet", "--package", "xtask", "--", "db", "stop", "--data", str(self.data))

    def of(self, database, user=None):
        """The URL of a database, as the superuser or as another user without a password."""
        authority = self.url.netloc if user is None else f"{user}:watch@{self.url.netloc.rpartition('@')[2]}"
        return self.url._replace(path=f"/{database}", netloc=authority, query="sslmode=disable").geturl()

    def database(self, name):
        """A fresh copy of the migrated database; a connection to it."""
        template = self.url.path.lstrip("/")
        with psycopg.connect(self.of("template1"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return psycopg.connect(self.of(name), autocommit=True)


class Dashboard:
    """The program, answering on a port that was free."""

    def __init__(self, url, *arguments):
        command = [TARGET / "debug" / "pg-ingest", "dashboard", "--listen", "127.0.0.1:0", *arguments]
        # Nothing of the caller's environment: a proxy, say, would be something from elsewhere.
        environment = {"DATABASE_URL": url, "PATH": os.environ["PATH"], "RUST_LOG": "info"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        line = self.process.stdout.readline()
        found = re.search(r"http://[^/ ]+", line)
        if not found:
            self.process.kill()
            raise AssertionError(f"the dashboard did not start: {line}{self.process.stderr.read()}")
        self.address = found.group()

    def stop(self):
        """Ends it."""
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def server():
    """One PostgreSQL for all; who looks is a login that may do nothing but that."""
    run("cargo", "build", "--quiet", "--bin", "shipper", "--bin", "pg-ingest")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pg_ingest_dashboard_"))
    # PostgreSQL runs as a user of its own, who has to get in.
    folder.chmod(0o755)
    running = Server(folder)
    try:
        with psycopg.connect(running.of("template1"), autocommit=True) as connection:
            connection.execute("CREATE ROLE watcher LOGIN PASSWORD 'watch'; GRANT ingest_reader TO watcher")
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def filled(server):
    """The address of a dashboard over a day of loading."""
    with server.database("filled") as connection:
        sample.fill(connection)
    dashboard = Dashboard(server.of("filled", "watcher"))
    yield dashboard.address
    dashboard.stop()


@pytest.fixture(scope="session")
def placed(server):
    """The address of a dashboard over one reject, around which columns read."""
    with server.database("placed") as connection:
        connection.execute(sample.PLACED)
    dashboard = Dashboard(server.of("placed", "watcher"))
    yield dashboard.address
    dashboard.stop()


@pytest.fixture(scope="session")
def family(server):
    """The address of a dashboard over one file whose records have children."""
    with server.database("family") as connection:
        connection.execute(sample.FAMILY)
    dashboard = Dashboard(server.of("family", "watcher"))
    yield dashboard.address
    dashboard.stop()


@pytest.fixture(scope="session")
def bare(server):
    """The address of a dashboard over a database in which nothing has happened yet."""
    server.database("bare").close()
    dashboard = Dashboard(server.of("bare", "watcher"))
    yield dashboard.address
    dashboard.stop()


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium. Its sandbox refuses to be run by root."""
    found = shutil.which("chromium")
    assert found, "chromium is not installed; cargo xtask setup does that"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=found, args=arguments)
        yield running
        running.close()


class Watched:
    """A page of the browser that notes all complaints, and all requests that leave the dashboard."""

    def __init__(self, context, home):
        self.page = context.new_page()
        self.wrong = []
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: None if request.url.startswith(home) else self.wrong.append(f"asked for {request.url}"))

    def go(self, address):
        """Opens an address; everything must be well there."""
        answer = self.page.goto(address)
        assert self.wrong == [], (address, self.wrong)
        return answer


@pytest.fixture
def watched(browser):
    """Opens a watched page: watched(home, width=…, theme=…)."""
    contexts = []

    def open_page(home, width=1440, theme="light"):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, permissions=["clipboard-read", "clipboard-write"]))
        return Watched(contexts[-1], home)

    yield open_page
    for context in contexts:
        context.close()
