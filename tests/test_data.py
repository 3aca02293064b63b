"""What the data files promise beside the shapes: form, house rules, wording, privacy, and nothing uncited."""

import re
from functools import cache
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kzkg import turtle
from kzkg.catalog import Catalog
from kzkg.terms import expand, shrink
from kzkg.validation import houserules
from kzkg.validation.constraints import Checker
from kzkg.validation.reading import Reader
from kzkg.validation.shacl import Shapes, show
from tests import examples
from tests.parts import beside, needs

ROOT = examples.ROOT
CATALOG = Catalog(ROOT)
DATA = [path for path in CATALOG.graph_files.values() if path.parent.name != "ontology"]
TURTLE = [*CATALOG.graph_files.values(), *examples.SHAPE_FILES]
ARTICLE = ROOT.parent / "shared" / "source"
ABOUT_ASKED = ("about", "answers")


def name(path):
    return str(path.relative_to(ROOT))


@cache
def files():
    return [file for path in CATALOG.graph_files.values() for file in Reader().read(path)]


@cache
def triples():
    return [triple for file in files() for triple in file.triples]


@cache
def types():
    found = {}
    for triple in triples():
        if triple.predicate == houserules.TYPE:
            found.setdefault(triple.subject, set()).add(shrink(triple.object))
    return found


# ---- form


@pytest.mark.parametrize("path", TURTLE, ids=name)
def test_both_engines_read_the_same(path):
    ours = sum(1 for _ in parse(path=path, format=RdfFormat.TURTLE))
    assert ours == len(rdflib.Graph().parse(path)) > 0


@pytest.mark.parametrize("path", DATA, ids=name)
def test_a_data_file_is_in_canonical_form(path):
    assert turtle.check(path), f"run: kzkg format {name(path)}"


@pytest.mark.parametrize("path", examples.SHAPE_FILES, ids=name)
def test_a_shapes_file_is_in_canonical_form(path):
    assert turtle.check(path), f"run: kzkg format {name(path)}"


def test_the_house_rules_hold():
    assert [(b.file.path.name, b.rule, b.message) for b in houserules.breaches(files())] == []


def test_nothing_is_the_same_as_anything():
    assert not [path for path in TURTLE if "sameAs" in path.read_text() and "owl:sameAs" in path.read_text()]


# ---- evidence


def test_every_source_is_cited_and_every_citation_used():
    used = {triple.object for triple in triples() if triple.predicate == houserules.EVIDENCE}
    cited = {triple.object for triple in triples() if triple.predicate == houserules.SOURCE}
    cited |= {triple.object for triple in triples() if triple.predicate == expand("cito:cites")}
    sources = {subject for subject, kinds in types().items() if "kzkg:Source" in kinds}
    citations = {subject for subject, kinds in types().items() if "kzkg:Citation" in kinds}
    assert sorted(map(shrink, sources - cited)) == []
    assert sorted(map(shrink, citations - used)) == []


def test_every_source_has_one_file():
    described = [
        triple.subject
        for file in files()
        for triple in file.triples
        if triple.predicate == houserules.TYPE and triple.object == houserules.DOCUMENT
    ]
    assert len(described) == len(set(described))


# ---- the view


def test_what_the_view_leaves_out_is_an_open_question(repo_graph):
    shown = repo_graph.evaluate("CONSTRUCT WHERE { ?s ?p ?o }").triples
    complete = ("kzs:S18", "kzs:S20", "kzs:S21", "kzs:S23", "kzs:S27")
    wanted = {n: s for n, s in examples.shapes().all.items() if not s.targets or show(n).startswith(complete)}
    results = Checker([*shown, *examples.background()], Shapes(examples.shapes().graph, wanted)).results()
    about, asked = ({t.subject: t.object for t in triples() if t.predicate == expand(f"kzkg:{p}")} for p in ABOUT_ASKED)
    open_things = {about.get(claim) for claim in asked}
    assert [(show(r.focus), show(r.shape)) for r in results if r.focus not in open_things] == []
    assert shown


# ---- no sentence of the article


RUN = 8


def words(text):
    return re.findall(r"[^\W_]+", text.lower())


def runs(text):
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


NAMES = {"dcterms:title", "skos:prefLabel", "skos:altLabel", "bibo:authorList", "dc:publisher", "schema:url"}


def is_name(triple):
    """Whether a triple holds a title or a name: directly, or as the value of a claim about one."""
    if shrink(triple.predicate) in NAMES:
        return True
    said = properties().get(triple.subject, set())
    return shrink(triple.predicate) == "kzkg:value" and bool(said & NAMES)


@cache
def properties():
    found = {}
    for triple in triples():
        if triple.predicate == expand("kzkg:property"):
            found.setdefault(triple.subject, set()).add(shrink(triple.object))
    return found


def repository():
    """Every text file of the project, as a clone would have it."""
    skipped = {".git", ".venv", ".kzkg", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", "build", "dist"}
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and not skipped & set(path.relative_to(ROOT).parts):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


@needs(beside(ARTICLE))
def test_no_eight_words_in_a_row_are_the_articles():
    article = set()
    for path in ARTICLE.iterdir():
        article |= runs(path.read_text(encoding="utf-8"))
    assert len(article) > 1000
    names = {run for t in triples() if isinstance(t.object, Literal) and is_name(t) for run in runs(t.object.value)}
    found = {}
    for path, text in repository():
        for run in runs(text) & (article - names):
            found.setdefault(name(path), set()).add(" ".join(run))
    assert found == {}


# ---- wording


LOADED = re.compile(
    r"\b(?:militants?|perpetrators?|ringleaders?|sects?|sectarians?|cults?|jihadis?|jihadists?|islamists?|fanatics?|"
    r"warlords?|henchm[ae]n|thugs?|bandits?|gunm[ae]n)\b|"
    r"(?<![\w-])terrorist (?!and\b|or\b|by\b|in\b|on\b|nor\b|but\b|as\b|until\b|since\b|when\b|because\b|under\b)[a-z]",
    re.IGNORECASE,
)
TOLD_BY_OTHERS = {"kzkg:Finding", "kzkg:Recommendation"}
OUR_WORDS = {
    "dcterms:description", "kzkg:rationale", "kzkg:remark", "kzkg:purpose", "kzkg:effect", "kzkg:function",
    "skos:prefLabel", "skos:definition", "skos:scopeNote", "rdfs:label", "rdfs:comment", "skos:example",
}  # fmt: skip
NAMED = {"kzkg:Source", "kzkg:LegalInstrument", "kzkg:Organisation", "kzkg:StateProgramme", "kzkg:Provision"}


def our_texts():
    """English texts of the data and the ontology that nobody but us has worded."""
    for triple in triples():
        predicate, value = shrink(triple.predicate), triple.object
        if not isinstance(value, Literal) or value.language != "en" or predicate not in OUR_WORDS:
            continue
        kinds = types().get(triple.subject, set())
        register = shrink(triple.subject).startswith("v:scheme-")
        if kinds & TOLD_BY_OTHERS or (predicate == "skos:prefLabel" and (kinds & NAMED or register)):
            continue
        yield f"{shrink(triple.subject)} {predicate}", value.value


def test_our_own_wording_is_neutral():
    found = [(where, hit[0], text) for where, text in our_texts() for hit in LOADED.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text", ["the militant group", "a terrorist attack", "its Ringleaders", "a sect", "terrorist organisations"]
)
def test_the_word_list_finds_what_it_is_for(text):
    assert LOADED.search(text)


@pytest.mark.parametrize(
    "text", ["designated as terrorist by a court", "Anti-Terrorist Centre", "section 2", "terrorist or extremist"]
)
def test_the_word_list_leaves_the_rest_alone(text):
    assert not LOADED.search(text)


# ---- persons


PRIVATE = re.compile(
    r"\b(?:aged?|age of) [0-9]{1,2}\b|[0-9]{1,2}[- ]years?[- ]old\b|\bborn (?:in|on)\b|\bdate of birth\b|"
    r"\b(?:his|her|their) (?:wife|husband|widow|brothers?|sisters?|father|mother|parents?|sons?|daughters?)\b|"
    r"\b(?:lives|lived|living|resides|resided) (?:at|in) [A-Z]|\b[0-9]{12}\b|\+7[ 0-9()-]{9,}|"
    r"[\w.]+@[\w-]+\.[a-z]{2,}|\bethnic (?:kazakh|russian|uzbek|uighur|uyghur|chechen)\b",
    re.IGNORECASE,
)
CODES = {"dcterms:identifier", "schema:url", "dcterms:title", "bibo:doi"}  # act numbers have twelve digits too


def test_no_text_tells_ages_relatives_or_addresses():
    found = []
    for triple in triples():
        value = triple.object
        title = shrink(triple.predicate) in CODES or "kzkg:Source" in types().get(triple.subject, set())
        if isinstance(value, Literal) and not title:
            found += [(shrink(triple.subject), hit[0]) for hit in PRIVATE.finditer(value.value)]
    assert found == []


@pytest.mark.parametrize("text", ["aged 26", "a 26-year-old man", "born in 1990", "his brother", "lives in Almaty"])
def test_the_privacy_scan_finds_what_it_is_for(text):
    assert PRIVATE.search(text)


def test_of_a_person_only_names_are_kept():
    persons = {subject for subject, kinds in types().items() if "kzkg:Person" in kinds}
    assert persons
    used = {shrink(triple.predicate) for triple in triples() if triple.subject in persons}
    assert used <= {"rdf:type", "skos:prefLabel", "skos:altLabel", "kzkg:evidence", "schema:sameAs"}


def test_every_person_has_a_role_that_is_on_record():
    persons = {subject for subject, kinds in types().items() if "kzkg:Person" in kinds}
    roles = {triple.object for triple in triples() if triple.predicate == expand("kzkg:actor")}
    spoke = {t.object for t in triples() if shrink(t.predicate) in ("kzkg:speaker", "kzkg:about", "kzkg:relayedBy")}
    assert sorted(map(shrink, persons - roles - spoke)) == []


def test_claims_about_a_person_have_a_verdict_before_they_are_shown():
    ranks = {triple.subject for triple in triples() if triple.predicate == expand("kzkg:rank")}
    assert all(isinstance(subject, NamedNode) for subject in ranks)


def test_there_is_data():
    assert len(DATA) > 10
    assert all(isinstance(path, Path) for path in DATA)
