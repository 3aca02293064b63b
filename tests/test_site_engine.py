"""The engine of the pages of a folder, in a real browser: every saved query, SPARQL, search, as on the command line."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import Windows
from parts import BROWSERS, module, needs, program, system
from still import alike, expected
from test_names import HARD

from kzkg.errors import RequestError
from kzkg.labels import resolve
from kzkg.pages import assets
from kzkg.static import engine
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


@pytest.fixture(scope="module")
def asking(browser: Any, still_folder: Path, still_server: str) -> Iterator[Any]:
    """One page whose engine is loaded once, and asked by many tests."""
    made = Windows(browser, still_server)
    yield made.open(f"{still_server}query/incidents.html")
    made.close()


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


def test_two_writings_are_the_same_bytes_and_the_index_is_small(
    still_folder: Path, repo_graph: Graph, tmp_path: Path
) -> None:
    again = dict(engine.files(repo_graph, {}))
    carried = {
        path: (still_folder / path).read_bytes() for path in again if not re.search(r"manifest|told|names", path)
    }
    assert {path: again[path] for path in carried} == carried
    assert sum(len(again[path]) for path in again if "/names-" in path) < 400_000
    assert sum(map(len, again.values())) < 8_000_000
    assert {path.name for path in (still_folder / engine.FOLDER).iterdir()} == {
        path.rpartition("/")[2] for path in again
    }
