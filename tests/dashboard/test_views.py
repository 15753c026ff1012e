"""Every view in a real browser: both widths, both themes, with nothing to complain about and nothing asked of others."""

import re

import pytest

VIEWS = {
    "/": "Overview", "/?window=1h": "Overview", "/?window=7d": "Overview", "/datasets": "Datasets", "/dataset?name=orders": "orders",
    "/rejects": "Rejects", "/rejects?code=type_mismatch": "Rejects", "/reject?id=1": "Reject 1", "/drift": "Drift", "/files": "Files",
    "/files?status=partially_loaded": "Files", "/file?id=1": "input/orders/", "/messages": "Messages",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_view_shows(filled, watched, width, theme):
    look = watched(filled, width, theme)
    for path, title in VIEWS.items():
        assert look.go(filled + path).status == 200, path
        assert look.page.title().startswith(title)
        assert look.page.locator("h1").count() == 1
        # Every view can be reached without scrolling the navigation.
        assert look.page.evaluate("document.querySelector('nav.views').scrollWidth <= document.querySelector('nav.views').clientWidth"), (path, width)
        # Only tables scroll sideways, in a frame of their own.
        assert look.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        dark = look.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (int(re.findall(r"\d+", dark)[0]) < 60) == (theme == "dark")
    assert look.wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(filled, watched, theme):
    look = watched(filled, 1440, theme)
    for path in ["/", "/datasets", "/rejects", "/reject?id=1", "/file?id=1"]:
        look.go(filled + path)
        faint = look.page.evaluate(CONTRASTS)
        assert faint == [], path


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_of_a_database_in_which_nothing_happened(bare, watched, path):
    look = watched(bare)
    answer = look.page.goto(bare + path)
    if path.startswith(("/dataset?", "/reject?", "/file?")):
        assert answer.status == 404
        assert look.page.get_by_role("alert").is_visible()
    else:
        assert answer.status == 200
        assert look.page.locator(".empty").first.is_visible(), "what to do is said where there is nothing to see"
        assert look.page.locator(".chart").count() == 0, "axes without anything are nothing to see"
        assert look.wrong == []


def test_charts_are_drawn_and_have_their_numbers(filled, watched):
    look = watched(filled)
    look.go(filled)
    assert look.page.locator(".chart canvas").count() == 4
    # Something is drawn: not all pixels are alike.
    drawn = "(c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 3"
    assert all(look.page.locator(".chart canvas").nth(number).evaluate(drawn) for number in range(4))
    look.page.locator(".chart details summary").first.click()
    rows = look.page.locator(".chart").first.locator("details tbody tr")
    assert rows.count() > 10
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", rows.first.inner_text())


def test_charts_change_with_the_theme_and_the_width(filled, watched):
    look = watched(filled)
    look.go(filled)
    first = look.page.locator(".chart canvas").first
    before = first.evaluate("(c) => c.toDataURL()")
    look.page.emulate_media(color_scheme="dark")
    look.page.wait_for_function("(before) => document.querySelector('.chart canvas').toDataURL() !== before", arg=before)
    look.page.set_viewport_size({"width": 700, "height": 900})
    look.page.wait_for_function("document.querySelector('.chart canvas').getBoundingClientRect().width < 700")
    assert look.wrong == []


def test_from_a_reject_to_its_file_and_its_dataset(filled, watched):
    look = watched(filled)
    look.go(filled + "/rejects?code=type_mismatch&column=total_amount")
    look.page.locator("td.reason a").last.click()
    assert look.page.locator("mark").inner_text() == '"twelve"'
    assert "numeric(12,2)" in look.page.locator(".beside").inner_text()
    assert "total_amount >= (0)::numeric" in look.page.locator(".beside").inner_text()
    look.page.locator(".facts a[href^='/file']").click()
    assert look.page.locator(".steps li").count() >= 4
    look.page.locator(".facts a[href^='/dataset']").click()
    assert look.page.locator("h1").inner_text() == "orders"
    assert "$.shipping.city" in look.page.content()
    assert look.wrong == []


def test_a_reject_shows_what_columns_read_around_its_record(placed, watched):
    look = watched(placed)
    look.go(placed + "/reject?id=1")
    around = look.page.get_by_label("Around the record").inner_text()
    assert '"parent:$.id": 17' in around
    assert '"position:": 1' in around
    assert look.wrong == []


def test_children_and_what_was_left_out_for_the_erased_are_told(family, watched):
    look = watched(family)
    look.go(family + "/")
    assert "2 rows of children" in look.page.locator(".tiles").inner_text()
    look.go(family + "/file?id=1")
    assert look.page.get_by_role("region", name="Children inside its records").locator("tbody tr").inner_text().split() == ["order_items", "2", "1"]
    assert "Of the filtered 1 is an erased person's" in look.page.locator(".headline").inner_text()
    assert look.page.get_by_role("region", name="Rejects of this file").locator("tbody tr").count() == 1
    look.go(family + "/dataset?name=order_items")
    assert "$.items[*] in records of orders" in look.page.locator("dl.facts").first.inner_text()
    assert look.wrong == []


def test_removals_that_changed_nothing_are_told_with_the_reason(family, watched):
    look = watched(family)
    look.go(family + "/dataset?name=orders")
    rows = look.page.get_by_role("region", name="Removals of objects that changed nothing").locator("tbody tr")
    assert "the dataset keeps rows of removed objects (on_removed)" in rows.inner_text()
    assert "orders/gone.json in b" in rows.inner_text()
    look.go(family + "/messages")
    assert rows.count() == 2
    assert "no dataset takes the key" in " ".join(rows.all_inner_texts())
    assert look.wrong == []


def test_a_dataset_shows_which_records_it_takes_and_how_it_reads_them(filled, watched):
    look = watched(filled)
    look.go(filled + "/dataset?name=clicks")
    facts = look.page.locator("dl.facts").first.inner_text()
    assert "click_id IS NOT NULL" in facts
    assert "snake_case" in facts
    assert '{"",N/A}' in facts
    assert look.wrong == []


def test_a_file_is_found_by_its_key_its_address_or_its_number(filled, watched):
    look = watched(filled)
    for sought in ["input/orders/corrected.json", "s3://acme-data/input/orders/corrected.json"]:
        look.go(filled + "/files")
        look.page.get_by_role("searchbox").fill(sought)
        look.page.keyboard.press("Enter")
        look.page.locator(".found a").click()
        assert look.page.locator("h1").inner_text() == "input/orders/corrected.json"
        assert look.page.get_by_role("region", name="Entries of this key").locator("tbody tr").count() == 2
    look.go(filled + "/files?key=input/orders/never.json")
    assert "never processed" in look.page.locator(".empty").inner_text()


def test_pages_of_files_and_rejects_follow_each_other(filled, watched):
    look = watched(filled)
    for path, rows in [("/files", "Files"), ("/rejects", "Open rejects")]:
        look.go(filled + path)
        seen = look.page.get_by_role("region", name=rows, exact=True).locator("tbody tr").all_inner_texts()
        more = look.page.get_by_role("link", name="Older")
        if more.count():
            more.click()
            after = look.page.get_by_role("region", name=rows, exact=True).locator("tbody tr").all_inner_texts()
            assert after
            assert not set(seen) & set(after)
    assert look.wrong == []


# The texts whose contrast with the nearest ground is under 4.5, the measure of WCAG 2.1 for text of usual size.
CONTRASTS = """() => {
  const channel = (value) => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  const light = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (; node; node = node.parentElement) { const [r, g, b, a = 1] = parts(getComputedStyle(node).backgroundColor); if (a > 0.9) return [r, g, b]; }
    return [255, 255, 255];
  };
  const faint = [];
  for (const node of document.querySelectorAll("body *:not(script):not(svg *)")) {
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) || !node.checkVisibility()) continue;
    const [one, two] = [light(parts(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < 4.5) faint.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)}: ${node.textContent.slice(0, 40)}`);
  }
  return faint;
}"""
