"""Hostile names, records, messages and errors are text in every view."""

import json
import pathlib
import urllib.parse

import pytest

from conftest import Dashboard
from test_guard import ask

STRINGS = [json.loads(line) for line in (pathlib.Path(__file__).parents[1] / "conformance/naughty/strings.jsonl").read_text().splitlines()]
# What a page would run if it were markup there.
MARKUP = [
    "<script>window.hit = 1</script>", "\"><img src=x onerror=window.hit=1>", "'><svg onload=window.hit=1>", "</code></pre><script>window.hit = 1</script>",
    "</script><script>window.hit=1</script>", "javascript:window.hit=1", "<style>body{display:none}</style>", "<base href=//evil.example>",
    "<iframe src=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>", "&lt;b&gt;", "${window.hit=1}", "{{7*7}}", "<!--",
    "\u202egnp.exe", "a\u0301\u0327" * 40, "\u0001\u001b[31m",
]
HOSTILE = [text for text in STRINGS if text and "\0" not in text and not any(0xD800 <= ord(letter) < 0xE000 for letter in text)] + MARKUP

FILL = """
INSERT INTO ingest.object (bucket, key, newest_file_id) VALUES (%(text)s, left(%(text)s, 200) || %(no)s, NULL);
INSERT INTO ingest.file (object_id, batch_id, dataset, bucket, key, version_id, etag, sequencer, size, received_at, status, error_code, error)
  SELECT max(object_id), gen_random_uuid(), %(name)s, %(text)s, left(%(text)s, 200) || %(no)s, %(text)s, %(text)s, %(text)s, 1, now() - %(no)s * interval '1 s', 'load_failed', %(text)s, %(text)s
  FROM ingest.object;
INSERT INTO ingest.rejected_record (file_id, record_no, record, column_name, error_code, error)
  SELECT max(file_id), 1, convert_to(%(record)s, 'UTF8'), %(text)s, %(text)s, %(text)s FROM ingest.file;
INSERT INTO ingest.dataset (name, prefix, bucket, target, load_mode) VALUES (%(name)s, left(%(text)s, 200) || %(no)s, %(text)s, 'shop.t', 'append');
INSERT INTO ingest.schema_drift VALUES (%(name)s, %(text)s, 'string', now(), now() - %(no)s * interval '1 s', 1, %(text)s);
INSERT INTO ingest.dataset_fault VALUES (%(name)s, now(), now(), '55000', %(text)s, 1);
INSERT INTO ingest.rejected_message (message_id, body, error_code, error) VALUES (%(text)s || %(no)s, %(text)s, %(text)s, %(text)s)
"""


@pytest.fixture(scope="module")
def hostile(server):
    """A dashboard over nothing but hostile text; each in every place that text comes to."""
    with server.database("hostile") as connection, connection.transaction():
        connection.execute("CREATE SCHEMA shop; CREATE TABLE shop.t (a text)")
        for number, text in enumerate(HOSTILE):
            values = {"text": text, "no": number, "name": named(number), "record": json.dumps({text: text}, ensure_ascii=False)}
            for statement in FILL.split(";\n"):
                connection.execute(statement, values)
    dashboard = Dashboard(server.of("hostile", "watcher"))
    yield dashboard.address
    dashboard.stop()


def unhurt(look):
    """The page is whole, and nothing of the data has become a part of it."""
    assert look.page.evaluate("window.hit") is None
    assert look.page.locator("footer").is_visible()
    # What the views are made of, and no more.
    strange = "[...document.querySelectorAll('script:not([src]), iframe, img, base, style, meta[http-equiv], [onload], [onerror], object, embed')].length"
    assert look.page.evaluate(strange) == 0
    assert look.page.evaluate("[...document.links].every((link) => link.protocol === 'http:' && link.origin === location.origin)")
    assert look.wrong == []


@pytest.mark.parametrize("path", ["/", "/datasets", "/rejects", "/drift", "/files", "/files?status=load_failed", "/messages"])
def test_lists_show_it_as_text(hostile, watched, path):
    look = watched(hostile, 390)
    assert look.go(hostile + path).status == 200
    unhurt(look)
    assert look.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def named(number):
    """The dataset that a string was put in with."""
    return HOSTILE[number].encode()[:150].decode(errors="ignore") + str(number)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_text_on_the_pages_of_its_own(hostile, watched, text):
    look = watched(hostile)
    # Numbered in the order in which they were put in.
    number = HOSTILE.index(text)
    assert look.go(f"{hostile}/file?id={number + 1}").status == 200
    unhurt(look)
    assert look.go(f"{hostile}/reject?id={number + 1}").status == 200
    unhurt(look)
    assert look.page.locator("pre.record").text_content() == json.dumps({text: text}, ensure_ascii=False)


@pytest.mark.parametrize("path", ["/dataset?name=", "/drift?dataset=", "/files?dataset=", "/files?key=", "/datasets?q=", "/rejects?code=", "/rejects?column="])
def test_what_is_asked_for_is_text_too(hostile, watched, path):
    look = watched(hostile)
    for text in [named(HOSTILE.index(MARKUP[0])), "".join(MARKUP)]:
        look.page.goto(hostile + path + urllib.parse.quote(text))
        assert look.page.evaluate("window.hit") is None
        assert look.page.locator("footer").is_visible()
        assert look.page.locator("script:not([src]), iframe, img, base").count() == 0


def test_every_string_that_could_be_markup_is_answered(hostile):
    # Those with a letter that has a meaning in markup; the lists show many others.
    for number in [number for number, text in enumerate(HOSTILE) if set(text) & set("<>&\"'")]:
        view = "file" if number % 2 else "reject"
        answer, body = ask(hostile, f"/{view}?id={number + 1}")
        assert answer.status in (200, 404)
        assert body.count("<script") == 1
