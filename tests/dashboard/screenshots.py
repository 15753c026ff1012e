"""Makes the pictures of docs/dashboard.md anew: tests/dashboard/screenshots.py, with the Python of tests/infra/run."""

import os
import pathlib
import shutil
import tempfile

import psycopg
from playwright.sync_api import sync_playwright

import sample
from conftest import ROOT, Dashboard, Server

PICTURES = [("overview", "/", "light"), ("reject", "/reject?id=1", "light"), ("datasets", "/datasets", "dark")]


def main():
    """A day of loading, looked at."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pg_ingest_pictures_"))
    folder.chmod(0o755)
    server = Server(folder)
    try:
        with psycopg.connect(server.of("template1"), autocommit=True) as connection:
            connection.execute("CREATE ROLE watcher LOGIN PASSWORD 'watch'; GRANT ingest_reader TO watcher")
        with server.database("shop") as connection:
            sample.fill(connection, 96)
        dashboard = Dashboard(server.of("shop", "watcher"))
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
            for name, path, theme in PICTURES:
                page = browser.new_page(viewport={"width": 1200, "height": 800}, color_scheme=theme)
                page.goto(dashboard.address + path)
                page.screenshot(path=ROOT / f"docs/images/dashboard-{name}.png", full_page=True)
        dashboard.stop()
    finally:
        server.stop()
        shutil.rmtree(folder)


main()
