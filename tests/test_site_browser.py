"""A real browser reads a folder of pages, from a bare server of files and from a disk, with every rule kept."""

import re
from pathlib import Path

import pytest
from browsing import Windows, files
from parts import BROWSERS, module, needs, npm, program, system

from kzkg.pages import assets
from kzkg.pages.linking import BASE, PLACES, Target
from kzkg.static import around, engine
from kzkg.static.links import stem
from kzkg.static.rules import heads
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = needs(
    program(*BROWSERS),
    module("playwright"),
    npm("axe-core"),
    system(assets.engine(), "the engine of the pages: python -m kzkg.pages.assets"),
)
KINDS = {
    "front": Target("front"), "thing": Target("thing", f"{BASE}id/org-taliban"),
    "question": Target("query", "courts-banned-groups"), "term": Target("thing", f"{BASE}ns#Designation"),
    "sparql": Target("sparql"), "conflicts": Target("conflicts"), "map": Target("map"),
    "timeline": Target("timeline"), "search": Target("search"), "about": Target("about"),
}  # fmt: skip
CHECKED = ("front", "thing", "question", "term", "sparql")
LANGUAGES = ("en", "ru", "kk")
WIDTHS = dict(zip((360, 768, 1280), LANGUAGES, strict=True))
OVER_THE_EDGE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('button, .top a, select, input:not([type=hidden])')].filter(
  e => e.offsetParent && e.type !== 'checkbox' && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"""
UNLOADED = """[...document.styleSheets].length === 0 || [...document.images].some(e => !e.naturalWidth)
  || [...document.querySelectorAll('svg image')].some(e => !e.getBBox().width)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, repo_graph):
    """A folder with a page of each kind in each language, all that stands around them, and the engine."""
    home = tmp_path_factory.mktemp("folders") / "sub"
    writer = Writer(repo_graph, Shelf(home, None), "/sub/", LANGUAGES)
    for target in {*KINDS.values(), *map(Target, PLACES), Target("thing", f"{BASE}ns")}:
        writer.write(target)
    assert [entry.path for entry in around.files(writer)]
    engine.write(repo_graph, home, {each.name: stem(each, writer.alike) for each in writer.odd})
    return home


@pytest.fixture(scope="module")
def server(folder):
    """A server of files at whose root another folder lies; it says what the rules let a server say, and no more."""
    with files(folder, heads.strict(), folder / "404.html") as address:
        yield address


@pytest.fixture
def opened(browser, folder, server):
    """Opens pages in windows of their own; nothing is asked from elsewhere, and the browser is content."""
    windows = Windows(browser, server, f"{folder.as_uri()}/")

    def open_(path, *, place="server", width=1280, scheme="light", scripts=True):
        return windows.open(
            (server if place == "server" else f"{folder.as_uri()}/") + path,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )

    open_.wrong = windows.wrong
    yield open_
    windows.close()


def file(kind, lang="en"):
    """The file of a page."""
    return f"{'' if lang == 'en' else lang + '/'}{stem(KINDS[kind], {})}.html"


@pytest.mark.parametrize("place", ["server", "disk"])
def test_every_kind_of_page_is_whole(opened, place):
    for number, kind in enumerate(KINDS):
        page = opened(file(kind, LANGUAGES[number % 3]), place=place)
        assert page.locator("h1").is_visible()
        assert page.locator("html").get_attribute("lang") == LANGUAGES[number % 3]
        assert page.evaluate("getComputedStyle(document.querySelector('.top .bar')).display") in {"flex", "grid"}
        assert not page.evaluate(UNLOADED)


@pytest.mark.parametrize("place", ["server", "disk"])
def test_the_language_is_switched_and_stays(opened, place):
    page = opened(file("thing"), place=place)
    page.get_by_role("link", name="Қазақша").click()
    page.wait_for_url("**/kk/page/org-taliban.html")
    assert page.locator("html").get_attribute("lang") == "kk"
    page.get_by_role("link", name="Карта").first.click()
    page.wait_for_url("**/kk/map.html")
    assert page.locator("html").get_attribute("lang") == "kk"
    page.get_by_role("link", name="Русский").click()
    page.wait_for_url("**/ru/map.html")
    page.locator("a.brand").click()
    page.wait_for_url("**/ru/index.html")
    assert page.locator("html").get_attribute("lang") == "ru"
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/sub/index.html")
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("place", ["server", "disk"])
def test_the_keyboard_alone_leads_from_the_top_to_a_form(opened, place):
    page = opened(file("question"), place=place)
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
    assert page.evaluate("document.activeElement.name") == "day"


def test_the_keyboard_alone_searches_from_any_page(opened):
    page = opened(file("thing", "ru"))
    page.locator("#find").focus()
    page.keyboard.type("Талибан")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ru/search.html?**")
    page.locator(".hits li a").first.wait_for()
    page.locator("#words").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.hits') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ru/page/org-taliban.html")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_hangs_over_the_edge_and_all_can_be_touched(opened, width):
    for kind in CHECKED if width == 1280 else KINDS:
        page = opened(file(kind, WIDTHS[width]), width=width)
        if kind == "sparql":
            page.locator(".cm-content").wait_for()
        assert page.evaluate(OVER_THE_EDGE) <= 0, kind
        assert page.evaluate(SMALL) == [], kind


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", CHECKED)
def test_axe_finds_no_violation(opened, kind, scheme):
    page = opened(file(kind, "ru" if scheme == "dark" else "en"), scheme=scheme)
    if kind == "sparql":
        page.locator(".cm-content").wait_for()
    # The policy of the pages forbids scripts that stand in them; a tool of the developer goes another way.
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    told = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)
    found = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in told["violations"]]
    assert found == []


def test_pages_are_read_without_scripts_and_say_what_needs_them(opened):
    for kind in KINDS:
        page = opened(file(kind), place="disk", scripts=False)
        assert page.locator("h1").is_visible()
        assert page.locator("[data-copy]:visible, .only-script:visible").count() == 0
        asks = kind in {"question", "sparql", "search"}
        assert page.locator("noscript .notice").is_visible() if asks else page.locator("noscript").count() == 0
    page = opened(file("question"), place="disk", scripts=False)
    assert page.locator("section.answer tbody tr").count() > 5
    assert page.locator("#sources").is_visible()


def test_printed_pages_keep_the_sources(opened):
    for scheme in ("light", "dark"):
        page = opened(file("thing"), scheme=scheme)
        page.emulate_media(media="print")
        assert not page.locator(".top nav").is_visible()
        assert not page.locator(".find").is_visible()
        assert page.locator("#sources").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_files_beside_a_page_are_those_it_names(opened, folder):
    for kind in ("thing", "question", "about"):
        page = opened(file(kind, "kk"))
        hrefs = page.evaluate("[...document.querySelectorAll('main a, head link[rel=alternate]')].map(e => e.href)")
        paths = [each.partition("?")[0].partition("/sub/")[2] for each in hrefs]
        files = [each for each in paths if re.search(r"\.(?!html)[a-z.]+$", each)]
        near = [each for each in files if each and not each.startswith("data/")]
        assert near or kind == "about"
        assert [each for each in near if not (folder / each).is_file()] == []


def test_what_is_not_there_has_a_page_at_any_depth(opened):
    for path in ("nothing", "page/nothing/at/all.html"):
        page = opened(path)
        assert page.locator("h1").is_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.top .bar')).display") in {"flex", "grid"}
        page.locator("a.brand").click()
        page.wait_for_url("**/sub/index.html")
    # Chromium itself takes note of a page that was not found.
    assert [each for each in opened.wrong if "404" not in each] == []
    opened.wrong.clear()
