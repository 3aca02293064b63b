"""Things by any name: hard pairs over the whole graph, ambiguity, typing errors, and what a lookup may cost."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kzkg.errors import NotFound, RequestError
from kzkg.labels import find, resolve, thing
from kzkg.names import How
from kzkg.names.candidates import best, told_apart
from kzkg.names.naming import shortened
from kzkg.names.spelling import fold, script, skeleton, sound, transliterated
from kzkg.terms import expand, shrink

if TYPE_CHECKING:
    from kzkg.store import Graph

ROOT = Path(__file__).resolve().parent.parent

HARD = [
    # scripts and romanisations
    ("талибан", "id:org-taliban"),
    ("طالبان", "id:org-taliban"),
    ("Taleban", "id:org-taliban"),
    ("Талибан движение", "id:org-taliban"),
    ("Хизб ут-Тахрир", "id:org-hizb-ut-tahrir"),
    ("Hizb-ut-Tahrir al-Islami", "id:org-hizb-ut-tahrir"),
    ("Хизбут Тахрир", "id:org-hizb-ut-tahrir"),
    ("حزب التحرير", "id:org-hizb-ut-tahrir"),
    ("Jund al Khilafah", "id:org-jund-al-khilafah"),
    ("Джунд аль-Халифа", "id:org-jund-al-khilafah"),
    ("солдаты халифата", "id:org-jund-al-khilafah"),
    ("القاعدة", "id:org-al-qaeda"),
    ("القاعده", "id:org-al-qaeda"),
    ("Al Qa'ida", "id:org-al-qaeda"),
    ("الإخوان المسلمون", "id:org-muslim-brotherhood"),
    ("Ikhwan al Muslimun", "id:org-muslim-brotherhood"),
    ("عصبة الانصار", "id:org-asbat-al-ansar"),
    ("Жабхат ан-Нусра", "id:org-al-nusra-front"),
    ("Ulku Ocaklari", "id:org-boz-gurd"),
    ("Lashkar e Tayba", "id:org-lashkar-e-taiba"),
    ("オウム真理教", "id:org-aum-shinrikyo"),
    ("O‘zbekiston islomiy harakati", "id:org-islamic-movement-of-uzbekistan"),
    ("Узбекистон исломий харакати", "id:org-islamic-movement-of-uzbekistan"),
    ("Tabligi Jamaat", "id:org-tablighi-jamaat"),
    ("Жусан", "id:repatriation-zhusan"),
    # Kazakh in Cyrillic and in Latin letters
    ("Ұлттық қауіпсіздік комитеті", "id:body-knb"),
    ("Ulttyq qauipsizdik komiteti", "id:body-knb"),
    ("Aqtöbe", "id:place-aktobe"),
    ("Қырғызстан", "id:place-kyrgyzstan"),
    ("Kirgizstan", "id:place-kyrgyzstan"),
    ("Нұрсұлтан Назарбаев", "id:person-nazarbayev"),
    ("Жоғарғы Соты", "id:court-supreme-court-kz"),
    # abbreviations
    ("ДВК", "id:org-dvk-movement-2017"),
    ("ҚДТ", "id:org-dvk-movement-2017"),
    ("KNB", "id:body-knb"),
    ("КНБ", "id:body-knb"),
    ("SCO", "id:org-sco"),
    ("ШОС", "id:org-sco"),
    ("ШЫҰ", "id:org-sco"),
    ("РАТС", "id:body-sco-rats"),
    ("ISIL", "id:org-islamic-state"),
    # numbers of laws
    ("416-I", "id:law-kz-combating-terrorism-1999"),
    ("№ 416-І", "id:law-kz-combating-terrorism-1999"),
    ("Law 416-I", "id:law-kz-combating-terrorism-1999"),
    ("266-IV", "id:law-kz-2010-266"),
    ("resolution 1267", "id:law-unscr-1267"),
    # courts, places, persons
    ("SUPREME COURT", "id:court-supreme-court-kz"),
    ("Верховного суда", "id:court-supreme-court-kz"),
    ("Esil court", "id:court-esil-district-court"),
    ("Есильский суд", "id:court-esil-district-court"),
    ("генпрокуратура", "id:body-general-prosecutor"),
    ("Алма-Ата", "id:place-almaty"),
    ("Nur Sultan", "id:place-astana"),
    ("Жамбыл", "id:place-taraz"),
    ("Kulikbaev", "id:person-kulekbayev"),
    # typing errors
    ("Talibn", "id:org-taliban"),
    ("Suprem Cort", "id:court-supreme-court-kz"),
    ("Grey Wolfs", "id:org-boz-gurd"),
    ("аум сенрике", "id:org-aum-shinrikyo"),
    ("Islamic mouvement of Uzbekistan", "id:org-islamic-movement-of-uzbekistan"),
    # terms
    ("suicide bombing", "v:attack-suicide-bombing"),
    ("терроризм", "v:topic-terrorism"),
    ("бомба", "v:attack-bombing"),
    ("Шанхайская конвенция", "id:treaty-sco-convention-2001"),
]


@pytest.mark.parametrize(("words", "iri"), HARD)
def test_the_first_thing_found_is_the_one_that_is_meant(repo_graph: Graph, words: str, iri: str) -> None:
    assert shrink(repo_graph.names.search(words)[0].iri) == iri


AMBIGUOUS = [
    (
        "Democratic Choice of Kazakhstan",
        {"id:org-dvk-movement-2017": "political movement, 2017", "id:org-dvk-party-2001": "party, 2001-11-18"},
    ),
    ("Kazakhstan", {"id:place-kazakhstan": "country", "id:state-kazakhstan": "state"}),
    ("Al-Qaida in Iraq", {"id:org-al-qaida-in-iraq": "", "id:org-islamic-state": ""}),
    ("Qazaqstan", {"id:place-kazakhstan": "country", "id:state-kazakhstan": "state"}),
]


@pytest.mark.parametrize(("words", "things"), AMBIGUOUS)
def test_ambiguity_lists_what_tells_them_apart(repo_graph: Graph, words: str, things: dict[str, str]) -> None:
    found = {shrink(each.thing): each.told for each in find(repo_graph, words)}
    assert found.keys() == things.keys()
    assert len(set(found.values())) == len(found)
    for iri, told in things.items():
        assert told in found[iri]
    with pytest.raises(RequestError, match=r"is the name of 2 things: .*; say which"):
        thing(repo_graph, words)


def test_a_class_settles_what_a_name_alone_does_not(repo_graph: Graph) -> None:
    query = repo_graph.catalog.query("courts-banned-groups")
    values = resolve(repo_graph, query, {"court": "Supreme", "group": ["талибан", "аль каида"]})
    assert values["court"] == expand("id:court-supreme-court-kz")
    assert values["group"] == [expand("id:org-taliban"), expand("id:org-al-qaeda")]
    place = next(
        each
        for name in ("near-place", "places")
        for each in repo_graph.catalog.query(name).parameters
        if each.of == "kzkg:Place"
    )
    assert thing(repo_graph, "Казахстан", place) == expand("id:place-kazakhstan")


def test_a_thing_goes_before_a_term_and_a_document(repo_graph: Graph) -> None:
    found = repo_graph.names.search("supreme court")
    assert [each.rank for each in best(found)] == [0]
    assert {each.rank for each in found if each.how <= How.SPELLING} == {0, 1}
    assert thing(repo_graph, "supreme court") == expand("id:court-supreme-court-kz")


def test_a_small_typing_error_is_forgiven_and_told(repo_graph: Graph) -> None:
    told: list[str] = []
    assert thing(repo_graph, "Talibn", told=told.append) == expand("id:org-taliban")
    assert told == ["'Talibn' is taken for Taliban (id:org-taliban)"]
    assert thing(repo_graph, "талибан", told=told.append) == expand("id:org-taliban")
    assert len(told) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Prosecutor of Almaty Region", "did you mean"),  # the graph has the one of Atyrau: another name, no error
        ("417-I", "nothing is called '417-I'"),
        ("law 416-II", "nothing is called 'law 416-II'"),
        ("xyzzy plugh", "nothing is called 'xyzzy plugh'; 'kzkg search WORDS'"),
        ("Талибанистан сити", "nothing is called"),
    ],
)
def test_another_name_is_no_typing_error(repo_graph: Graph, words: str, message: str) -> None:
    with pytest.raises(NotFound, match=message):
        thing(repo_graph, words)


def test_a_thing_of_another_class_is_named(repo_graph: Graph) -> None:
    court = repo_graph.catalog.query("courts-banned-groups").parameter("court")
    with pytest.raises(
        RequestError, match=r"court: no Court is called 'Taliban'; that is the name of id:org-taliban \("
    ):
        thing(repo_graph, "Taliban", court)


def test_a_typing_error_on_the_tiny_graph(world_graph: Graph) -> None:
    court = world_graph.catalog.query("bans").parameter("court")
    assert shrink(thing(world_graph, "Court of the Nroth", court)) == "id:court-north"


@pytest.mark.parametrize("words", ["", " ", "-", "«»", "\u200b", "()"])
def test_a_name_without_letters_means_nothing(repo_graph: Graph, words: str) -> None:
    assert repo_graph.names.search(words) == []


def test_every_label_finds_its_own_thing(repo_graph: Graph) -> None:
    """Every name of a thing that is its alone finds that thing at once; a sample, as there are thousands."""
    names = repo_graph.names
    for number in range(0, len(names.texts), 97):
        found = names.search(names.texts[number], wide=False)
        fitting = {each.iri for each in found if each.how <= How.SPELLING}
        assert names.things[names.owners[number]] in fitting, names.texts[number]


# --- spellings


def test_what_is_left_of_a_name() -> None:
    assert fold("Al-Qa‘ida  (AQ)") == "al qaida aq"
    assert fold("Ӂёлка Қазақ") == fold("ӂЕлка қазаҚ")
    letters = transliterated("абвгдежзийклмнопрстуфхцчшщъыьэюяқғәіңөұүһ")
    assert sound("Хизб ут-Тахрир", letters) == sound("Khizb ut-Takhrir", letters) == "hizb ut tahrir"
    assert sound("Жамбыл", letters) == sound("Dzhambyl", letters) == sound("Jambyl", letters)
    assert sound("№2", {**letters, "№": " no "}) == sound("No. 2", letters) == "2"
    assert sound("1011", letters) == "1011"
    assert skeleton(sound("طالبان", {})) == skeleton("taliban")
    assert [script(word) for word in ("Taliban", "Талибан", "القاعدة", "2011", "«Алга»")] == [
        "Latin", "Cyrillic", "Arabic", "digits", "Cyrillic",
    ]  # fmt: skip
    assert shortened("Supreme Court of the Republic of Kazakhstan") == "Supreme Court"
    assert shortened("Қазақстан Республикасы Жоғарғы Соты") == "Жоғарғы Соты"
    assert shortened("Law of Kazakhstan") == "Law of Kazakhstan"


def test_the_letters_of_the_index_are_all_that_a_lookup_needs(repo_graph: Graph) -> None:
    letters = repo_graph.names.letters
    assert set("абвгдеёжзийклмнопрстуфхцчшщъыьэюяқғәіңөұүһ") <= set(letters)
    assert set("ابتثجحخدذرزسشصضطظعغفقكلمنهوي") <= set(letters)


# --- costs


def processor_time(*words: str) -> float:
    """The processor time of the command, the least of some calls."""
    taken = []
    for _ in range(5):
        before = os.times()
        subprocess.run([sys.executable, "-m", "kzkg", *words], cwd=ROOT, check=True, capture_output=True)
        after = os.times()
        taken.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(taken)


@pytest.mark.parametrize(
    "words",
    [
        ["run", "courts-banned-groups", "--court", "id:court-supreme-court-kz"],
        ["run", "courts-banned-groups", "--group", "талибан"],
        ["show", "Хизб ут-Тахрир"],
        ["search", "Талибан"],
    ],
)
def test_a_name_that_is_right_imports_neither_library(words: list[str]) -> None:
    code = (
        "import sys; from kzkg.cli import main; main(sys.argv[1:]); "
        "print(sorted({'rapidfuzz', 'anyascii', 'prompt_toolkit', 'rdflib'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stderr.strip().endswith("[]")


# --- the command


def searched(*words: str) -> tuple[list[dict[str, str]], str]:
    done = subprocess.run(
        [sys.executable, "-m", "kzkg", "search", *words], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t")), done.stderr


def test_search_says_what_matched_in_which_script_and_what_it_is() -> None:
    rows, err = searched("ДВК")
    assert rows[0] == {
        "thing": "https://w3id.org/kzkg/id/org-dvk-movement-2017",
        "thing_label": "Democratic Choice of Kazakhstan (movement of 2017)",
        "kind": "political movement, 2017",
        "name": "ДВК",
        "script": "Cyrillic",
        "language": "ru",
        "fit": "exact",
        "id": "id:org-dvk-movement-2017",
    }
    assert err == ""
    assert searched("Esil", "court", "--lang", "ru", "--limit", "1")[0][0]["kind"] == "районный суд, Астана"


def test_search_by_kind_and_limit() -> None:
    rows, err = searched("Almaty", "--kind", "court")
    assert {row["id"].partition("-")[0] for row in rows} == {"id:court"}
    rows, err = searched("Kazakhstan", "--limit", "3")
    assert len(rows) == 3
    assert "3 of" in err
    assert searched("терроризм", "--kind", "Темы")[0][0]["id"] == "v:topic-terrorism"
    assert "--kind: no class is called 'frobs'" in searched("x", "--kind", "frobs")[1]


def test_search_without_a_match() -> None:
    rows, err = searched("xyzzy", "plugh")
    assert rows == []
    assert err == "no rows: nothing is called 'xyzzy plugh', and no name is like it\n"


def test_told_apart_in_the_readers_language(repo_graph: Graph) -> None:
    found = repo_graph.names.search("Kazakhstan")[:2]
    assert {each.kind for each in told_apart(repo_graph, found, "ru")} >= {"страна"}
