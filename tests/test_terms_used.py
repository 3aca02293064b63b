"""Every term of the ontology is used somewhere, and nothing is used that the ontology or a vocabulary does not hold."""

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import SKOS, URIRef

from tests.test_ontology import CONCEPTS, GRAPHS, KZKG, ROOT, SCHEMES, TERMS, V, local

FOLDERS = {"data": ".ttl", "ontology/shapes": ".ttl", "ontology/view": ".rq", "queries": ".rq"}
NAMES = re.compile(r"(?<![\w:.-])(kzkg|v|id):([A-Za-z0-9][A-Za-z0-9_-]*)")
IRIS = re.compile(r"https://w3id\.org/kzkg/(ns#|vocab/|id/)([A-Za-z0-9][A-Za-z0-9_-]*)")
PREFIX_OF = {"ns#": "kzkg", "vocab/": "v", "id/": "id"}


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob(f"*{FOLDERS[folder]}"))


@cache
def names(folder: str) -> dict[tuple[str, str], Path]:
    """Each of our names that the files of a folder mention, with the first file that does."""
    found: dict[tuple[str, str], Path] = {}
    for path in files(folder):
        text = path.read_text()
        pairs = NAMES.findall(text) + [(PREFIX_OF[space], word) for space, word in IRIS.findall(text)]
        for pair in pairs:
            found.setdefault(pair, path.relative_to(ROOT))
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_is_something_to_look_at(folder: str) -> None:
    assert names(folder)


@pytest.mark.parametrize("term", TERMS, ids=local)
def test_term_is_used(term: URIRef) -> None:
    """Data, a shape, a rule or a query names the term."""
    assert any(("kzkg", local(term)) in names(folder) for folder in FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_term_is_missing(folder: str) -> None:
    known = {"kzkg": {t.removeprefix(KZKG) for t in TERMS}, "v": {c.removeprefix(V) for c in (*CONCEPTS, *SCHEMES)}}
    missing = {
        f"{prefix}:{word}": str(path)
        for (prefix, word), path in names(folder).items()
        if prefix in known and word not in known[prefix]
    }
    assert missing == {}


@pytest.mark.parametrize("term", [t for t in TERMS if (t, SKOS.example, None) in GRAPHS["kzkg"]], ids=local)
def test_example_is_real(term: URIRef) -> None:
    """What an example names is in the data."""
    for example in GRAPHS["kzkg"].objects(term, SKOS.example):
        text = str(example)
        words = [w for p, w in NAMES.findall(text) if p == "id"] + [w for s, w in IRIS.findall(text) if s == "id/"]
        assert words
        assert [w for w in words if ("id", w) not in names("data")] == []
