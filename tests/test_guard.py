"""The guard: no text of a stranger makes it slow, and none hides from it how deep the engine would have to go."""

import json
import subprocess
import sys

import pytest

from kzkg.errors import RequestError
from kzkg.store import guard

PATIENCE = 60
"""Seconds of a processor. All texts together need five; one alone needs most of it where time is quadratic."""
UNITS = (
    '"\\', '"""\n\\', "'''\n\\", '"\n', "'\\", '"""', '"""a\\', "<", "<((((((((((", "(", "a", "a.-", "-1", ":a", "a:",
    "%", " ", "PREFIX ", "BASE\n", "\\u00", "SELECT", "SELECT DISTINCT ", "FROM ", "FROM" + " " * 999, "?", "@", "#",
    "<a:#",
)  # fmt: skip
MEASURED = f"""
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({PATIENCE}, {PATIENCE}))
from kzkg.errors import RequestError
from kzkg.server import querying
from kzkg.store import guard, results
for text in json.load(sys.stdin):
    try:
        guard.checked(text)
    except RequestError:
        pass
    blank = guard.blanked(text, "iri", "name")
    querying._STAR.match(blank), querying._FROM.findall(blank), querying._PREFIX.findall(blank)
    results._STAR.match(guard.bare(text))
    results._syntax(text, f"error at 1:{{len(text)}}: Prefix not found")
    results._syntax(text, f"error at 1:{{len(text)}}: something else")
print("done")
"""


def test_the_time_grows_with_the_length_of_a_text_and_not_with_its_square():
    texts = [(unit * guard.LONGEST_TEXT)[: guard.LONGEST_TEXT] for unit in UNITS]
    texts += [f"<{text[:-1]}" for text in texts if text.startswith(("(", "'", "#"))]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    assert done.stdout == "done\n", (done.returncode, done.stderr[-2000:])


CLOSED_IN_STRINGS = "{" * 60 + "?a ?b '" + "}" * 60 + "' . "
HIDDEN = {
    "behind a backslash": "SELECT * { ?a ?b '\\n' . " + CLOSED_IN_STRINGS * 70,
    "behind what may be an IRI or a comment": "SELECT * { FILTER(?a<?b)#>'\n " + CLOSED_IN_STRINGS * 70,
    "behind a string that never ends": "SELECT * { VALUES ?x { '''a' } " + CLOSED_IN_STRINGS * 70,
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_brackets_are_counted_where_it_is_not_clear_which_of_them_count(text):
    with pytest.raises(RequestError, match=r"too large|too deeply"):
        guard.checked(text)


def test_a_string_that_never_ends_is_kept():
    assert guard.bare("ASK { ?a ?b 'x'@en, 'y }\n} # z").split() == ["ASK", "{", ",", "'y", "}", "}"]
    assert guard.bare('ASK { ?a ?b """x""", """y\n"z" }').endswith('"""y\n"z" }')
    assert guard.blanked("ASK { 'a' 'b", "name") == "ASK {     'b"
    with pytest.raises(RequestError, match="SERVICE is refused"):
        guard.checked("SELECT * { VALUES ?x { '''a'SERVICE?s{} '} }")
