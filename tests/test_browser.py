"""A real browser walks through the pages: form to answer to share link, editor, languages, keyboard, phone, axe."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import Windows
from parts import BROWSERS, module, needs, npm, program, system
from serving import serving

from kzkg.pages import assets

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = needs(
    program(*BROWSERS),
    module("playwright"),
    npm("axe-core"),
    system("editor.js" in assets.names(), "the editor: python -m kzkg.pages.assets"),
)
KINDS = {
    "front": "/", "thing": "/page/attack-aktobe-2016-06-05", "question": "/query/courts-banned-groups",
    "term": "/ns/Designation", "sparql": "/ask", "conflicts": "/conflicts", "map": "/map", "timeline": "/timeline",
    "search": "/search?q=taliban",
}  # fmt: skip
WIDTHS = (360, 768, 1280)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(ROOT, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        yield running


@pytest.fixture
def opened(browser, server):
    """Opens pages in windows of their own; nothing is asked from elsewhere, and the browser is content."""
    windows = Windows(browser, f"{server.url}/")

    def open_(path, *, width=1280, lang="en-GB", scheme="light", scripts=True, fault=""):
        def wrong(text):
            if fault and fault in text:  # the test asks for what the browser reports here
                return False
            # Whoever types over a selection in an editable element makes Chromium itself try a style, which is refused.
            return not (text.startswith("Applying inline style") and path.startswith("/ask"))

        return windows.open(
            server.url + path,
            fault=wrong,
            viewport={"width": width, "height": 900},
            locale=lang,
            color_scheme=scheme,
            java_script_enabled=scripts,
        )

    yield open_
    windows.close()


def test_from_the_form_to_the_answer_to_the_link_that_gives_it_again(opened):
    page = opened("/")
    with page.expect_navigation():
        page.get_by_role("link", name="Which courts banned which groups, and when?").click()
    page.get_by_label("court", exact=True).select_option(label="Supreme Court of the Republic of Kazakhstan")
    page.get_by_label("day", exact=True).fill("2010-01-01")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/query/courts-banned-groups?**")
    assert parse_qs(urlsplit(page.url).query) == {"court": ["id:court-supreme-court-kz"], "day": ["2010-01-01"]}
    rows = page.locator("table tbody tr").all_inner_texts()
    assert rows
    assert all("Supreme Court" in row for row in rows)
    mark = page.locator("td.cited a").first
    mark.click()
    page.wait_for_function("location.hash.startsWith('#s')")
    link = page.get_by_label("This link gives the same answer again").input_value()
    again = opened(link.partition("/query/")[1] + link.partition("/query/")[2])
    assert again.locator("table tbody tr").all_inner_texts() == rows


def test_names_are_suggested_where_a_list_would_be_too_long(opened):
    page = opened("/query/courts-banned-groups")
    field = page.get_by_label("source", exact=True)
    assert page.locator("datalist option").count() == 0
    field.press_sequentially("Radio")
    # Whoever types slowly is first told what holds the beginning of the word.
    page.wait_for_function(
        "found => (found = [...document.querySelectorAll('datalist option')]).length > 0 && "
        "found.every(each => each.value.toLowerCase().includes('radio'))"
    )
    names = page.locator("datalist option").evaluate_all("found => found.map(each => each.value)")
    assert 0 < len(names) <= 20
    assert all("radio" in name.lower() for name in names)
    field.fill(names[0])
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**source=**")
    assert page.locator("[aria-invalid]").count() == 0
    assert page.locator("#answer").is_visible()


def test_the_language_is_switched_and_stays(opened):
    page = opened("/page/org-taliban", lang="ru-RU")
    assert page.locator("html").get_attribute("lang") == "ru"
    with page.expect_navigation():
        page.get_by_role("link", name="Қазақша").click()
    assert page.locator("html").get_attribute("lang") == "kk"
    with page.expect_navigation():
        page.locator("main a[href*='/page/']").first.click()
    assert page.locator("html").get_attribute("lang") == "kk"
    page.get_by_role("searchbox").fill("Талибан")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.locator("html").get_attribute("lang") == "kk"
    assert page.locator(".hits li").count() > 0


def test_keyboard_alone_is_enough(opened):
    page = opened("/query/groups-banned-on-day")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'content'")
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.name") == "day":
            break
    page.keyboard.type("2006-01-01")
    page.keyboard.press("Enter")
    page.wait_for_url("**day=2006-01-01**")
    assert page.locator("table tbody tr").count() > 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_hangs_over_the_edge(opened, kind, width):
    page = opened(KINDS[kind], width=width, lang=("en", "ru", "kk")[WIDTHS.index(width)])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('button, .top a, select, input:not([type=hidden])')].filter(e => e.offsetParent"
        " && e.type !== 'checkbox' && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(opened, kind, scheme):
    page = opened(KINDS[kind], scheme=scheme, lang="ru" if scheme == "dark" else "en")
    if kind == "sparql":
        page.locator(".cm-content").wait_for()
    # The policy of the pages forbids scripts that stand in them; a tool of the developer goes another way.
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    told = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)
    found = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in told["violations"]]
    assert found == []


def test_the_editor_completes_runs_draws_and_shares(opened):
    page = opened("/ask")
    content = page.locator(".cm-content")
    content.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT ?court (COUNT(?d) AS ?n) { ?d kzkg:issued")
    page.locator(".cm-tooltip-autocomplete").get_by_text("kzkg:issuedBy").click()
    page.keyboard.type(" ?court } GROUP BY ?court ORDER BY DESC(?n)")
    page.keyboard.press("Control+Enter")
    page.locator("#output table tbody tr").first.wait_for()
    assert "Supreme Court" in page.locator("#output table").inner_text()
    page.get_by_role("button", name="Chart").click()
    page.locator("#output svg.plot rect").nth(2).wait_for(state="attached")
    page.get_by_role("button", name="Map").click()
    page.locator("#output p, #output svg").first.wait_for()
    link = page.get_by_label("Link to this query").input_value()
    again = opened(link[link.index("/ask") :], scripts=False)
    assert "Supreme Court" in again.locator("table").inner_text()


def test_a_saved_query_is_an_example_and_a_fault_is_said(opened):
    page = opened("/ask", fault="status of 400")
    page.locator(".cm-content").wait_for()
    page.get_by_label("Begin with a saved query").select_option("incidents")
    page.get_by_role("button", name="Run").click()
    page.locator("#output table tbody tr").first.wait_for()
    page.get_by_role("button", name="Map").click()
    page.locator("#output svg circle").first.wait_for()
    page.locator("#output svg circle").nth(5).wait_for(state="attached")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT ?x { ?x nowhere:else 1 }")
    page.keyboard.press("Control+Enter")
    fault = page.locator("#status.fault")
    fault.wait_for()
    assert "nowhere" in fault.inner_text()


def test_pages_can_be_read_without_scripts(opened):
    for path in KINDS.values():
        page = opened(path, scripts=False)
        assert page.locator("h1").is_visible()
        assert not page.locator("[data-copy]").first.is_visible()
    page = opened("/ask", scripts=False)
    page.get_by_label("Query", exact=True).fill("SELECT ?court { ?court a kzkg:Court } LIMIT 3")
    with page.expect_navigation():
        page.get_by_role("button", name="Run").click()
    assert page.locator("table tbody tr").count() == 3


def test_a_hostile_label_stays_a_label(opened):
    page = opened("/search?q=" + "%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    page.on("dialog", lambda _: pytest.fail("a text of the address ran"))
    assert "<script>alert(1)</script>" in page.locator("main").inner_text()


def test_printed_pages_keep_the_sources(opened):
    page = opened("/page/org-taliban")
    page.emulate_media(media="print")
    assert not page.locator(".top nav").is_visible()
    assert page.locator("#sources").is_visible()
    assert (
        json.loads(page.evaluate("JSON.stringify(getComputedStyle(document.body).backgroundColor)"))
        == "rgb(255, 255, 255)"
    )
