"""What `kzkg validate` writes is read by the readers of other houses, with file, line and a hint how to mend."""

import json
import subprocess
import sys
from collections import Counter

import pytest
import rdflib
from junitparser import JUnitXml
from pyoxigraph import Literal
from rdflib.namespace import DCTERMS, RDFS, SH
from sarif_pydantic import Sarif

from kzkg.catalog import Catalog
from kzkg.commands.checking import Check, check_data
from kzkg.errors import RequestError
from kzkg.validation import hints, reference, reports, validate
from kzkg.validation.hints import Hints
from kzkg.validation.shacl import show
from tests import examples
from tests.test_reference import SHAPE_TRIPLES

SHIPPED = Catalog(examples.ROOT)
MISTAKES = sorted(
    path for path in (examples.ROOT / "tests/extending/mistakes").rglob("*.ttl") if path.stem != "unfinished"
)
CONTROLS = "\x00\x08\x1b\x7f￿"


@pytest.fixture(scope="module")
def report():
    """Many mistakes at once, of the shapes and of the rules of the house."""
    return validate(SHIPPED, MISTAKES)


def written(report, form):
    return "".join(reports.FORMATS[form](report))


def test_there_is_something_to_report(report):
    assert {fault.severity for fault in report.faults} >= {"Violation", "Warning"}
    assert {"G1", "G2", "term", "literal"} <= {fault.shape for fault in report.faults}
    assert len({fault.shape for fault in report.faults}) > 15
    assert report.accepted


def test_every_fault_has_a_file_a_line_and_a_hint(report):
    for fault in report.faults:
        assert fault.file
        assert fault.line
        assert fault.hint[0].isupper(), fault
        assert fault.hint.endswith((".", "?")), fault
        assert fault.hint != fault.message


def test_json_says_all_of_it(report):
    content = json.loads(written(report, "json"))
    assert [one["hint"] for one in content["faults"]] == [fault.hint for fault in report.faults]
    assert [(one["file"], one["line"]) for one in content["faults"]] == [(str(f.file), f.line) for f in report.faults]
    assert len(content["accepted"]) == len(report.accepted)
    assert content["conforms"] is False


def test_junit_is_read_by_a_reader_of_junit(report):
    (suite,) = JUnitXml.fromstring(written(report, "junit").encode())
    failed = report.counts["Violation"]
    assert (suite.tests, suite.failures, suite.skipped) == (len(report.faults), failed, len(report.faults) - failed)
    cases = list(suite)
    for case, fault in zip(cases, report.faults, strict=True):
        assert case.classname == fault.shape
        assert (case._elem.get("file"), case._elem.get("line")) == (str(fault.seen), str(fault.line))
        (result,) = case.result
        assert result.message == fault.message
        assert fault.hint in result.text
        assert fault.place in result.text
        assert (type(result).__name__ == "Failure") == (fault.severity == "Violation")


def test_junit_of_a_graph_that_conforms_is_one_case_that_passes():
    (suite,) = JUnitXml.fromstring(written(validate(SHIPPED, alone=True), "junit").encode())
    assert [case.is_passed for case in suite] == [True]
    assert (suite.tests, suite.failures) == (1, 0)


def test_what_no_xml_may_hold_is_left_out(tmp_path):
    path = tmp_path / "bad.ttl"
    path.write_text(
        f'<urn:a> <http://purl.org/dc/terms/issued> "{CONTROLS[1:]}<&>"^^<{examples.PREFIXES["xsd"]}date> .'
    )
    text = written(validate(SHIPPED, [path], alone=True), "junit")
    assert list(JUnitXml.fromstring(text.encode()))
    assert not set(CONTROLS) & set(text)


def test_sarif_is_read_by_a_reader_of_sarif(report):
    (run,) = Sarif.model_validate_json(written(report, "sarif")).runs
    assert [rule.id for rule in run.tool.driver.rules] == list(dict.fromkeys(fault.shape for fault in report.faults))
    levels = {"Violation": "error", "Warning": "warning", "Info": "note"}
    for result, fault in zip(run.results, report.faults, strict=True):
        assert (result.rule_id, result.level.value) == (fault.shape, levels[fault.severity])
        assert run.tool.driver.rules[result.rule_index].id == fault.shape
        (place,) = result.locations
        assert place.physical_location.artifact_location.uri == fault.seen.as_posix()
        assert place.physical_location.region.start_line == fault.line
        assert fault.message in result.message.text
        assert fault.hint in result.message.text


def told(graph, node):
    """What SHACL says of a result.

    A path that is no IRI is a node of the report, and only its being there counts. Of the message of a SPARQL
    constraint pySHACL loses the language.
    """
    named = ("focusNode", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")
    path, message = graph.value(node, SH.resultPath), str(graph.value(node, SH.resultMessage))
    where = path if isinstance(path, rdflib.URIRef) else path is None
    return (*(graph.value(node, SH[name]) for name in named), message, where)


def results(graph):
    (top,) = graph.subjects(rdflib.RDF.type, SH.ValidationReport)
    return top, Counter(told(graph, node) for node in graph.objects(top, SH.result))


def test_the_report_in_turtle_is_the_one_of_pyshacl(tmp_path):
    """All examples of faults that can stand in one graph: the same results, term for term, as pySHACL's own report."""
    import pyshacl

    triples = [*examples.background(), *examples.base()]
    # Of a day and a year pySHACL says that one comes before the other, where SHACL says that they have no order.
    for path in [path for path in examples.FILES[::3] if not path.stem.startswith("S05-until")]:
        triples += examples.example(path).added
    data = reference._graph(triples)
    _, theirs, _ = pyshacl.validate(data, shacl_graph=reference._graph(SHAPE_TRIPLES), inplace=True, advanced=False)
    path = tmp_path / "all.nt"
    path.write_bytes(examples.as_ntriples(triples))
    report = validate(SHIPPED, [path], alone=True)
    ours = rdflib.Graph().parse(data=written(report, "ttl"), format="turtle")
    top, found = results(ours)
    of_shapes = Counter({one: n for one, n in found.items() if one[3].startswith(str(SH))})
    assert len(of_shapes) > 40
    assert (of_shapes - results(theirs)[1], results(theirs)[1] - of_shapes) == (Counter(), Counter())
    assert ours.value(top, SH.conforms).toPython() is False
    for node in ours.objects(top, SH.result):
        assert ours.value(node, DCTERMS.source)
        assert ours.value(node, RDFS.comment)


def test_a_path_of_several_steps_is_told_in_full(tmp_path):
    path = tmp_path / "trial.ttl"
    path.write_text("@prefix kzkg: <https://w3id.org/kzkg/ns#> . <https://w3id.org/kzkg/id/trial-x> a kzkg:Trial .")
    graph = rdflib.Graph().parse(data=written(validate(SHIPPED, [path], alone=True), "ttl"), format="turtle")
    (head,) = {graph.value(node, SH.alternativePath) for node in graph.objects(None, SH.resultPath)} - {None}
    assert [str(step).rpartition("/")[2] for step in graph.items(head)] == ["ns#about", "description"]


def test_a_report_of_nothing_conforms():
    graph = rdflib.Graph().parse(data=written(validate(SHIPPED, alone=True), "ttl"), format="turtle")
    top, found = results(graph)
    assert graph.value(top, SH.conforms).toPython() is True
    assert not found


# ---- hints


@pytest.mark.parametrize("path", examples.FILES, ids=lambda path: path.stem)
def test_a_hint_says_what_to_do(path):
    """It names something to write: a word with a prefix, or a value; and it does not repeat the message."""
    (result,) = examples.check(examples.example(path).graph())
    hint = Hints(examples.shapes()).of(result)
    assert ":" in hint or any(
        mark in hint for mark in ("without quotes", "plain text", "number from", "one of the two")
    )
    assert hint.split()[0] in {
        "Add", "Compare", "Exchange", "Follow", "Give", "In", "Keep", "Let", "Make", "Name", "Number", "Rank", "Rename",
        "Repeat", "Shorten", "Tag", "Take", "Use", "Write",
    }  # fmt: skip
    assert "look at what the files say" not in hint


def test_every_rule_of_the_house_has_a_hint():
    source = (examples.ROOT / "kzkg/validation/houserules.py").read_text()
    used = {rule for rule in ("prefix", "literal", "term", "reference", "G1", "G2", "G3") if f'"{rule}"' in source}
    assert used | {"accepted"} == set(hints.RULES)


def test_messages_of_shapes_are_english():
    """The report in Turtle tags them so."""
    said = [t.object for t in SHAPE_TRIPLES if show(t.predicate) in {"sh:message", "rdfs:comment"}]
    assert all(isinstance(text, Literal) and text.language == "en" for text in said)


# ---- the command


def run(*words):
    done = subprocess.run(
        [sys.executable, "-m", "kzkg", "validate", *words],
        cwd=examples.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("suffix", "start"), [(".xml", "<?xml"), (".sarif", "{"), (".ttl", "@prefix"), (".json", "{")])
def test_the_end_of_a_name_chooses_the_format(tmp_path, suffix, start):
    target = tmp_path / f"report{suffix}"
    code, out, err = run("--alone", str(MISTAKES[0]), "-o", str(target))
    assert (code, out) == (1, "")
    assert "not conformant" in err
    assert target.read_text().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_format_that_is_none_is_refused():
    with pytest.raises(RequestError, match="sarif"):
        check_data(Check(None, [], "sarfi"))
