"""The pages as text: every IRI has one, each is valid, no link is broken, and no text of the data becomes markup."""

import json
import os
import random
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from parts import needs, npm, program
from reading import ROOT as HERE
from reading import addresses, broken, elements, faults, parsed, text_of, written

from kzkg.errors import NotFound
from kzkg.labels import LANGUAGES, rows
from kzkg.pages import Site, Target, assets, words
from kzkg.pages.addresses import path_of, target_of
from kzkg.pages.linking import BASE, DATASET, NS, PLACES, SHAPES, VOCAB, home
from kzkg.pages.scenes import ground, line_of
from kzkg.query import read_query

ROOT = Path(__file__).resolve().parent.parent
QUERIES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
WHOLE = bool(os.environ.get("KZKG_CI"))


@pytest.fixture(scope="module")
def site(repo_graph):
    return Site(repo_graph)


@pytest.fixture(scope="module")
def small(world_graph):
    return Site(world_graph)


@pytest.fixture(scope="module")
def chosen(site):
    """Two things of each class, and each kind of other IRI."""
    found = defaultdict(list)
    for thing, kind in rows(site.graph, "SELECT ?thing ?kind WHERE { ?thing a ?kind } ORDER BY ?thing", "all"):
        if home(thing.value) in site.known and len(found[kind.value]) < 2:
            found[kind.value].append(home(thing.value))
    graphs = [graph.value for graph in site.graph.named_graphs[::60]]
    return sorted({iri for each in found.values() for iri in each} | {NS, VOCAB, SHAPES, DATASET, *graphs})


def sound(site, target, lang="en"):
    tree = parsed(written(site, target, lang))
    assert faults(tree) == []
    assert broken(site, tree) == []
    return tree


def test_things_of_each_class_have_a_sound_page(site, chosen):
    assert len(chosen) > 80
    for number, iri in enumerate(chosen):
        tree = sound(site, Target("thing", iri), LANGUAGES[number % 3])
        assert text_of(elements(tree, "h1")[0])


def test_every_term_has_a_page_with_its_definition(site):
    terms = site.ontology.terms
    assert len(terms) > 130
    for number, (iri, word) in enumerate(terms.items()):
        lang = LANGUAGES[number % 3]
        html = written(site, Target("thing", iri), lang)
        definition = next(each.value for each in word.texts["skos:definition"] if each.language == lang)
        assert text_of(elements(parsed(html), "main")[0]).find(" ".join(definition.split())) >= 0


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_a_sound_page(site, name):
    lang = LANGUAGES[QUERIES.index(name) % 3]
    query = site.graph.catalog.query(name)
    tree = sound(site, Target("query", name, tuple(query.example)), lang)
    fields = {each.get("name") for kind in ("input", "select") for each in elements(tree, kind)}
    assert {parameter.name for parameter in query.parameters} <= fields
    assert elements(tree, "table"), "the example has no rows"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_sound_in_every_language(site, place, lang):
    tree = sound(site, Target(place), lang)
    assert elements(tree, "html")[0].get("lang") == lang


def test_every_iri_renders(site, small):
    """All of them where the whole is checked, else a sample that is another on each state of the data."""
    targets = [target for target in site.targets() if target.kind == "thing"]
    assert len(targets) > 4000
    tried = targets if WHOLE else random.Random(len(targets)).sample(targets, 60)
    for target in [*tried]:
        assert "</html>" in written(site, target)
    for target in small.targets():
        sound(small, target)


def test_a_page_has_its_sources_in_reach(site):
    tree = sound(site, Target("thing", f"{BASE}id/designation-taliban-2005-03-15"))
    listed = {each.get("id") for each in elements(tree, "li") if (each.get("id") or "").startswith("s")}
    marks = {each.get("href")[1:] for each in elements(tree, "a") if (each.get("href") or "").startswith("#s")}
    assert marks
    assert marks - {"sources", "support"} <= listed


def test_rival_claims_stand_side_by_side_with_their_verdicts(site):
    html = written(site, Target("thing", f"{BASE}id/attack-aktobe-2016-06-05"))
    assert 'class="verdict open"' in html
    assert 'class="verdict accepted"' in html
    assert "Range 22 to about 40" in html


def test_a_claim_that_is_not_accepted_says_so(site):
    text = "SELECT ?claim WHERE { ?claim kzkg:rank v:rank-rejected } ORDER BY ?claim LIMIT 1"
    claim = rows(site.graph, text, "all")[0][0].value
    assert "kept, but not accepted" in written(site, Target("thing", claim))


def test_names_follow_the_reader(site):
    target = Target("thing", f"{BASE}id/court-supreme-court-kz")
    titles = {lang: text_of(elements(parsed(written(site, target, lang)), "h1")[0]) for lang in LANGUAGES}
    assert len(set(titles.values())) == 3
    assert titles["ru"].startswith("Верховный суд")


def test_embedded_data_is_json_about_the_thing(site):
    tree = parsed(written(site, Target("thing", f"{BASE}id/org-taliban")))
    data = next(each for each in elements(tree, "script") if each.get("type") == "application/ld+json")
    assert json.loads(data.text)[0]["@id"] == f"{BASE}id/org-taliban"
    front = parsed(written(site, Target("front")))
    found = json.loads(
        next(each.text for each in elements(front, "script") if each.get("type") == "application/ld+json")
    )
    assert found["@type"] == "Dataset"
    assert found["license"].startswith("https://creativecommons.org/")


def test_a_value_that_cannot_be_meant_is_said_at_its_field(site):
    page = site.page(Target("query", "courts-banned-groups", (("day", "yesterday"),)), "en", addresses())
    assert page.status == 400
    tree = parsed(page.html)
    assert [each.get("name") for each in elements(tree, "input") if each.get("aria-invalid")] == ["day"]
    assert "not a day" in page.html
    assert site.page(Target("query", "courts-banned-groups", (("nonsense", "1"),)), "en", addresses()).status == 400


def test_an_empty_answer_says_why(site):
    values = (("day", "1950-01-01"),)
    assert "before the first record" in written(site, Target("query", "groups-banned-on-day", values))


def test_the_share_link_and_the_command_give_the_same_question(site):
    values = (("court", "id:court-supreme-court-kz"), ("day", "2010-01-01"), ("all", "1"))
    html = written(site, Target("query", "courts-banned-groups", values))
    assert "court=id%3Acourt-supreme-court-kz&amp;day=2010-01-01&amp;all=1" in html
    assert "kzkg run courts-banned-groups --court id:court-supreme-court-kz --day 2010-01-01 --all --cite" in html


def test_a_chosen_language_stays_in_the_links(site):
    html = site.page(Target("front"), "ru", addresses("ru", chosen=True)).html
    inner = [each.get("href") for each in elements(parsed(html), "a")]
    ours = [each for each in inner if each.startswith("/") and not each.endswith((".ttl", ".jsonld", ".nt", ".rdf"))]
    assert all("lang=" in each for each in ours)


def test_a_prefix_stands_before_every_address(site):
    links = addresses(prefix="/kg")
    for target in (Target("front"), Target("thing", f"{BASE}id/org-taliban"), Target("sparql")):
        tree = parsed(site.page(target, "en", links).html)
        for each in tree.iter():
            for name in ("href", "src", "action"):
                address = each.get(name) or "#"
                assert address.startswith(("#", "/kg/", "https://", "http://", f"{HERE}/kg/")), address


def test_unknown_things_are_not_found(site):
    for target in (Target("thing", f"{BASE}id/nothing"), Target("query", "nothing"), Target("nothing")):
        with pytest.raises(NotFound):
            site.page(target, "en", addresses())
    page = site.fault(404, "<b>nothing</b>", "kk", addresses("kk"))
    assert page.status == 404
    assert faults(parsed(page.html)) == []
    assert "<b>nothing" not in page.html


def test_paths_lead_back(site):
    for target in site.targets():
        assert target_of(path_of(target)) == target
    assert target_of("nowhere") is None
    assert home(f"{BASE}graph/rferl.ttl#sha256") == f"{BASE}graph/rferl"
    assert home(f"{NS}/0.1.0") == NS


def test_a_query_of_the_readers_own_is_answered_without_scripts(site):
    text = "SELECT ?group ?date { ?d kzkg:designates ?group ; kzkg:validFrom ?date } ORDER BY ?date LIMIT 3"
    tree = parsed(site.page(Target("sparql", "", (("query", text),)), "en", addresses(), text=text).html)
    assert len(elements(tree, "tr")) == 4
    assert site.page(Target("sparql"), "en", addresses(), text="SELECT nonsense").status == 400
    assert ">yes<" in site.page(Target("sparql"), "en", addresses(), text="ASK { ?s ?p ?o }").html
    assert "&lt;http" in site.page(Target("sparql"), "en", addresses(), text="CONSTRUCT WHERE { ?s a kzkg:Court }").html


def test_search_finds_names_in_other_scripts(site):
    html = site.page(Target("search", "", (("q", "талибан"),)), "en", addresses(), words="талибан").html
    assert "/page/org-taliban" in html


def test_every_word_is_said_in_three_languages():
    for name, width in (("words", 3), ("questions", 2), ("helps", 2)):
        for key, said in words.table(name).items():
            assert len(said) == width, key
            assert all(each.strip() for each in said), key
    assert set(words.table("questions")) == set(QUERIES)
    templates = "".join(path.read_text() for path in (ROOT / "kzkg/pages/templates").glob("*.html"))
    assert 'style="' not in templates


def test_what_is_said_of_a_parameter_is_in_the_readers_language_or_marked(site):
    queries = site.graph.catalog.queries.values()
    said = {parameter.help for query in queries for parameter in query.parameters}
    assert said == set(words.table("helps"))
    assert words.help_text("only designations in force on this day", "kk") == (
        "тек осы күні күшінде болған танулар",
        "kk",
    )
    assert words.help_text("said nowhere", "ru") == ("said nowhere", "en")
    tree = parsed(written(site, Target("query", "courts-banned-groups"), "ru"))
    helps = [each for each in elements(tree, "p") if each.get("class") == "help"]
    assert any("только решения этого суда" in text_of(each) for each in helps)
    assert not any(span.get("lang") for each in helps for span in elements(each, "span"))


def test_a_record_names_its_sources_at_its_head(site):
    tree = parsed(written(site, Target("thing", f"{BASE}id/attack-aktobe-2016-06-05")))
    (head,) = (each for each in elements(tree, "p") if each.get("id") == "support")
    links = [each.get("href") for each in elements(head, "a")]
    assert {"#s1", "#s2"} & set(links) or "#sources" in links
    listed = {f"#{each.get('id')}" for kind in ("li", "h2") for each in elements(tree, kind)}
    assert set(links) <= listed


def test_every_column_and_group_has_a_heading_of_its_own(repo_graph):
    missing = set()
    for query in repo_graph.catalog.queries.values():
        names = {parameter.name for parameter in query.parameters}
        names |= set(getattr(repo_graph.evaluate(query.bind({}), query.graph), "variables", ()))
        missing |= {name for name in names if words.column(name, "ru") == name.replace("_", " ")}
        assert words.said("group", query.group, "ru") != query.group
    assert missing == set()


def test_the_ground_of_the_maps_is_one_small_file():
    assert len(ground()) < 80_000
    assert ground() == assets.content("map.svg").decode()


def test_a_line_of_time_keeps_its_order():
    line = line_of([("2010-05-01 to 2012", "b"), ("2005", "a"), ("2014-02", "c")])
    assert [dot.title[:4] for dot in line.dots] == ["2005", "2010", "2014"]
    assert all(0 <= dot.x <= dot.x2 <= 1000 for dot in line.dots)


def test_a_question_without_an_extra_name_still_has_one(world_graph):
    query = read_query((ROOT / "queries" / "timeline.rq").read_text(), "timeline.rq")
    assert words.question("no-such", query.summary, "ru") == (query.summary, "en")


VNU = ROOT / "tests" / "browser" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@needs(program("java", package="default-jre-headless"), npm("vnu-jar"))
def test_the_checker_of_the_w3c_finds_nothing(site, chosen, tmp_path):
    targets = [Target("thing", iri) for iri in chosen[::6]] + [Target(place) for place in PLACES]
    targets += [Target("query", name) for name in QUERIES[::8]]
    for number, target in enumerate(targets):
        (tmp_path / f"{number}.html").write_text(written(site, target, LANGUAGES[number % 3]))
    ran = subprocess.run(
        ["java", "-jar", str(VNU), "--errors-only", "--skip-non-html", "--format", "json", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = json.loads(ran.stderr)["messages"]
    assert [(each["url"].rpartition("/")[2], each.get("lastLine"), each["message"]) for each in told] == []
