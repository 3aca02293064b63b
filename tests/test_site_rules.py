"""Apache and nginx over a built folder: an address for every IRI, in the form and the language that a client wants."""

import contextlib
import gzip
import re
import shutil
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
import rdflib
from parts import needs, program, system
from rdflib.compare import isomorphic
from ruled import BASE, BEHAVIOURS, BROWSER, CLIENTS, IRIS, TTL, Place, facts, read
from webservers import MODULES, apache, linked, nginx

from kzkg.server.media import PAGE_FORMS
from kzkg.server.negotiation import choose
from kzkg.static.rules import files, heads

HOSTS = """
<VirtualHost *:{port}>
ServerName localhost
DocumentRoot "{top}"
Alias "/elsewhere" "{top}/sub"
</VirtualHost>
<VirtualHost *:{port}>
ServerName root.test
DocumentRoot "{top}/sub"
</VirtualHost>
<VirtualHost *:{port}>
ServerName w3id.org
DocumentRoot "{w3id}"
</VirtualHost>
"""
NAMED = {"feed.xml": "application/atom+xml", "void": "text/turtle; charset=utf-8"}
pytestmark = needs(
    program("apache2", package="apache2-bin"),
    program("nginx", package="nginx-light"),
    system(MODULES.is_dir(), "the Debian package apache2-bin"),
)


@pytest.fixture(scope="module")
def folder(ruled_folder):
    return ruled_folder


@pytest.fixture(scope="module")
def servers(folder, tmp_path_factory):
    """Both servers, each with the folder at a path and at the root of a host."""
    w3id = tmp_path_factory.mktemp("w3id")
    (w3id / "kzkg").mkdir()
    (w3id / "kzkg" / ".htaccess").write_text((folder / "rules" / "w3id.htaccess").read_text())
    told = {path.name: path.read_text() for path in (folder / "rules").glob("*.conf")}
    bare = dict(files(facts(folder, "")))
    with contextlib.ExitStack() as stack:
        over = stack.enter_context(apache(HOSTS, {"top": folder.parent, "w3id": w3id}))
        found = {"apache /sub/": (over, "localhost", "/sub/"), "apache /": (over, "root.test", "/")}
        found |= {"apache /elsewhere/": (over, "localhost", "/elsewhere/"), "w3id": (over, "w3id.org", "/kzkg/")}
        under = stack.enter_context(nginx(folder.parent, told["nginx-maps.conf"], told["nginx.conf"]))
        root = stack.enter_context(nginx(folder, bare["rules/nginx-maps.conf"], bare["rules/nginx.conf"]))
        yield found | {"nginx /sub/": (under, "localhost", "/sub/"), "nginx /": (root, "localhost", "/")}


@pytest.fixture(params=["apache /sub/", "apache /", "apache /elsewhere/", "nginx /sub/", "nginx /"])
def place(request, servers):
    return Place(*servers[request.param])


@pytest.fixture(params=["apache /sub/", "nginx /sub/"])
def at_its_base(request, servers):
    return Place(*servers[request.param])


def media(file):
    path = Path(file)
    return NAMED.get(path.name) or heads.typed(path.suffix[1:])


@pytest.mark.parametrize("each", BEHAVIOURS, ids=lambda each: " ".join([f"/{each.path}", each.accept[:24], each.lang]))
def test_what_an_address_gives(place, folder, each):
    answer = place.ask(each.path, accept=each.accept, accept_language=each.lang)
    assert answer.status == each.status
    if each.status in {301, 302, 303}:
        told = place.led(answer)
        assert re.fullmatch(re.escape(each.file).replace(r"\*", "[0-9a-f]{32}"), unquote(told)), told
        assert told.isascii()
    elif each.status == 200:
        assert answer.body == (folder / each.file).read_bytes()
        assert answer.headers["content-type"] == media(each.file)
    elif each.status == 404:
        assert answer.body == (folder / "404.html").read_bytes()
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-evil"] is None


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_gets_what_the_server_of_ours_would_give(place, folder, client):
    form = choose(CLIENTS[client], PAGE_FORMS.items())
    answer = place.ask("id/org-alpha", accept=CLIENTS[client])
    if form is None:
        assert answer.status == 406
    else:
        assert (answer.status, place.led(answer)) == (303, f"page/org-alpha.{form}")
        assert place.ask("page/org-alpha", accept=CLIENTS[client]).headers["content-type"] == heads.typed(form)


@pytest.mark.parametrize("path", ["id/org-alpha", "page/org-alpha", "ns", "query/bans", "", "page/org-alpha.ttl"])
def test_caches_are_told_what_the_answer_depends_on(place, path):
    answer = place.ask(path, accept=BROWSER)
    told = {word.strip() for line in answer.headers.get_all("vary") or [] for word in line.split(",")}
    assert {"Accept", "Accept-Language"} <= told if not path.endswith(".ttl") else "Accept" not in told
    refused = place.ask("page/org-alpha", accept="image/png")
    assert "Accept" in ",".join(refused.headers.get_all("vary") or [])


@pytest.mark.parametrize(
    ("path", "accept"), [("id/org-alpha", TTL), ("page/org-alpha", BROWSER), ("ns", TTL), ("id/nothing", ""), ("", "")]
)
def test_head_is_answered_like_get(place, path, accept):
    get, head = (place.ask(path, method=method, accept=accept) for method in ("GET", "HEAD"))
    assert head.body == b""
    assert head.status == get.status
    sized = ("content-length",) if get.status == 200 else ()
    for name in ("content-type", "location", "vary", "link", "etag", "cache-control", *sized):
        assert head.headers.get_all(name) == get.headers.get_all(name), name


def test_a_folder_is_read_only(place):
    for method in ("POST", "PUT", "DELETE"):
        assert place.ask("page/org-alpha.html", method=method).status == 405


def test_all_answers_are_strict(place):
    for path in ("", "page/org-alpha", "page/org-alpha.ttl", "id/org-alpha", "nothing", "static/style.css"):
        answer = place.ask(path)
        for name, value in heads.strict():
            assert answer.headers.get_all(name) == [value], (path, name)
    policy = dict(heads.strict())["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert policy.endswith("worker-src blob:")
    assert "unsafe-inline" not in policy


def test_what_never_changes_is_kept_and_all_else_is_asked_for_again(place, folder):
    versioned = set(
        re.findall(r'(?:href|src)="\.\./(static/[^"]+\?v=[0-9a-f]{10})"', read(folder / "page/org-alpha.html"))
    )
    assert len(versioned) > 1
    for path in versioned:
        assert place.ask(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("static/style.css", "static/style.css?v=no", "page/org-alpha.html", "page/org-alpha.ttl?v=0123456789"):
        answer = place.ask(path)
        assert answer.headers["cache-control"] == "public, no-cache"
        for packed in ("", "gzip"):
            shown = place.ask(path, accept_encoding=packed)
            assert (shown.headers["content-encoding"] or "") == packed
            body = gzip.decompress(shown.body) if packed else shown.body
            assert body == answer.body
            again = place.ask(path, accept_encoding=packed, if_none_match=shown.headers["etag"])
            assert (again.status, again.body) == (304, b"")
    assert place.ask("data/files.nq.gz", accept_encoding="gzip").headers["content-encoding"] is None


def test_the_language_of_a_page_is_told(place):
    for path, lang in (("page/org-alpha.html", "en"), ("ru/page/org-alpha.html", "ru"), ("kk/", "kk"), ("", "en")):
        assert place.ask(path).headers["content-language"] == lang
    assert place.ask("page/org-alpha.ttl").headers["content-language"] is None


@pytest.mark.parametrize("path", ["page/org-alpha", "kk/page/org-alpha.html", "ns", "ns.ttl", "page/город"])
def test_the_forms_of_a_page_link_to_each_other(place, path):
    answer = place.ask(quote(path))
    found = re.findall(r'<([^>]+)>; rel="(\w+)"(?:; type="([^"]+)")?', answer.headers["link"])
    assert [rel for _, rel, _ in found] == ["alternate"] * 5 + ["describedby", "license"]
    for address, _, kind in found[:-1]:
        whole = urlsplit(urljoin(place.at + quote(path), address)).path
        linked = place.ask(whole.removeprefix(place.at))
        assert linked.status == 200
        assert linked.headers["content-type"].partition(";")[0] == kind
    assert place.ask("queries").headers["link"] is None


def test_what_is_gone_says_so_with_its_page(place, folder):
    for path in ("id/org-old", "page/org-old", "page/org-old.html", "page/org-old.ttl"):
        answer = place.ask(path)
        assert answer.status == 410
        assert answer.body == (folder / "page/org-old.html").read_bytes()
        assert b"org-alpha" in answer.body


def test_a_header_made_to_be_read_slowly_is_read(place):
    for accept in ("text/turtle" + "; " * 3500 + "x", ", ".join(["text/x; a = b ;"] * 400), "*/*;q=0." + "0" * 7000):
        assert place.ask("page/org-alpha", accept=accept).status in {200, 406}


def test_every_thing_of_the_folder_is_found_by_its_iri(at_its_base, folder):
    forms = list(PAGE_FORMS.items())
    stems = sorted(path.stem for path in (folder / "page").glob("*.html") if not path.name.startswith(("~", "org-old")))
    assert len(stems) > 50
    for number, stem in enumerate(stems):
        form, (kind, *_) = forms[number % len(forms)]
        answer = at_its_base.ask(f"id/{quote(stem)}", accept=kind)
        assert (answer.status, unquote(at_its_base.led(answer))) == (303, f"page/{stem}.{form}")


@pytest.mark.parametrize("form", ["turtle", "xml", "json-ld", None])
def test_a_client_reads_the_data_of_a_thing_by_its_iri(at_its_base, folder, form):
    read_there = rdflib.Graph().parse(f"{at_its_base.web.url}{at_its_base.at}id/org-alpha", format=form)
    assert isomorphic(read_there, rdflib.Graph().parse(folder / "page" / "org-alpha.ttl"))


@pytest.mark.parametrize(("path", "accept", "lang", "file"), IRIS, ids=lambda each: each[:20])
def test_w3id_leads_every_iri_to_the_folder(servers, folder, path, accept, lang, file):
    answer = Place(*servers["w3id"]).ask(path, accept=accept, accept_language=lang)
    assert answer.status == 303
    assert unquote(answer.headers["location"]) == BASE + file
    assert not file or (folder / file).is_file()
    assert "Accept" in answer.headers["vary"]


def test_w3id_follows_things_that_stand_elsewhere_and_refuses_what_there_is_not(servers, folder):
    w3id = Place(*servers["w3id"])
    odd = next((folder / "page").glob("~*.html")).stem
    assert w3id.ask("id/odd:one", accept=TTL).headers["location"] == f"{BASE}page/{odd}.ttl"
    assert w3id.ask("ns/actor").headers["location"] == f"{BASE}ns/actor~.html"
    assert w3id.ask("id/org-alpha", accept="image/png").status == 406


def test_names_made_to_do_harm_leave_the_rules_whole(built_site, tmp_path):
    told = {path.name: read(path) for path in (built_site / "rules").glob("*.conf")}
    moved = [line.split() for line in read(built_site / "_redirects").splitlines() if "*" not in line and "~" in line]
    with apache('DocumentRoot "{top}"\n', {"top": built_site}) as over:
        (tmp_path / "top").mkdir()
        shutil.copytree(built_site, tmp_path / "top" / "sub", copy_function=linked)
        with nginx(tmp_path / "top", told["nginx-maps.conf"], told["nginx.conf"]) as under:
            for place in (Place(over, "localhost", "/"), Place(under, "localhost", "/sub/")):
                assert place.led(place.ask("id/org-alpha", accept=TTL)) == "page/org-alpha.ttl"
                assert place.ask("static/site.js").body == (built_site / "static" / "site.js").read_bytes()
                assert place.ask("id/org-old", accept=BROWSER).status == 410
                assert moved
                for way, to, _ in moved:
                    answer = place.ask(way.removeprefix("/sub/"), accept=BROWSER)
                    assert (answer.status, place.led(answer)) == (303, to.removeprefix("/sub/"))
