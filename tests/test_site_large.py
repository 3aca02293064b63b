"""What keeps a folder of very many pages cheap: asked at once, listed on the disk, and nothing without a bound."""

import pytest
from folders import files
from pyoxigraph import NamedNode
from reading import written

from kzkg import findings
from kzkg.labels import LANGUAGES, values
from kzkg.pages import Site
from kzkg.pages.beside import statements_of
from kzkg.pages.linking import BASE, PLACES, Target
from kzkg.static.census import NAME
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer

HUB = "https://w3id.org/kzkg/vocab/access-excerpt"
NODE = NamedNode(HUB)
FEW = 5


def writing(graph, folder):
    folder.mkdir()
    return Writer(graph, Shelf(folder, None), "https://kzkg.example/sub/", LANGUAGES)


def test_the_list_on_the_disk_is_that_of_all_pages(repo_graph, tmp_path):
    wanted = list(Site(repo_graph).targets())
    writer = writing(repo_graph, tmp_path / "site")
    writer.counted(tmp_path / "site" / NAME).close()
    found = writer.targets
    assert len(found) == len(wanted)
    assert list(found) == [each for each in wanted if each.kind != "about"] + [Target("about")]
    assert found[40:60] == list(found)[40:60]
    assert found[-1] == Target("about")
    assert all(each.name in found for each in wanted if each.kind == "thing")
    assert f"{BASE}id/no-such-thing" not in found
    assert PLACES[0] not in found


def test_what_is_asked_for_many_things_at_once_makes_the_same_files(built_graph, tmp_path):
    one, many = writing(built_graph, tmp_path / "one"), writing(built_graph, tmp_path / "many")
    things = [each for each in one.targets if each.kind == "thing" and "/id/" in each.name]
    things = things[:: len(things) // 24][:24]
    assert len(things) == 24
    many.learn(things)
    texts = (findings.OUT, findings.IN, findings.AS_TURTLE)
    alone = {text.replace("$things", values([each.name])) for text in texts for each in things}
    asked = many.graph.evaluate
    many.graph.evaluate = lambda text, dataset="accepted": pytest.fail(text) if text in alone else asked(text, dataset)
    for target in things[::3]:
        one.write(target)
        many.write(target)
    assert files(tmp_path / "one") == files(tmp_path / "many")


@pytest.fixture
def narrow(monkeypatch):
    """So few links to a thing that a page has room for."""
    many = f"LIMIT {findings.MOST}"
    for name in ("FIRST", "FIRST_AS_TURTLE"):
        assert many in getattr(findings, name)
        monkeypatch.setattr(findings, name, getattr(findings, name).replace(many, f"LIMIT {FEW}"))
    monkeypatch.setattr(findings, "MOST", FEW)
    monkeypatch.setattr("kzkg.pages.things.MOST", FEW)


@pytest.mark.usefixtures("narrow")
def test_a_page_of_very_many_links_has_the_first_and_says_so(repo_graph):
    count = findings.pointing(repo_graph, NODE, "accepted")
    assert count > 100
    for lang in LANGUAGES:
        page = written(Site(repo_graph), Target("thing", HUB), lang)
        assert f"{FEW} / {count}" in page
    assert len(page) < 60_000
    subjects = {each.subject for each in statements_of(repo_graph, NODE)}
    assert len(subjects) == FEW + 1


def test_a_page_of_some_links_has_all(repo_graph):
    page = written(Site(repo_graph), Target("thing", HUB), "en")
    assert f"{findings.MOST} / " not in page
    assert len({each.subject for each in statements_of(repo_graph, NODE)}) > 100


def test_an_answer_of_very_many_rows_lies_in_no_file_and_its_page_says_so(built_graph, tmp_path, monkeypatch):
    target = Target("query", min(built_graph.catalog.query_files))
    writing(built_graph, tmp_path / "all").write(target)
    for room in ("kzkg.pages.questions", "kzkg.static.writing"):
        monkeypatch.setattr(f"{room}.MOST_IN_FILE", 0)
    writing(built_graph, tmp_path / "few").write(target)
    there = {path for path in files(tmp_path / "all") if not path.endswith(".html")}
    assert len(there) > 10
    assert set(files(tmp_path / "all")) - set(files(tmp_path / "few")) == there
    assert "the command below gives them all" in (tmp_path / "few" / f"query/{target.name}.html").read_text()
    assert "the command below gives them all" not in (tmp_path / "all" / f"query/{target.name}.html").read_text()
