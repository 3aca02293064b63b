"""What a graph folder holds."""

from pathlib import Path

import pytest
from conftest import ROOT

from kzkg import terms
from kzkg.catalog import Catalog
from kzkg.errors import DataError, NotFound
from kzkg.store import graph_folder, open_catalog


def test_each_file_is_one_graph(world: Path) -> None:
    graphs = {
        terms.shrink(name): path.relative_to(world).as_posix() for name, path in Catalog(world).graph_files.items()
    }
    assert graphs == {
        "g:agency": "data/sources/agency.ttl",
        "g:curation": "data/curation.ttl",
        "g:entities-things": "data/entities/things.ttl",
        "g:ontology": "ontology/kzkg.ttl",
        "g:paper": "data/sources/paper.ttl",
        "g:vocab": "ontology/vocab.ttl",
    }


def test_the_repository_is_whole() -> None:
    catalog = Catalog(ROOT)
    names = {terms.shrink(name) for name in catalog.graph_files}
    assert {"g:ontology", "g:vocab", "g:curation"} <= names
    assert not names & {"g:alignments", "g:shapes", "g:accepted", "g:all"}
    assert catalog.shapes
    assert catalog.view_rules
    assert catalog.alignments.is_file()
    assert "courts-banned-groups" in catalog.query_files


def test_two_files_of_one_graph_are_refused(own_world: Path) -> None:
    (own_world / "data" / "paper.ttl").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="would both be the graph g:paper"):
        _ = Catalog(own_world).graph_files


def test_a_query_by_name(world: Path) -> None:
    for catalog in (Catalog(world), open_catalog(world)):
        assert catalog.query("bans").summary == "Which courts banned which groups?"
        with pytest.raises(
            NotFound, match=r"no saved query 'ban'; did you mean bans\?; 'kzkg queries' lists them"
        ) as error:
            catalog.query("ban")
        assert error.value.exit_code == 3


def test_prepared_headers_equal_the_files(world: Path) -> None:
    assert open_catalog(world).headers
    assert open_catalog(world).queries == Catalog(world).queries
    assert open_catalog(ROOT).queries == Catalog(ROOT).queries


def test_one_faulty_query_leaves_the_others(own_world: Path) -> None:
    (own_world / "queries" / "bad.rq").write_text("#+ sumary: x\nSELECT * {}", encoding="utf-8")
    catalog = open_catalog(own_world)
    assert catalog.query("bans").name == "bans"
    with pytest.raises(DataError, match=r"bad\.rq: unknown word 'sumary'"):
        catalog.query("bad")
    with pytest.raises(DataError, match=r"bad\.rq: unknown word 'sumary'"):
        _ = catalog.queries


def test_a_new_query_is_found(own_world: Path) -> None:
    assert "new" not in open_catalog(own_world).queries
    text = (own_world / "queries" / "bans.rq").read_text(encoding="utf-8")
    (own_world / "queries" / "new.rq").write_text(text, encoding="utf-8")
    assert open_catalog(own_world).query("new").name == "new"


def test_a_folder_that_is_no_graph(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not a graph folder"):
        graph_folder(tmp_path)
    assert graph_folder() == ROOT
