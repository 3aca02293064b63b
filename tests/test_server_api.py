"""The saved queries over HTTP: the same answers, formats and messages as on the command line, described in OpenAPI."""

import json
import re
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from conftest import ROOT
from parts import module, needs
from serving import serving

from kzkg.formats import FORMATS, names


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(ROOT, tmp_path_factory.mktemp("log") / "log", "--rate", "0") as running:
        yield running


def command_line(*words):
    out = subprocess.run(
        [sys.executable, "-m", "kzkg", *words], capture_output=True, check=False, cwd=ROOT, env={"LC_ALL": "C.UTF-8"}
    )
    return out.stdout, out.stderr.decode()


ASKED = [
    ("courts-banned-groups", {"court": "id:court-supreme-court-kz"}, {}),
    ("courts-banned-groups", {"day": "2010-01-01"}, {"cite": "1"}),
    ("conflicts", {}, {"lang": "ru", "cite": "1", "limit": "5"}),
    ("near-place", {"place": "Almaty", "km": "40"}, {"sort": "-date", "columns": "event,date"}),
    ("attacks", {}, {"known-by": "2014-01-01"}),
    ("casualty-figures", {}, {"all": "1", "limit": "7"}),
]


CASES = [(*case, "json") for case in ASKED]
CASES += [(*case, form) for case in ASKED[:2] for form in ("csv", "ndjson", "md", "srj")]


@pytest.mark.parametrize(("name", "values", "options", "form"), CASES)
def test_same_bytes_as_the_command_line(server, name, values, options, form):
    answer = server.ask(f"/api/queries/{name}?{urlencode({**values, **options, 'f': form})}")
    assert answer.status == 200, answer.text
    words = [word for key, value in values.items() for word in (f"--{key}", value)]
    words += [f"--{key}" if value == "1" else f"--{key}={value}" for key, value in options.items()]
    language = [] if "lang" in options else ["--lang", "en"]
    expected, fault = command_line("run", name, *words, *language, "-f", form)
    assert expected, fault
    assert answer.body == expected
    assert answer.media == FORMATS[form].media


@pytest.mark.parametrize("form", names("rows"))
def test_every_format_and_its_media_type(server, form):
    by_name = server.ask(f"/api/queries/courts-banned-groups?f={form}&limit=3")
    by_type = server.ask("/api/queries/courts-banned-groups?limit=3", accept=FORMATS[form].media)
    assert by_name.status in {200, 400}
    assert (by_name.status, by_name.body[:4]) == (by_type.status, by_type.body[:4])
    if by_name.status == 200:
        assert by_name.media == by_type.media == FORMATS[form].media
    else:
        assert json.loads(by_name.body)["detail"]


FAULTS = [
    ("courts-banned-groups?court=Nowhere", 400, "court", "Supreme Court"),
    ("courts-banned-groups?court=city+court", 400, "court", "Supreme Court"),
    ("courts-banned-groups?cort=x", 400, "cort", "court"),
    ("courts-banned-groups?day=soon", 400, "day", "2010-01-31"),
    ("courts-banned-groups?f=docx", 400, "f", "json"),
    ("courts-banned-groups?f=ttl", 400, "f", "json"),
    ("courts-banned-groups?lang=de", 400, "lang", "kk"),
    ("courts-banned-groups?limit=0", 400, "limit", "1"),
    ("courts-banned-groups?limit=many", 400, "limit", "1"),
    ("courts-banned-groups?offset=-1", 400, "offset", "0"),
    ("courts-banned-groups?cite=perhaps", 400, "cite", "1"),
    ("courts-banned-groups?lang=en&lang=ru", 400, "lang", None),
]


@pytest.mark.parametrize(("path", "status", "parameter", "allowed"), FAULTS)
def test_a_fault_names_its_parameter_what_it_takes_and_an_example(server, path, status, parameter, allowed):
    answer = server.ask(f"/api/queries/{path}")
    problem = json.loads(answer.body)
    assert (answer.status, answer.media, problem["status"]) == (status, "application/problem+json", status)
    assert problem["parameter"] == parameter
    assert "'kzkg " not in problem["detail"]
    if allowed is not None:
        assert allowed in str(problem["allowed"])
        assert problem["example"]


def test_other_faults(server):
    assert server.ask("/api/queries/court-banned-groups").status == 404
    assert "courts-banned-groups" in server.ask("/api/queries/court-banned-groups").text
    assert server.ask("/api/queries/attacks", method="POST", body=b"").headers["allow"] == "GET, HEAD, OPTIONS"
    assert server.ask("/api/queries/attacks", accept="image/png").status == 406
    assert server.ask("/api/queries/attacks?sort=nothing").status == 400
    assert server.ask("/api/queries?depth=1").status == 400


def pages(server, path):
    """Follow the links to the next page."""
    while path:
        answer = server.ask(path)
        yield answer
        found = re.search(r'<([^>]*)>; rel="next"', answer.headers["link"] or "")
        path = found[1].removeprefix(server.url) if found else ""


def test_pages_hold_all_rows_once(server):
    whole = json.loads(server.ask("/api/queries/courts-banned-groups?cite=1").body)
    parts = list(pages(server, "/api/queries/courts-banned-groups?cite=1&limit=5"))
    assert [row for part in parts for row in json.loads(part.body)] == whole
    assert len(parts) == -(-len(whole) // 5)
    assert all(part.headers["x-total-count"] == str(len(whole)) for part in parts)
    queries = [row for part in pages(server, "/api/queries?limit=30") for row in json.loads(part.body)]
    assert sorted(row["name"] for row in queries) == sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


def test_the_language_of_the_reader(server):
    russian = server.ask("/api/queries/courts-banned-groups?limit=1", accept_language="ru, en;q=0.1")
    assert russian.headers["content-language"] == "ru"
    assert re.search("[а-я]", russian.text)
    assert "Accept-Language" in russian.headers["vary"]


def test_every_query_of_the_list_answers_its_example(server):
    for entry in json.loads(server.ask("/api/queries").body):
        answer = server.ask(
            entry["example"].removeprefix(server.url) + ("&" if "?" in entry["example"] else "?") + "limit=1"
        )
        assert answer.status == 200, (entry["name"], answer.text)
        assert len(json.loads(answer.body)) == 1, entry["name"]


def test_openapi_describes_every_query(server):
    answer = server.ask("/openapi.json")
    document = json.loads(answer.body)
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": server.url}]
    listed = json.loads(server.ask("/api/queries").body)
    assert set(document["paths"]) == {"/api/queries", *(f"/api/queries/{entry['name']}" for entry in listed)}
    known = {name for section in document["components"].values() for name in section}
    for reference in re.findall(r'"\$ref": "#/components/\w+/([^"]*)"', answer.text):
        assert reference in known
    for entry in listed:
        operation = document["paths"][f"/api/queries/{entry['name']}"]["get"]
        own = [each["name"] for each in operation["parameters"] if "name" in each]
        assert own == [each["name"] for each in entry["parameters"]]
        assert {"200", "400", "429", "503", "504"} <= set(operation["responses"])
    operations = [path["get"]["operationId"] for path in document["paths"].values()]
    assert len(operations) == len(set(operations))


@needs(module("openapi_spec_validator", "openapi-spec-validator"))
def test_openapi_is_valid(server):
    import openapi_spec_validator as checker

    checker.validate(json.loads(server.ask("/openapi.json").body))
