"""Everything can be reached and done without a mouse."""


def focused(page):
    """What has the focus, and whether one sees it."""
    return page.evaluate("""() => {
      const node = document.activeElement, style = getComputedStyle(node);
      return {tag: node.tagName, text: (node.innerText || node.getAttribute("aria-label") || node.name || "").slice(0, 40),
        shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0};
    }""")


def test_every_link_and_button_is_reached_by_tab_and_shows_it(filled, watched):
    for path in ["/", "/datasets", "/reject?id=1", "/files"]:
        look = watched(filled)
        look.go(filled + path)
        wanted = look.page.locator("a[href]:visible, button:visible, input:visible, summary:visible, [tabindex='0']:visible").count()
        reached = 0
        while reached < wanted + 5:
            look.page.keyboard.press("Tab")
            now = focused(look.page)
            if now["tag"] == "BODY":
                break
            reached += 1
            assert now["shown"], (path, now)
        assert reached >= wanted, path


def test_the_first_stop_leads_past_the_navigation(filled, watched):
    look = watched(filled)
    look.go(filled)
    look.page.keyboard.press("Tab")
    assert focused(look.page)["text"] == "Skip to the content"
    look.page.keyboard.press("Enter")
    assert look.page.evaluate("document.activeElement.id") == "main"


def test_sql_is_copied_by_the_keyboard(filled, watched):
    look = watched(filled)
    look.go(filled + "/reject?id=1")
    button = look.page.locator("button.copy").first
    button.focus()
    look.page.keyboard.press("Enter")
    look.page.wait_for_function("document.querySelector('button.copy').textContent === 'Copied'")
    copied = look.page.evaluate("navigator.clipboard.readText()")
    assert copied == look.page.locator("figure.sql pre").first.text_content()
    assert "ingest_preview" in copied
