"""The page as one file: whole, drawn, and asking for nothing."""

import subprocess

from conftest import TARGET
from test_hostile import hostile  # noqa: F401  (a fixture)


def snapshot(server, database, file):
    """Writes it."""
    done = subprocess.run([TARGET / "debug" / "pg-ingest", "dashboard", "--html", file], env={"DATABASE_URL": server.of(database, "watcher")},
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "mind who gets it" in done.stdout


def test_a_snapshot_is_whole_and_asks_for_nothing(server, filled, watched, tmp_path):
    file = tmp_path / "page.html"
    snapshot(server, "filled", file)
    assert file.stat().st_mode & 0o777 == 0o600, "rejected records are in it"
    for theme in ["light", "dark"]:
        look = watched(file.as_uri(), 390, theme)
        look.go(file.as_uri())
        assert look.page.locator("main > section").count() == 6
        assert look.page.locator(".chart canvas").count() == 4
        # Every link stays inside.
        assert look.page.evaluate("[...document.links].every((link) => link.getAttribute('href').startsWith('#'))")
        look.page.get_by_role("link", name="Drift").click()
        assert look.page.locator("#drift").is_visible()
        assert look.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert look.wrong == []


def test_hostile_text_is_text_in_a_snapshot(server, hostile, watched, tmp_path):  # noqa: F811
    file = tmp_path / "page.html"
    snapshot(server, "hostile", file)
    look = watched(file.as_uri())
    look.go(file.as_uri())
    assert look.page.evaluate("window.hit") is None
    assert look.page.evaluate("document.querySelectorAll('script').length") == 1
    assert look.page.evaluate("document.querySelectorAll('iframe, img, base, [onload], [onerror]').length") == 0
    assert look.wrong == []


def test_a_file_that_cannot_be_written_is_told(server, filled, tmp_path):
    done = subprocess.run([TARGET / "debug" / "pg-ingest", "dashboard", "--html", tmp_path / "no" / "page.html"],
                          env={"DATABASE_URL": server.of("filled", "watcher")}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
