"""`validate` reads, checks the house rules and the shapes, and says in which file and line a fault stands."""

import shutil
from pathlib import Path

import pytest

from kzkg.catalog import Catalog
from kzkg.errors import DataError
from kzkg.validation import ACCEPTED, validate
from kzkg.validation.shacl import read_shapes, refuse_faulty
from tests import examples

SHIPPED = Catalog(examples.ROOT)
PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/kzkg/id/> .
@prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix v: <https://w3id.org/kzkg/vocab/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
DOCUMENT = """id:source-test a kzkg:Source ; skos:prefLabel "A test"@en ; kzkg:kind v:source-news ;
    dcterms:language "en" ; dcterms:issued "2020-01-01"^^xsd:date ;
    schema:url "https://example.org/test"^^xsd:anyURI .
id:cite-test a kzkg:Citation ; kzkg:source id:source-test .
id:finding-test a kzkg:Finding ; kzkg:kind v:finding-thesis ; kzkg:about v:topic-terrorism ;
    dcterms:description "A test."@en ; kzkg:evidence id:cite-test .
"""


def write(folder, text, name="test.ttl"):
    path = folder / name
    path.write_text(PREFIXES + text)
    return path


def faults(folder, text, *, alone=True, name="test.ttl"):
    report = validate(SHIPPED, [write(folder, text, name)], alone=alone)
    return [(fault.shape, fault.line, fault.focus) for fault in report.faults]


def test_the_shipped_graph_conforms_and_leaves_no_warning_open():
    report = validate(SHIPPED)
    assert [fault for fault in report.faults if fault.severity != "Info"] == []
    assert report.conforms
    assert report.triples > 10_000
    assert report.shapes == len(examples.shapes().targeted)


def test_a_good_file_passes_alone_and_as_an_addition(tmp_path):
    assert faults(tmp_path, DOCUMENT) == []
    report = validate(SHIPPED, [write(tmp_path, DOCUMENT)])
    assert report.conforms
    assert report.triples > 10_000


def test_a_file_of_the_graph_is_not_added_twice():
    path = next(iter(SHIPPED.graph_files.values()))
    assert validate(SHIPPED, [path]).files == len(SHIPPED.graph_files)


MISTAKES = {
    # what an editor types instead, the rule that finds it, and the line of it (the document begins on line 9)
    "no citation": (("; kzkg:evidence id:cite-test .", "."), {("kzs:S01", 13), ("G1", 13), ("G1", 12)}),
    "citation of another document": (("source id:source-test", "source id:source-else"), {("G1", 12)}),
    "misspelt property": (("kzkg:about v:topic", "kzkg:abuot v:topic"), {("term", 13), ("kzs:S37-about", 13)}),
    "misspelt foreign property": (("skos:prefLabel", "skos:prefLabl"), {("term", 9), ("kzs:S03", 9)}),
    "misspelt class": (("a kzkg:Finding", "a kzkg:Findng"), {("term", 13)}),
    "misspelt concept": (("v:finding-thesis", "v:finding-thesiss"), {("reference", 13), ("kzs:S07-finding", 13)}),
    "dangling name": (("id:cite-test .\n", "id:cite-tset, id:cite-test .\n"), {("reference", 14), ("kzs:S01", 14)}),
    "impossible day": (("2020-01-01", "2023-02-30"), {("literal", 10), ("kzs:S38-issued", 10)}),
    "no language tag": (('"A test."@en', '"A test."'), {("kzs:S37", 14)}),
    "page in words": (("Citation ;", 'Citation ; kzkg:locator "page twelve" ;'), {("kzs:S08-locator", 12)}),
    "verdict in a source file": (("; kzkg:evidence", "; kzkg:rank v:rank-accepted ; kzkg:evidence"), {("G2", 14)}),
    "same as": (("Finding ;", "Finding ; <http://www.w3.org/2002/07/owl#sameAs> id:finding-test ;"), {("term", 13)}),
    "prefix for something else": (("id:source-test a", "@prefix v: <urn:v:> .\nid:source-test a"), {("prefix", 9)}),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_on_its_line(tmp_path, name):
    (right, wrong), expected = MISTAKES[name]
    assert right in DOCUMENT
    found = {(shape, line) for shape, line, _ in faults(tmp_path, DOCUMENT.replace(right, wrong))}
    assert expected <= found if name.startswith(("prefix", "citation")) else expected == found


def test_curation_holds_verdicts_only(tmp_path):
    text = 'id:finding-test kzkg:rank v:rank-accepted ; dcterms:description "More."@en .'
    path = write(tmp_path, text, "curation.ttl")
    report = validate(SHIPPED, [write(tmp_path, DOCUMENT), path], alone=True)
    assert [(f.shape, f.file, f.line, f.path) for f in report.faults] == [("G2", path, 9, "dcterms:description")]


def test_the_article_has_97_paragraphs(tmp_path):
    text = DOCUMENT.replace("source-test", "source-kz2018").replace("Citation ;", 'Citation ; kzkg:locator "p90-98" ;')
    assert faults(tmp_path, text) == [("G3", 12, "id:cite-test")]


def test_a_fault_names_the_nearest_right_word(tmp_path):
    path = write(tmp_path, DOCUMENT.replace("kzkg:about", "kzkg:abuot"))
    messages = [fault.message for fault in validate(SHIPPED, [path], alone=True).faults]
    assert any("did you mean kzkg:about" in message for message in messages)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PREFIXES.encode() + b"id:a id:b", r"test\.ttl:9:\d+: "),
        (PREFIXES.encode() + b"id:a fo:b 1 .", r"test\.ttl:9:6: .*fo:"),
        (b'<urn:a> <urn:b> "\xff" .', "no text in UTF-8"),
        (b"<urn:a> <urn:b> <urn:c d> .", r"test\.ttl:1:"),
        (b"PREFIX sh: <http://www.w3.org/ns/shacl#> <urn:a> sh:targetClass <urn:b> .", "holds SHACL shapes"),
        (b"", None),
    ],
)
def test_an_unreadable_file_is_one_line(tmp_path, content, message):
    path = tmp_path / "test.ttl"
    path.write_bytes(content)
    if message is None:
        assert validate(SHIPPED, [path], alone=True).conforms
        return
    with pytest.raises(DataError, match=message) as caught:
        validate(SHIPPED, [path], alone=True)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        validate(SHIPPED, [tmp_path / "none.ttl"], alone=True)
    with pytest.raises(DataError, match="and 1 more"):
        validate(SHIPPED, [tmp_path / "none.ttl", tmp_path], alone=True)


# ---- the shapes themselves


SHAPE_MISTAKES = {
    "typo in a constraint": ("sh:minCount 1", "sh:minCout 1", "sh:minCout is no word of SHACL.*sh:minCount"),
    "typo in a target": ("sh:targetClass kzkg:Record", "sh:targetClass kzkg:Recrod", "kzkg:Recrod does not exist"),
    "unknown severity": ("sh:severity sh:Violation", "sh:severity sh:Violence", "sh:Violence"),
    "no message": ("sh:message", "rdfs:comment", "no sh:message"),
    "count in words": ("sh:minCount 1", 'sh:minCount "one"', "whole number"),
    "broken pattern": (r'sh:pattern "^\\S+', r'sh:pattern "^(\\S+', "sh:pattern"),
    "broken query": ("kzkg:partOf+ $this }", "kzkg:partOf+ $this", "sh:select"),
}


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "graph"
    shutil.copytree(examples.ROOT / "ontology", folder / "ontology")
    (folder / "data").mkdir()
    return folder


@pytest.mark.parametrize("name", SHAPE_MISTAKES)
def test_a_faulty_shape_is_refused_before_anything_is_checked(copy, name):
    right, wrong, message = SHAPE_MISTAKES[name]
    path = copy / "ontology/shapes/records.ttl"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong))
    with pytest.raises(DataError, match=message):
        validate(Catalog(copy))


def test_no_shapes_check_nothing_and_say_so(copy):
    for path in (copy / "ontology/shapes").glob("*.ttl"):
        path.unlink()
    with pytest.raises(DataError, match="nothing would be checked"):
        validate(Catalog(copy))


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "<https://example.org/a> a <https://example.org/B> .\n"])
def test_one_shapes_file_without_shapes_is_named(copy, content):
    (copy / "ontology/shapes/records.ttl").write_text(content)
    with pytest.raises(DataError, match=r"records\.ttl: says nothing in SHACL"):
        validate(Catalog(copy))


def test_a_shape_without_constraint_is_refused():
    triples = examples.read(*examples.SHAPE_FILES)
    idle = [triple for triple in triples if not triple.predicate.value.endswith(("#minCount", "#class"))]
    with pytest.raises(DataError, match="no constraint"):
        refuse_faulty(read_shapes(idle))


# ---- accepted warnings


def test_an_accepted_warning_is_set_aside_and_a_stale_line_reported(copy):
    (copy / "data/sources").mkdir()
    write(copy / "data/sources", DOCUMENT.replace('dcterms:issued "2020-01-01"^^xsd:date ;', ""))
    accepted = copy / ACCEPTED
    accepted.write_text("# why\nkzs:S38-dated\tid:source-test\tNo date is shown.\nkzs:S26\tid:place-x\tFar away.\n")
    report = validate(Catalog(copy))
    assert [fault.shape for fault in report.accepted] == ["kzs:S38-dated"]
    assert [(fault.shape, fault.line, fault.focus) for fault in report.faults] == [("accepted", 3, "id:place-x")]
    assert report.conforms
    accepted.write_text("kzs:S38-dated\tid:source-test\t\n")
    with pytest.raises(DataError, match="a reason"):
        validate(Catalog(copy))


def test_accepted_warnings_have_reasons_that_say_something():
    lines = Path(SHIPPED.folder / ACCEPTED).read_text().splitlines()
    assert all(len(line.split("\t")[2]) > 15 for line in lines if not line.startswith("#"))


def test_pyshacl_can_be_asked_instead(tmp_path):
    path = write(tmp_path, DOCUMENT.replace('"A test."@en', '"A test."'))
    ours, theirs = (validate(SHIPPED, [path], alone=True, engine=engine) for engine in ("kzkg", "pyshacl"))
    assert ours == theirs
