"""The pages of a folder answer on their own in a real browser: every saved query, SPARQL, search; from a disk, too."""

from __future__ import annotations

import functools
import http.server
import json
import random
import re
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from parts import BROWSERS, module, needs, npm, program, system
from test_names import HARD

from kzkg.answer import Wish, ask
from kzkg.errors import RequestError
from kzkg.formats import FORMATS, Layout
from kzkg.formats.objects import objects
from kzkg.labels import resolve
from kzkg.pages import assets
from kzkg.pages.linking import Target
from kzkg.static import engine
from kzkg.static.links import stem
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer
from kzkg.store import guard, open_graph
from kzkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.store import Graph

ROOT = Path(__file__).resolve().parent.parent
pytestmark = needs(
    program(*BROWSERS),
    program("node", package="nodejs"),
    module("playwright"),
    module("jinja2"),
    system(assets.engine(), "the engine of the pages: python -m kzkg.pages.assets"),
)
QUERIES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
PLACES = [Target("front"), Target("about"), Target("search"), Target("sparql")]
ASKED = [Target("query", name) for name in ("courts-banned-groups", "incidents", "lifted-designations")]
PATIENCE = 120_000
"""Milliseconds that a page may take on a busy machine; nothing here waits so long when all is well."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, repo_graph: Graph) -> Path:
    """A folder with some pages in two languages, the files they need, and the engine."""
    home = tmp_path_factory.mktemp("site")
    shelf = Shelf(home, None)
    writer = Writer(repo_graph, shelf, "", ("en", "ru"))
    for target in (*PLACES, *ASKED):
        writer.write(target)
    for name in assets.names():
        shelf.put(f"static/{name}", assets.content(name))
    engine.write(repo_graph, home, {each.name: stem(each, writer.alike) for each in writer.odd})
    return home


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """A server of files and nothing more, at whose root another folder lies: ours is below a path."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    made = functools.partial(Quiet, directory=str(folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), made) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/{folder.name}/"
        running.shutdown()


@pytest.fixture(scope="module", params=["server", "disk"])
def root(request: pytest.FixtureRequest, folder: Path, server: str) -> str:
    """The address of the folder: on a server, and on a disk."""
    return server if request.param == "server" else f"{folder.as_uri()}/"


class Windows:
    """Opens pages in windows of their own, and takes note of what was asked from elsewhere and what went wrong."""

    def __init__(self, browser: Any, folder: Path, server: str) -> None:
        self.browser, self.homes = browser, (server, f"{folder.as_uri()}/", "data:", "blob:")
        self.contexts: list[Any] = []
        self.elsewhere: list[str] = []
        self.wrong: list[str] = []
        self.held: list[Any] = []

    def open(self, address: str, hold: str = "") -> Any:
        """Open a page; what it asks for at some addresses is held back, in `held`."""
        context = self.browser.new_context(locale="en-GB", accept_downloads=True)
        self.contexts.append(context)
        context.on("request", lambda each: self.elsewhere.append(each.url) if not self.here(each.url) else None)
        if hold:
            context.route(hold, lambda route: self.held.append(route))  # noqa: PLW0108 - playwright marks what it calls
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda each: self.wrong.append(each.text) if each.type in {"error", "warning"} else None)
        page.on("pageerror", lambda each: self.wrong.append(str(each)))
        page.goto(address)
        return page

    def here(self, address: str) -> bool:
        """Whether an address is one of the folder, or of the page itself."""
        return address.startswith(self.homes)

    def close(self) -> None:
        """Close all windows."""
        for context in self.contexts:
            context.close()


@pytest.fixture
def windows(browser: Any, folder: Path, server: str) -> Iterator[Windows]:
    """Windows for one test; nothing may be asked from elsewhere, and the browser may complain of nothing."""
    made = Windows(browser, folder, server)
    yield made
    made.close()
    assert made.elsewhere == []
    assert made.wrong == []


@pytest.fixture(scope="module")
def asking(browser: Any, folder: Path, server: str) -> Iterator[Any]:
    """One page whose engine is loaded once, and asked by many tests."""
    made = Windows(browser, folder, server)
    yield made.open(f"{server}query/incidents.html")
    made.close()
    assert made.elsewhere == []
    assert made.wrong == []


def answered(page: Any) -> list[list[str]]:
    """Wait for the answer of a page, and give its cells."""
    page.locator("section.answer[aria-busy=false]").wait_for()
    return [row.split("\t") for row in page.locator("section.answer tbody tr").all_inner_texts()]


def alike(rows: list[dict[str, Any]]) -> list[str]:
    """Write rows so that equal ones are equal; both languages of programming read 3 and 3.0 as one number."""
    return sorted(json.dumps(json.loads(json.dumps(row), parse_float=Number), sort_keys=True) for row in rows)


def Number(text: str) -> float | int:  # noqa: N802
    """Read a number that may be whole."""
    return int(float(text)) if float(text).is_integer() else float(text)


def expected(graph: Graph, name: str, given: dict[str, str], lang: str = "en", dataset: str | None = None) -> Any:
    """What `kzkg run NAME -f json --cite` writes."""
    query = graph.catalog.query(name)
    answer = ask(graph, query, resolve(graph, query, given), Wish(lang, dataset, cite=True))
    return list(objects(answer, Layout(cite=True))) if answer.boolean is None else answer.boolean


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_gives_the_rows_and_the_citations_of_the_command_line(
    asking: Any, repo_graph: Graph, name: str
) -> None:
    query = repo_graph.catalog.query(name)
    for given in ({}, dict(query.example)) if query.example else ({},):
        there = asking.evaluate("([name, given]) => kzkg.ask(name, given)", [name, given])
        here = expected(repo_graph, name, given)
        assert isinstance(there, bool) or there or not here
        assert (there if isinstance(there, bool) else alike(there)) == (here if isinstance(here, bool) else alike(here))


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_names_and_verdicts_come_in_the_language_of_the_reader(asking: Any, repo_graph: Graph, lang: str) -> None:
    there = asking.evaluate("lang => kzkg.ask('casualty-figures', {}, {lang, all: true})", lang)
    assert alike(there) == alike(expected(repo_graph, "casualty-figures", {}, lang, "all"))


def test_as_known_by_a_day(asking: Any) -> None:
    day = "2018-12-31"
    then = open_graph(ROOT, known_by=day)
    for name in ("lifted-designations", "groups-banned-on-day", "casualty-figures", "source-statements"):
        if name in QUERIES:
            there = asking.evaluate("([name, day]) => kzkg.ask(name, {}, {day})", [name, day])
            assert alike(there) == alike(expected(then, name, {}))
    text = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?claim a kzkg:Designation } }"
    there = asking.evaluate("([text, day]) => kzkg.sparql(text, {day})", [text, day])
    result: Any = then.evaluate(text)
    assert there[0]["n"] == int(result.rows[0][0].value)


@pytest.mark.parametrize(("words", "iri"), HARD)
def test_the_first_thing_found_is_the_one_that_is_meant(asking: Any, repo_graph: Graph, words: str, iri: str) -> None:
    found = asking.evaluate("words => kzkg.search(words)", words)
    assert shrink(found[0]["iri"]) == iri
    assert [each["iri"] for each in found] == [each.iri for each in repo_graph.names.search(words)]


def test_letters_that_no_name_has_are_heard_too(asking: Any, repo_graph: Graph) -> None:
    for words in ("თალიბანი", "Ταλιμπάν", "塔利班", "탈레반"):
        found = asking.evaluate("words => kzkg.search(words)", words)
        assert [each["iri"] for each in found] == [each.iri for each in repo_graph.names.search(words)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE is refused: the graph is read-only"),
        ("SELECT ?s {\n ?s ?p }", "syntax error at 2:9"),
        ("SELECT ?s { ?s foo:a ?p }", "unknown prefix foo: at 1:"),
        ("SELECT * {" + "{" * 200 + "}" * 200 + "}", "nested too deeply"),
    ],
)
def test_a_query_that_is_refused_says_why_in_one_line(asking: Any, text: str, said: str) -> None:
    told = asking.evaluate("text => kzkg.sparql(text).then(() => '', error => error.message)", text)
    assert said in told
    assert "\n" not in told


GUARD = """import { checked } from "./guard.js";
import { readFileSync } from "node:fs";
const plain = (text) => text.split(/\\s+/).filter(Boolean).join(" ");
const told = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  try { return plain(checked(text)); } catch (error) { return `no: ${error.message}`; }
});
console.log(JSON.stringify(told));"""
BITS = [
    "SELECT", "*", "{", "}", "?a", "<b>", "<http://x/#y>", '"', "'", '"""', "'''", "#", "SERVICE", "service:",
    "kzkg:Place", "\\", "\\u0053ERVICE", "(", ")", "[", "]", "FILTER", "?a<?b", "UNION", ".", ";", "@en", "^^",
    "DELETE", "INSERT", "PREFIX", ":x", "é", "ns:é.b", "%41", "a/b", "|", "$x", "<a#b>", "<a(b>",
]  # fmt: skip


def test_query_texts_are_refused_in_the_page_as_elsewhere() -> None:
    rnd = random.Random(7)
    texts = [(ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8") for name in QUERIES]
    texts += ["SELECT * {" + "{" * size + "}" * size + "}" for size in (50, 101)]
    texts += ["SELECT * {" + "?a ?b ?c . " * 1100 + "}", 'x"' + "{" * 1200, "x" * 100_001]
    texts += [
        "".join(rnd.choice(BITS) + rnd.choice(("", " ", "\n")) for _ in range(rnd.randint(1, 25))) for _ in range(800)
    ]
    node = ["node", "--input-type=module", "--eval", GUARD]
    done = subprocess.run(
        node, input=json.dumps(texts), cwd=assets.SOURCE / "engine", capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [guarded(text) for text in texts]


def guarded(text: str) -> str:
    """What the guard of the command line makes of a text."""
    try:
        return " ".join(guard.checked(text).split())
    except RequestError as error:
        return f"no: {error}"


def test_a_value_is_looked_up_in_any_script_or_said_to_mean_nothing(asking: Any, repo_graph: Graph) -> None:
    ask_it = "given => kzkg.ask('courts-banned-groups', given).catch(error => error.message)"
    meant = expected(repo_graph, "courts-banned-groups", {"group": "id:org-taliban"})
    for words in ("талибан", "Taleban", "Talibn", "org-taliban"):
        assert alike(asking.evaluate(ask_it, {"group": words})) == alike(meant)
    query = repo_graph.catalog.query("courts-banned-groups")
    for given in ({"group": "Democratic Choice of Kazakhstan"}, {"group": "طالبان"}, {"day": "2010-02-30"}):
        with pytest.raises(Exception, match=r".") as refused:
            resolve(repo_graph, query, given)
        said = str(refused.value).partition("; 'kzkg ")[0]
        assert asking.evaluate(ask_it, given) == said


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
    assert parse_qs(urlsplit(page.url).query) == {name: [word] for name, word in values.items()}
    assert page.locator("form.ask :disabled").count() == 0
    assert page.get_by_label("The same on the command line").input_value() == (
        "kzkg run courts-banned-groups --court id:court-supreme-court-kz --day 2010-01-01 --cite"
    )
    page.locator("td.cited a").first.click()
    assert urlsplit(page.url).fragment == "s1"
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
    page.locator("section.answer progress").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator("section.answer[aria-busy=false]").wait_for()
    assert page.locator("section.answer").inner_text().endswith("Stopped.")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Stop").wait_for()
    for each in windows.held:
        each.continue_()
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


def test_two_writings_are_the_same_bytes_and_the_index_is_small(
    folder: Path, repo_graph: Graph, tmp_path: Path
) -> None:
    again = dict(engine.files(repo_graph, {}))
    carried = {path: (folder / path).read_bytes() for path in again if not re.search(r"manifest|told|names", path)}
    assert {path: again[path] for path in carried} == carried
    assert sum(len(again[path]) for path in again if "/names-" in path) < 400_000
    assert sum(map(len, again.values())) < 8_000_000
    assert {path.name for path in (folder / engine.FOLDER).iterdir()} == {path.rpartition("/")[2] for path in again}
