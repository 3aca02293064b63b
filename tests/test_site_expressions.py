"""The rules of a folder by themselves: they choose as our server does, and no name of the data can end one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from ruled import BASE, facts, read

from kzkg.server.media import ANSWER_FORMS, PAGE_FORMS
from kzkg.server.negotiation import choose, language
from kzkg.static.rules import Facts, accepting, files, heads


@pytest.fixture(scope="module")
def folder(ruled_folder):
    return ruled_folder


def first(wishes, header):
    return next((value for pattern, value in wishes if re.search(pattern, header, re.IGNORECASE)), None)


WORDS = some.tuples(
    some.sampled_from([names[0] for names in PAGE_FORMS.values()] + ["image/png", "application/xml"]),
    some.sampled_from(["", ";v=1", " ; charset=utf-8"]),
    some.sampled_from(["", ";q=1", ";q=1.000", "; q=0", ";q=0.0"] + [f";q=0.{tenth}" for tenth in range(1, 10)]),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.lists(WORDS, min_size=1, max_size=6, unique_by=lambda each: each[0]), some.sampled_from([", ", ",", " , "]))
def test_the_expressions_choose_as_our_server_does(words, between):
    header = between.join("".join(each) for each in words)
    assert first(accepting.of_things(), header) == choose(header, PAGE_FORMS.items())
    rows = {"html": PAGE_FORMS["html"], **{form: (kind,) for form, kind in ANSWER_FORMS.items()}}
    assert first(accepting.of_answers(), header) == choose(header, rows.items())


TAGS = some.tuples(
    some.sampled_from(["en", "en-GB", "ru", "ru-RU", "kk", "kk-Cyrl-KZ", "de", "kkj", "*"]),
    some.sampled_from(["", ";q=1.0", ";q=0", *(f";q=0.{tenth}" for tenth in range(1, 10))]),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(some.lists(TAGS, min_size=1, max_size=6))
def test_the_expressions_choose_the_language_as_our_server_does(words):
    header = ", ".join("".join(each) for each in words)
    found = (re.search(pattern, header) for pattern in accepting.of_languages(("en", "ru", "kk")))
    assert next((each[1] for each in found if each), "en") == language(header)


def test_names_that_could_end_a_rule_are_put_into_none():
    hostile = {
        "static/site.js": "page/~5",
        "page/..": "page/~6",
        'page/a"b': "page/~1",
        "page/a\nb": "page/~2",
        "page/$x{}": "page/~3",
        "page/fine:1": "page/~4",
    }
    found = dict(files(Facts(BASE, ("en",), hostile, ["page/b'c;"])))
    assert all(
        "~4" in found[name] for name in (".htaccess", "_redirects", "rules/nginx-maps.conf", "rules/w3id.htaccess")
    )
    for text in found.values():
        assert not re.search(r"~[12356]|b'c", text)
    assert "6 things" in found["rules/README.md"]
    assert "hold signs" not in dict(files(Facts(BASE, ("en",), {}, [])))["rules/README.md"]


def test_netlify_leads_each_iri_to_a_page_or_its_data(folder):
    ways = [line.split() for line in read(folder / "_redirects").splitlines() if not line.startswith("#")]
    assert all(status in {"301", "302"} and way.startswith("/sub/") for way, _, status in ways)

    def led(path):
        for way, to, _ in ways:
            if way.endswith("*") and path.startswith(way[:-1]):
                return to.replace(":splat", path.removeprefix(way[:-1]))
            if way == path:
                return to
        return None

    for path in (folder / "page").iterdir():
        if not path.name.startswith("~"):
            assert led(f"/sub/id/{path.name}") == f"/sub/page/{path.name}"
    assert led("/sub/id/odd:one").startswith("/sub/page/~")
    assert led("/sub/ns/0.1.0") == "/sub/ns.html"
    headers = read(folder / "_headers").splitlines()
    assert f"  Content-Security-Policy: {heads.WITHIN}" in headers
    assert all((folder / line.removeprefix("/sub/")).exists() for line in headers if line.startswith("/sub/.well"))


def test_without_a_whole_address_there_are_no_rules_for_w3id(folder):
    found = dict(files(facts(folder, "/sub/")))
    assert "rules/w3id.htaccess" not in found
    assert "--base https://" in found["rules/README.md"]
    told = read(folder / "rules" / "README.md")
    assert all(
        path.rpartition("/")[2] in told for path, _ in files(facts(folder, BASE)) if not path.endswith("README.md")
    )
