"""The pages of a folder answer on their own in a real browser: forms, editor, links, files; from a disk, too."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from browsing import Windows
from parts import BROWSERS, module, needs, npm, program, system
from still import alike, expected

from kzkg.answer import Wish, ask
from kzkg.formats import FORMATS, Layout
from kzkg.formats.objects import objects
from kzkg.labels import resolve
from kzkg.pages import assets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.store import Graph

ROOT = Path(__file__).resolve().parent.parent
pytestmark = needs(
    program(*BROWSERS),
    module("playwright"),
    module("jinja2"),
    system(assets.engine(), "the engine of the pages: python -m kzkg.pages.assets"),
)


@pytest.fixture(scope="module", params=["server", "disk"])
def root(request: pytest.FixtureRequest, still_folder: Path, still_server: str) -> str:
    """The address of the folder: on a server, and on a disk."""
    return still_server if request.param == "server" else f"{still_folder.as_uri()}/"


@pytest.fixture(scope="module")
def server(still_server: str) -> str:
    """The address of the folder on a server."""
    return still_server


class Own(Windows):
    """Windows of an English reader who takes files home."""

    def open(self, address: str, **settings: Any) -> Any:
        """Open a page."""
        return super().open(address, locale="en-GB", accept_downloads=True, **settings)


@pytest.fixture
def windows(browser: Any, still_folder: Path, still_server: str) -> Iterator[Windows]:
    """Windows for one test; nothing may be asked from elsewhere, and the browser may complain of nothing."""
    made = Own(browser, still_server, f"{still_folder.as_uri()}/")
    yield made
    made.close()


def answered(page: Any) -> list[list[str]]:
    """Wait for the answer of a page, and give its cells."""
    page.locator("section.answer[aria-busy=false]").wait_for()
    return [row.split("\t") for row in page.locator("section.answer tbody tr").all_inner_texts()]


def test_from_the_form_to_the_answer_to_the_link_that_gives_it_again(
    windows: Windows, root: str, repo_graph: Graph
) -> None:
    page = windows.open(f"{root}query/courts-banned-groups.html")
    page.get_by_label("court", exact=True).select_option(label="Supreme Court of the Republic of Kazakhstan")
    page.get_by_label("day", exact=True).fill("2010-01-01")
    page.get_by_role("button", name="Ask").click()
    rows = answered(page)
    values = {"court": "id:court-supreme-court-kz", "day": "2010-01-01"}
    assert len(rows) == len(expected(repo_graph, "courts-banned-groups", values)) > 0
    assert all("Supreme Court" in row[0] for row in rows)
    assert parse_qs(urlsplit(page.evaluate("location.href")).query) == {name: [word] for name, word in values.items()}
    assert page.locator("form.ask :disabled").count() == 0
    assert page.get_by_label("The same on the command line").input_value() == (
        "kzkg run courts-banned-groups --court id:court-supreme-court-kz --day 2010-01-01 --cite"
    )
    page.locator("td.cited a").first.click()
    page.wait_for_function("location.hash === '#s1'")
    assert page.locator("#s1 a").count() > 0
    assert answered(page) == rows
    link = page.get_by_label("This link gives the same answer again").input_value()
    again = windows.open(link)
    assert answered(again) == rows


def test_an_answer_is_taken_away_as_a_file(windows: Windows, root: str, repo_graph: Graph) -> None:
    page = windows.open(f"{root}ru/query/lifted-designations.html?group=%D1%82%D0%B0%D0%BB%D0%B8%D0%B1%D0%B0%D0%BD")
    page.locator("section.take button[data-form=csv]").wait_for()
    query = repo_graph.catalog.query("lifted-designations")
    answer = ask(repo_graph, query, resolve(repo_graph, query, {"group": "талибан"}), Wish("ru", cite=True))
    for form in ("csv", "tsv"):
        with page.expect_download() as waiting:
            page.locator(f"section.take button[data-form={form}]").click()
        assert waiting.value.suggested_filename == f"lifted-designations.{form}"
        written = "".join(FORMATS[form].write(answer, Layout(cite=True)))  # type: ignore[arg-type]
        assert sorted(Path(waiting.value.path()).read_bytes().decode().splitlines()) == sorted(written.splitlines())
    with page.expect_download() as waiting:
        page.locator("section.take button[data-form=json]").click()
    assert alike(json.loads(Path(waiting.value.path()).read_text())) == alike(list(objects(answer, Layout(cite=True))))


def test_what_is_wrong_with_a_value_stands_beside_its_field(windows: Windows, server: str) -> None:
    page = windows.open(f"{server}query/courts-banned-groups.html?day=yesterday&group=nobody")
    page.locator("[role=alert]").wait_for()
    assert page.get_by_label("day", exact=True).get_attribute("aria-invalid") == "true"
    assert "is not a day" in page.locator("#h-day").inner_text()
    assert "no Actor is called 'nobody'" in re.sub(r"no \w+ is", "no Actor is", page.locator("#h-group").inner_text())


def test_an_empty_answer_says_why(windows: Windows, server: str) -> None:
    page = windows.open(f"{server}query/courts-banned-groups.html?day=1990-01-01")
    page.locator("section.answer .notice").wait_for()
    assert "before the first record" in page.locator("section.answer .notice").inner_text()


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def typed(page: Any, text: str) -> None:
    """Put a query into the editor in the place of what is there."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_a_query_is_stopped_and_the_next_one_runs(windows: Windows, root: str) -> None:
    page = windows.open(f"{root}ask.html")
    rows = page.locator("#output table tbody tr")
    page.get_by_role("button", name="Run").click()
    rows.first.wait_for()
    typed(page, ENDLESS)
    page.keyboard.press("Control+Enter")
    rows.first.wait_for(state="detached")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop").wait_for(state="hidden")
    assert page.locator("#status").inner_text() == ""  # a limit in time would be told of here
    page.get_by_label("Begin with a saved query").select_option("incidents")
    page.get_by_role("button", name="Run").click()
    rows.first.wait_for()
    assert rows.count() > 5
    page.get_by_role("button", name="Map").click()
    page.locator("#output svg circle").first.wait_for()
    assert page.locator("#output svg circle").count() > 5


def test_what_is_stopped_while_the_graph_loads_does_not_come_later(windows: Windows, server: str) -> None:
    page = windows.open(f"{server}query/incidents.html?limit=0", hold="**/engine/quads-1.js*")
    assert windows.holding(page)
    page.locator("section.answer progress").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator("section.answer[aria-busy=false]").wait_for()
    assert page.locator("section.answer").inner_text().endswith("Stopped.")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Stop").wait_for()
    windows.release()
    assert answered(page)


def test_what_is_stopped_before_anything_is_there_is_not_asked_later(windows: Windows, server: str) -> None:
    page = windows.open(f"{server}ask.html#query={quote(ENDLESS)}", hold="**/engine/manifest.js*")
    assert windows.holding(page)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop").wait_for(state="hidden")
    page.get_by_label("Begin with a saved query").select_option("incidents")
    page.get_by_role("button", name="Run").click()
    windows.release()
    page.locator("#output table tbody tr").first.wait_for()


def test_a_slow_way_to_the_reader_is_not_taken_for_a_slow_query(windows: Windows, server: str) -> None:
    page = windows.open(f"{server}query/incidents.html?limit=0", hold="**/engine/quads-1.js*", clock=True)
    assert windows.holding(page)
    page.clock.fast_forward("10:00")
    windows.release()
    assert answered(page)


def test_the_editor_completes_runs_draws_and_shares(windows: Windows, root: str) -> None:
    page = windows.open(f"{root}ask.html")
    typed(page, "")
    page.keyboard.type("SELECT ?court (COUNT(?d) AS ?n) { ?d kzkg:issued")
    page.locator(".cm-tooltip-autocomplete").get_by_text("kzkg:issuedBy").click()
    page.keyboard.type(" ?court } GROUP BY ?court ORDER BY DESC(?n)")
    page.keyboard.press("Control+Enter")
    page.locator("#output table tbody tr").first.wait_for()
    assert "Supreme Court" in page.locator("#output table").inner_text()
    page.get_by_role("button", name="Chart").click()
    page.locator("#output svg.plot rect").first.wait_for()
    assert page.locator("#output svg.plot rect").count() > 2
    again = windows.open(page.get_by_label("Link to this query").input_value())
    again.locator("#output table tbody tr").first.wait_for()
    assert "Supreme Court" in again.locator("#output table").inner_text()
    again.get_by_label("Result as").select_option("srj")
    with again.expect_download() as waiting:
        again.get_by_role("button", name="Run").click()
    told = json.loads(Path(waiting.value.path()).read_text())
    assert told["head"]["vars"] == ["court", "n"]
    assert told["results"]["bindings"]


def test_a_refusal_is_said_on_the_page(windows: Windows, server: str) -> None:
    page = windows.open(f"{server}ask.html#query={quote('SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }')}")
    page.locator("#status.fault").wait_for()
    assert "SERVICE is refused: this graph opens no connections for a query" in page.locator("#status").inner_text()


def test_the_search_box_of_every_page_finds_by_any_name(windows: Windows, root: str) -> None:
    page = windows.open(f"{root}ru/query/incidents.html")
    page.locator("#find").fill("Talibn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ru/search.html?q=Talibn")
    page.locator(".hits li").first.wait_for()
    first = page.locator(".hits li").first
    assert first.locator("a").get_attribute("href") == "../ru/page/org-taliban.html"
    assert "Талибан" in first.inner_text()
    page.locator("#words").fill("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    page.locator("#found", has_text="onerror").wait_for()
    assert page.locator("main img").count() == 0


@needs(npm("axe-core"))
def test_axe_finds_no_violation_in_what_scripts_have_written(windows: Windows, server: str) -> None:
    axe = (ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    few = quote("SELECT ?court (COUNT(?d) AS ?n) { ?d kzkg:issuedBy ?court } GROUP BY ?court")
    for path, written in (
        ("query/courts-banned-groups.html?day=2010-01-01", "section.sources li"),
        ("query/courts-banned-groups.html?day=yesterday", "[role=alert]"),
        (f"ask.html#query={few}", "#output tbody tr"),
        ("ru/search.html?q=Talibn", ".hits li"),
    ):
        page = windows.open(server + path)
        page.locator(written).first.wait_for()
        page.evaluate(axe)
        told = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", rules)
        found = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in told["violations"]]
        assert (path, found) == (path, [])
