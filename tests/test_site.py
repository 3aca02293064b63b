"""The graph as a folder of files: the same pages as a server's, whole at every moment, and the same bytes each time."""

import gzip
import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from folders import Links, files
from parts import needs, npm, program
from pyoxigraph import NamedNode, RdfFormat, parse
from reading import ROOT as SERVER
from reading import addresses, elements, parsed, written

from kzkg.cli import main
from kzkg.labels import LANGUAGES
from kzkg.pages import Site
from kzkg.pages.addresses import path_of
from kzkg.pages.beside import FORMS
from kzkg.pages.linking import BASE, DATASET, NS, PLACES, SHAPES, VOCAB, Target
from kzkg.static import manifest, sitemap
from kzkg.static.links import Addresses, Folder, page_file, stem, told_apart
from kzkg.static.memory import Remembering
from kzkg.static.shelf import Shelf
from kzkg.static.writing import Writer

KINDS = {
    **{name: Target(name) for name in PLACES},
    "query": Target("query", "courts-banned-groups"), "query with map": Target("query", "incidents"),
    "thing": Target("thing", f"{BASE}id/org-taliban"), "disputed": Target("thing", f"{BASE}id/attack-taraz-2011-11-12"),
    "source": Target("thing", f"{BASE}id/source-kz2018"), "class": Target("thing", f"{BASE}ns#Court"),
    "property": Target("thing", f"{BASE}ns#bannedBy"), "concept": Target("thing", f"{BASE}vocab/rank-accepted"),
    "graph": Target("thing", f"{BASE}graph/curation"), "dataset": Target("thing", DATASET),
    "ontology": Target("thing", NS), "vocabulary": Target("thing", VOCAB), "shapes": Target("thing", SHAPES),
}  # fmt: skip
ONLY = {"noscript", "script"}
VNU = Path(__file__).parent / "browser" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.fixture(scope="module")
def writer(repo_graph, tmp_path_factory):
    """What writes the pages of the shipped graph."""
    return Writer(repo_graph, Shelf(tmp_path_factory.mktemp("shelf"), None), "https://kzkg.example/sub/", LANGUAGES)


@pytest.fixture(scope="module")
def server_site(repo_graph):
    return Site(repo_graph)


def told(tree, lead):
    """What stands in the main part of a page: words, and where each link leads; not what only a folder has to say."""
    main = elements(tree, "main")[0]
    for above in list(main.iter()):
        for each in list(above):
            tag = each.tag.rpartition("}")[2] if isinstance(each.tag, str) else ""
            words = set((each.get("class") or "").split())
            if tag in ONLY or "still" in words or each.get("id") == "permalink":
                each.clear()
    for part in elements(main, "section"):
        if part.get("aria-labelledby") in {"take", "share-title"} and part.get("class") == "take":
            part.clear()
    links = [lead(each.get("href")) for each in elements(main, "a") if each.get("href")]
    return " ".join("".join(main.itertext()).split()), links


def of_server(address):
    """Where an address of a server leads: the path, the language, and the place in the page."""
    parts = urlsplit(address)
    if parts.netloc and not address.startswith(SERVER):
        return address
    pairs = dict(parse_qsl(parts.query))
    lang = pairs.pop("lang", "")
    path = unquote(parts.path).removeprefix("/")
    return (path, lang, pairs, parts.fragment) if path or not parts.fragment else parts.fragment


def of_folder(file, odd):
    """The same of an address in a folder, as it is from a file."""

    def lead(address):
        parts = urlsplit(address)
        if parts.netloc:
            return address
        if not parts.path:
            return parts.fragment
        path = normpath(join(dirname(file), unquote(parts.path)))
        lang, slash, rest = path.partition("/")
        lang, path = (lang, rest) if slash and lang in LANGUAGES else ("en", path)
        form = path.rpartition(".")[2]
        path = path.removesuffix(".html")
        path = odd.get(path, path)
        return (
            "" if path == "index" else path,
            lang if form == "html" else "",
            dict(parse_qsl(parts.query)),
            parts.fragment,
        )

    return lead


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_what_the_page_of_a_server_says(writer, server_site, kind, lang):
    target = KINDS[kind]
    file = page_file(target, lang, writer.alike)
    odd = {stem(each, writer.alike): path_of(each) for each in writer.odd}
    still = told(parsed(writer.page(target, lang, file).html), of_folder(file, odd))
    links = addresses(lang, chosen=True)
    served = told(parsed(server_site.page(target, lang, links).html), of_server)
    assert still[0] == served[0]
    assert still[1] == served[1]
    assert len(still[0]) > 40


def test_a_server_writes_its_pages_as_if_there_were_no_folders(repo_graph, server_site):
    """What is kept between the languages changes nothing."""
    kept = Site(Remembering(repo_graph))
    for target in KINDS.values():
        for lang in LANGUAGES:
            assert written(kept, target, lang) == written(server_site, target, lang)


def test_every_link_of_a_page_leads_to_a_page_that_will_be_there(writer):
    there = {page_file(target, lang, writer.alike) for target in writer.targets for lang in LANGUAGES}
    there |= {f"{stem(each, writer.alike)}.{form}" for each in writer.targets if each.kind == "thing" for form in FORMS}
    for target in KINDS.values():
        file = page_file(target, "ru", writer.alike)
        for each in elements(parsed(writer.page(target, "ru", file).html), "a"):
            parts = urlsplit(each.get("href"))
            path = normpath(join(dirname(file), unquote(parts.path)))
            if not parts.netloc and parts.path and "/query/" not in f"/{path}" and path != "static/licences.txt":
                assert path in there


def test_in_the_whole_folder_no_link_and_no_jump_leads_nowhere(built_site):
    assert list(Links(built_site).broken()) == []


def test_every_iri_has_its_page_in_each_language_with_its_data_beside_it(built_site, built_graph):
    there = files(built_site)
    site = Site(built_graph)
    targets = list(site.targets())
    alike = told_apart(targets)
    assert len(targets) > 500
    for target in targets:
        for lang in LANGUAGES:
            assert page_file(target, lang, alike) in there
    for target in targets[::25]:
        if target.kind == "thing":
            forms = (RdfFormat.TURTLE, RdfFormat.JSON_LD, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML)
            held = [
                {quad.triple for quad in parse(path=built_site / f"{stem(target, alike)}.{suffix}", format=form)}
                for suffix, form in zip(FORMS, forms, strict=True)
            ]
            assert len(held[0]) == len(held[1]) == len(held[2]) == len(held[3])
            assert any(each.subject == NamedNode(target.name) for each in held[0]) or target.name == VOCAB


def test_the_checksums_are_those_of_the_files(built_site):
    there = files(built_site)
    listed = dict(reversed(line.split("  ", 1)) for line in (built_site / manifest.SUMS).read_text().splitlines())
    assert listed == {path: there[path] for path in there if path not in {manifest.NAME, manifest.SUMS}}
    sums = dict(reversed(line.split("  ", 1)) for line in (built_site / "data/SHA256SUMS").read_text().splitlines())
    assert {f"data/{name}": checksum for name, checksum in sums.items()}.items() <= there.items()
    about = (built_site / "about.html").read_text()
    assert sums["accepted.nt.gz"] in about


def test_void_and_dcat_tell_of_files_that_are_there(built_site):
    for name in ("void", "dcat", "sparql-examples"):
        content = (built_site / ".well-known" / name).read_bytes()
        assert content == (built_site / "data" / f"{name}.ttl").read_bytes()
        assert b"folder.invalid" not in content
        assert b"/sparql>" not in content
    quads = list(parse(path=built_site / ".well-known/dcat", format=RdfFormat.TURTLE))
    found = [quad.object.value for quad in quads if quad.predicate.value.endswith("downloadURL")]
    assert found
    for address in found:
        assert address.startswith("https://kzkg.example/sub/data/")
        assert (built_site / address.removeprefix("https://kzkg.example/sub/")).is_file()
    assert (
        gzip.decompress((built_site / "data/accepted.nt.gz").read_bytes())
        == (built_site / "data/accepted.nt").read_bytes()
    )


def test_the_site_map_lists_every_page_with_its_languages_and_its_day(built_site, built_graph):
    tree = ET.fromstring((built_site / "sitemap.xml").read_bytes())
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [each.findtext(f"{space}loc") for each in tree]
    pages = [path for path in files(built_site) if path.endswith(".html") and path != "404.html"]
    gone = [f"{lang}page/org-old.html" for lang in ("", "ru/", "kk/")]
    assert len(listed) == len(set(listed)) == len(pages) - len(gone)
    for each in tree:
        address = each.findtext(f"{space}loc").removeprefix("https://kzkg.example/sub/")
        path = unquote(address)
        path = f"{path}index.html" if not path or path.endswith("/") else path
        assert path in pages
        assert path not in gone
        others = each.findall("{http://www.w3.org/1999/xhtml}link")
        assert [other.get("hreflang") for other in others] == list(LANGUAGES)
    assert "Sitemap: https://kzkg.example/sub/sitemap.xml" in (built_site / "robots.txt").read_text()


def test_a_large_site_map_is_several_with_a_list_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", 5)
    made = sitemap.Sitemap(Shelf(tmp_path, None), "https://a.example/")
    for number in range(7):
        made.add([("en", f"{number}.html"), ("ru", f"ru/{number}.html")], "2026-01-01")
    assert [each.path for each in made.close()] == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    lists = ET.fromstring((tmp_path / "sitemap.xml").read_bytes())
    named = [each[0].text.removeprefix("https://a.example/") for each in lists]
    found = [len(ET.fromstring((tmp_path / name).read_bytes())) for name in named]
    assert found == [5, 5, 4]


def test_the_feed_tells_of_the_files_by_the_days_that_the_data_give(writer):
    from kzkg.static.around import feed

    space = "{http://www.w3.org/2005/Atom}"
    for lang in LANGUAGES:
        tree = ET.fromstring(feed(writer, lang, Addresses("feed.xml", writer.folder)))
        entries = tree.findall(f"{space}entry")
        days = [each.findtext(f"{space}updated") for each in entries]
        assert len(entries) > 100
        assert days == sorted(days, reverse=True)
        assert tree.findtext(f"{space}updated") == max(days)
        for each in entries[:20]:
            assert writer.days[each.findtext(f"{space}id")] + "T00:00:00Z" == each.findtext(f"{space}updated")
            assert each.find(f"{space}link").get("href").startswith("https://kzkg.example/sub/")


def test_the_answer_of_a_question_lies_beside_its_page(built_site, capsysbinary):
    queries = sorted((built_site.parent / "built-world" / "queries").glob("*.rq"))
    assert queries
    for path in queries[:4]:
        for form in ("csv", "json", "srj"):
            words = ["--store", str(built_site.parent / "built-world"), "run", path.stem, "--lang", "ru"]
            assert main([*words, "--cite", "-f", form]) == 0
            written_there = (built_site / "ru" / "query" / f"{path.stem}.{form}").read_bytes().decode()
            assert capsysbinary.readouterr().out.decode() == written_there


def test_the_page_for_what_is_not_there_works_at_any_depth(built_site):
    tree = parsed((built_site / "404.html").read_text())
    found = {each.get("href") or each.get("src") for kind in ("a", "script") for each in elements(tree, kind)}
    ours = {each for each in found if each and not each.startswith(("http", "#"))}
    assert ours
    assert all(each.startswith("/sub/") for each in ours)


@needs(program("java", package="default-jre-headless"), npm("vnu-jar"))
def test_each_kind_of_page_is_valid(writer, tmp_path):
    for number, (kind, target) in enumerate(KINDS.items()):
        lang = LANGUAGES[number % 3]
        text = writer.page(target, lang, page_file(target, lang, writer.alike)).html
        (tmp_path / f"{kind.replace(' ', '-')}.html").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["java", "-jar", VNU, "--format", "json", "--no-langdetect", *sorted(tmp_path.glob("*.html"))],
        capture_output=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stderr)["messages"]
    assert [(each["url"].rpartition("/")[2], each["message"]) for each in found if each["type"] == "error"] == []


def test_hostile_data_lead_to_no_file_outside_and_do_nothing(built_site):
    """The world of `built_site` holds labels that are markup, and IRIs that would be paths."""
    assert not (built_site.parent / "up.html").exists()
    assert (
        sha256((built_site / "static/site.js").read_bytes()).hexdigest()
        == sha256((Path(manifest.PACKAGE) / "pages/assets/site.js").read_bytes()).hexdigest()
    )
    assert "rdf:type" not in (built_site / "index.html").read_text()
    for path in files(built_site):
        assert not {".", ".."} & set(path.split("/"))
        if path.endswith((".html", ".xml")):
            text = (built_site / path).read_text(encoding="utf-8")
            assert "<script>alert" not in text
    for name in ("org-bad", "source-bad", "cite-bad"):
        for room in ("", "ru/", "kk/"):
            tree = parsed((built_site / room / "page" / f"{name}.html").read_text(encoding="utf-8"))
            for each in tree.iter():
                assert not [attribute for attribute in each.attrib if attribute.startswith("on")]
                assert not (each.get("href") or "").startswith(("javascript:", "data:"))


def test_names_that_no_file_may_have_become_checksums():
    for bad in ("..", ".", "CON", "a/../../b", "aux.txt", "x" * 300, "~a", 'a"b', "a?b", "a%2e", ".htaccess", "end."):
        target = Target("thing", f"{BASE}id/{bad}")
        path = stem(target, {})
        assert path.startswith("page/")
        assert all(re.fullmatch(r"[\w~-][\w.~-]{0,150}", part) for part in path.split("/")), path
        assert path != stem(Target("thing", f"{BASE}id/{bad}x"), {})
    for odd in ("index", "static/site.js", "data/accepted.nt", "ru/index", "about"):
        assert stem(Target("thing", BASE + odd), {}).startswith("page/~")


def test_pages_that_differ_in_capitals_only_have_names_that_differ_more(writer):
    seen = [page_file(target, "en", writer.alike).casefold() for target in writer.targets]
    assert len(seen) == len(set(seen))
    assert {each.name for each in writer.odd} >= {f"{NS}#place", f"{NS}#source"}
    assert stem(Target("thing", f"{NS}#Place"), writer.alike) == "ns/Place"


def test_addresses_are_relative_and_know_no_server():
    links = Addresses("ru/page/a.html", Folder())
    assert links.to(Target("front"), "en") == "../../index.html"
    assert (
        links.to(Target("query", "incidents", (("year", "2011"),)), "kk") == "../../kk/query/incidents.html?year=2011"
    )
    assert links.data(f"{BASE}id/a", "ttl") == "../../page/a.ttl"
    assert (links.endpoint(), links.absolute(Target("front"), "en")) == ("", "")
    known = Addresses("a.html", Folder("https://host/sub/"))
    assert known.absolute(Target("front"), "ru") == "https://host/sub/ru/"
    assert known.absolute(Target("sources"), "en") == "https://host/sub/sources.html"
