"""Bibliographies are read back by readers of other houses, and say nothing that the graph does not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, RemoveEnclosingMiddleware
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string
from pyoxigraph import NamedNode

import kzkg
from kzkg.answer import Wish, ask
from kzkg.bibliography import LANGUAGES, TYPES, WRITERS, choose, container, sentence, write
from kzkg.bibliography.citing import behind, cited_for, meant
from kzkg.bibliography.works import DATASET, Author, Work, authors, works
from kzkg.errors import NotFound, RequestError
from kzkg.labels import thing
from tests.conftest import ROOT
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from kzkg.store import Graph

HOSTILE = Work(
    iri="https://w3id.org/kzkg/id/source-hostile",
    key="hostile",
    title='100% of {braces} & 50 $ in C:\\temp_x ~ ^ # } «қазақша» "quoted"',
    kind="academic",
    authors=(Author("O'Neil & Sons Ltd"), Author("Ахметов", "Б. Қ.")),
    publisher="Journal of #1 & {Others}",
    issued="2011-05-17",
    language="kk",
    address="https://example.org/a_b%20c?x={1}&y=2#top",
    places=("p2", "p10"),
)


@pytest.fixture(scope="module")
def everything(repo_graph: Graph) -> list[Work]:
    rows = repo_graph.evaluate("SELECT DISTINCT ?source WHERE { ?source a kzkg:Source }", "all").rows
    return works(repo_graph, {row[0].value: set() for row in rows} | {DATASET: set()})


def read_bibtex(text: str) -> bibtexparser.Library:
    return bibtexparser.parse_string(text, parse_stack=[RemoveEnclosingMiddleware(allow_inplace_modification=True)])


def decoded(text: str) -> bibtexparser.Library:
    return bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware(keep_braced_groups=False)])


def test_every_document_is_read_by_two_readers_of_bibtex(everything: list[Work]) -> None:
    text = write(everything, "bibtex")
    found = read_bibtex(text)
    assert not found.failed_blocks
    assert [entry.key for entry in found.entries] == [work.key for work in everything]
    other = parse_string(text, "bibtex")
    assert list(other.entries) == [work.key for work in everything]
    for work in everything:
        persons = other.entries[work.key].persons.get("author", [])
        assert len(persons) == len(work.authors), work.key


def test_every_document_is_read_by_a_reader_of_ris(everything: list[Work]) -> None:
    records = rispy.loads(write(everything, "ris"))
    assert [record["id"] for record in records] == [work.key for work in everything]
    for record, work in zip(records, everything, strict=True):
        assert record.get("title") == work.title
        assert record.get("year", "") == work.issued[:4]
        assert record.get("authors", []) == [str(author) for author in work.authors]
        assert record.get("urls", []) == ([work.address] if work.address else [])
        assert record.get("secondary_title", record.get("publisher", "")) == container(work)[0]
        assert re.fullmatch(r"\d{4}/(\d\d)?/(\d\d)?/", record.get("date", "2000///"))


def test_every_document_is_set_by_a_citation_processor(everything: list[Work]) -> None:
    items = json.loads(write(everything, "csl-json"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the processor warns of fields that its style does not use
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        source = CiteProcJSON(items)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        lines = [str(line) for line in bibliography.bibliography()]
    assert len(lines) == len(everything)
    told = "\n".join(lines)
    assert "Omelicheva, M.Y. (2007)" in told
    assert "Terrorism and Political Violence" in told


def test_keys_are_unique_and_stable(everything: list[Work]) -> None:
    keys = [work.key for work in everything]
    assert len(set(keys)) == len(keys)
    assert {"kz2018", "omelicheva-2007", "kzkg"} <= set(keys)
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)


def test_what_the_graph_does_not_say_is_left_out(everything: list[Work]) -> None:
    article = next(work for work in everything if work.key == "kz2018")
    assert article.authors == ()
    for form in WRITERS:
        text = write([article], form)
        assert not re.search(r"\b(author\b|AU  -|unknown|anonymous|n\.d\.|None|und\b)", text), form
        assert "journal" not in text.lower(), "no journal is known for the article"
    assert not [work for work in everything if work.language == "und"]


def test_every_kind_of_document_and_every_language_has_a_type(everything: list[Work]) -> None:
    assert {work.kind for work in everything} <= set(TYPES)
    common = {work.language for work in everything} & {"en", "ru", "kk"}
    assert common <= set(LANGUAGES)


def test_a_hostile_title_comes_back_whole() -> None:
    text = write([HOSTILE], "bibtex")
    assert not read_bibtex(text).failed_blocks
    # The reader knows no word for a brace in text, and gives a look-alike of the circumflex.
    found = decoded(text.replace("{\\textbraceleft}", "<").replace("{\\textbraceright}", ">")).entries[0]["title"]
    assert found.replace("\u02c6", "^").replace(" ", "") == HOSTILE.title.translate(str.maketrans("{}", "<>", " "))
    assert parse_string(text, "bibtex").entries["hostile"].persons["author"][1].last_names == ["Ахметов"]
    assert "url = {https://example.org/a_b%20c?x=%7B1%7D&y=2#top}" in text
    record = rispy.loads(write([replace(HOSTILE, title="a title")], "ris"))[0]
    assert record["urls"] == [HOSTILE.address]
    assert json.loads(write([HOSTILE], "csl-json"))[0]["title"] == HOSTILE.title


def test_bibtex_has_the_fields_of_its_kind_of_entry(everything: list[Work]) -> None:
    needed = {kind: {"author", "title", "year"} for kind in ("article", "techreport")}
    needed["article"].add("journal")
    needed["techreport"].add("institution")
    for entry in read_bibtex(write(everything, "bibtex")).entries:
        assert needed.get(entry.entry_type, set()) <= set(entry.fields_dict), entry.key


@pytest.mark.parametrize(
    ("publisher", "parts"),
    [
        ("Terrorism and Political Violence, 19 (3)", ("Terrorism and Political Violence", "19", "3")),
        ("Central Asia and the Caucasus, No. 1 (55)", ("Central Asia and the Caucasus", "", "1 (55)")),
        ("Global Media Journal, 3", ("Global Media Journal", "3", "")),
        ("Religiovedenie", ("Religiovedenie", "", "")),
    ],
)
def test_a_journal_is_taken_apart(publisher: str, parts: tuple[str, str, str]) -> None:
    work = replace(HOSTILE, publisher=publisher)
    assert container(work) == parts
    assert container(replace(work, kind="news")) == (publisher, "", "")
    item = json.loads(write([work], "csl-json"))[0]
    assert (item["container-title"], item.get("volume", ""), item.get("issue", "")) == parts
    record = rispy.loads(write([work], "ris"))[0]
    assert (record["secondary_title"], record.get("volume", ""), record.get("number", "")) == parts


def test_a_date_is_as_exact_as_it_is_known() -> None:
    for issued, parts, ris in (
        ("2011-05-17", [2011, 5, 17], "2011/05/17/"),
        ("2011-05", [2011, 5], "2011/05//"),
        ("2011", [2011], "2011///"),
    ):
        work = replace(HOSTILE, issued=issued)
        assert json.loads(write([work], "csl-json"))[0]["issued"] == {"date-parts": [parts]}
        assert rispy.loads(write([work], "ris"))[0]["date"] == ris
        text = write([work], "bibtex")
        assert f"date = {{{issued}}}" in text
        assert ("month = may" in text) == (len(parts) > 1)
    assert "issued" not in json.loads(write([replace(HOSTILE, issued="")], "csl-json"))[0]


def test_authors_are_read_as_the_graph_writes_them() -> None:
    assert authors("Bailes, A. J. K.; Dunay, P.") == (Author("Bailes", "A. J. K."), Author("Dunay", "P."))
    assert authors("Eurasian Council on foreign affairs") == (Author("Eurasian Council on foreign affairs"),)
    assert authors("") == ()


def test_a_sentence_names_who_when_what_and_where() -> None:
    told = sentence(replace(HOSTILE, title="A title", publisher="A journal", access="read whole"))
    assert told == (
        "O'Neil & Sons Ltd; Ахметов, Б. Қ. (2011-05-17). A title. A journal. p2, p10. "
        "https://example.org/a_b%20c?x={1}&y=2#top [read whole]"
    )


def test_a_thing_a_document_a_citation_a_query_and_the_data_set_are_cited(repo_graph: Graph) -> None:
    assert cited_for(repo_graph, NamedNode("https://w3id.org/kzkg/id/source-kz2018")) == {
        "https://w3id.org/kzkg/id/source-kz2018": set()
    }
    assert cited_for(repo_graph, NamedNode("https://w3id.org/kzkg/id/cite-kz2018-p52")) == {
        "https://w3id.org/kzkg/id/source-kz2018": {"p52"}
    }
    taliban = cited_for(repo_graph, thing(repo_graph, "Taliban"))
    assert {"p52", "p55"} <= taliban["https://w3id.org/kzkg/id/source-kz2018"]
    assert len(taliban) > 5
    assert meant(repo_graph, "dataset", {}) == {DATASET: set()}
    query = repo_graph.catalog.query("courts-banned-groups")
    answer = ask(repo_graph, query, {}, Wish(cite=True))
    assert set(meant(repo_graph, "courts-banned-groups", {})) == {each.source for each in answer.numbered()[0]}


def test_an_answer_of_documents_cites_the_documents(repo_graph: Graph) -> None:
    answer = ask(repo_graph, repo_graph.catalog.query("sources"), {}, Wish(cite=True))
    assert len(behind(repo_graph, answer)) == len(answer.rows)


def test_what_cannot_be_cited_is_told(repo_graph: Graph) -> None:
    with pytest.raises(NotFound, match="nothing to cite"):
        meant(repo_graph, "attacks", {"year": "1800"})
    with pytest.raises(NotFound, match="rest on no document"):
        meant(repo_graph, "graph-counts", {})
    with pytest.raises(RequestError, match="did you mean bibtex"):
        choose("bibtext", None)
    with pytest.raises(RequestError, match=r"\.bib"):
        choose(None, "x.doc")


def test_the_reader_s_language_is_spoken(repo_graph: Graph) -> None:
    told = write(works(repo_graph, {DATASET: set()}, "ru"), "text", "ru")
    assert "суды, законы" in told
    assert "версия" in told
    article = {"https://w3id.org/kzkg/id/source-kz2018": set[str]()}
    assert "[прочитан полностью]" in write(works(repo_graph, article, "ru"), "text", "ru")


def cite(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kzkg", "cite", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)


def test_the_command_cites_the_data_set_without_a_word() -> None:
    done = cite()
    assert (done.returncode, done.stderr) == (0, "")
    assert "https://w3id.org/kzkg/dataset" in done.stdout
    assert done.stdout == cite("dataset").stdout == kzkg.open().cite()


@pytest.mark.parametrize(("suffix", "begins"), [("bib", "@"), ("ris", "TY  - "), ("json", "["), ("txt", "")])
def test_the_suffix_picks_the_form(tmp_path: Path, suffix: str, begins: str) -> None:
    file = tmp_path / f"list.{suffix}"
    done = cite("courts-banned-groups", "--court", "Supreme Court", "-o", str(file))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert file.read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("words", "code"),
    [(["nothing-of-that-name-here"], 3), (["attacks", "--year", "x"], 2), (["Taliban", "-f", "word"], 2)],
)
def test_a_fault_is_one_line(words: list[str], code: int) -> None:
    done = cite(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.count("\n") == 1


def test_plain_sentences_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bibtexparser", "rispy"):
        monkeypatch.setitem(sys.modules, name, None)
    assert write([HOSTILE], "text")
    assert write([HOSTILE], "csl-json")
