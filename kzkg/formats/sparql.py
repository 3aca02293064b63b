"""Rows in the two result formats of the W3C: SPARQL 1.1 Query Results JSON and XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, NamedNode, Triple

from kzkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzkg.answer import Answer
    from kzkg.formats import Layout
    from kzkg.terms import Term

# Neither datatype is written out: the one goes without saying, the other with its language tag.
UNSAID = (PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString")
# Characters that XML 1.0 cannot hold in any form.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def binding(term: Term) -> dict[str, str]:
    """One RDF term as the JSON format has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):  # our data has none, and SPARQL 1.1 no word for it
        return {"type": "literal", "value": str(term)}
    entry = {"type": "literal", "value": term.value}
    if term.language:
        entry["xml:lang"] = term.language
    elif term.datatype.value not in UNSAID:
        entry["datatype"] = term.datatype.value
    return entry


def srj(answer: Answer, layout: Layout) -> Iterator[str]:
    """SPARQL Results JSON; citations and ranks stand beside it as members of their own, one entry a row."""
    from json import dumps

    if answer.boolean is not None:
        yield dumps({"head": {}, "boolean": answer.boolean}) + "\n"
        return
    bindings = [
        {name: binding(term) for name, term in zip(answer.variables, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    document: dict[str, Any] = {"head": {"vars": list(answer.variables)}, "results": {"bindings": bindings}}
    if layout.cite:
        rows = range(len(answer.rows))
        document["citations"] = [[each.fields() for each in answer.sources_of(number)] for number in rows]
    if answer.ranks is not None:
        document["ranks"] = list(answer.ranks)
    yield dumps(document, ensure_ascii=False, indent=1) + "\n"


def srx(answer: Answer, _layout: Layout) -> Iterator[str]:
    """SPARQL Results XML, which has no place for citations."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
    yield "<head>" + "".join(f"<variable name={quoted(name)}/>" for name in answer.variables) + "</head>\n"
    if answer.boolean is not None:
        yield f"<boolean>{str(answer.boolean).lower()}</boolean>\n</sparql>\n"
        return
    yield "<results>\n"
    for row in answer.rows:
        cells = zip(answer.variables, row, strict=True)
        bound = (f"<binding name={quoted(name)}>{element(term)}</binding>" for name, term in cells if term is not None)
        yield f"<result>{''.join(bound)}</result>\n"
    yield "</results>\n</sparql>\n"


def element(term: Term) -> str:
    """One RDF term as the XML format has it."""
    entry = binding(term)
    attributes = "".join(f" {key}={quoted(entry[key])}" for key in ("xml:lang", "datatype") if key in entry)
    return f"<{entry['type']}{attributes}>{text(entry['value'])}</{entry['type']}>"


def text(value: str) -> str:
    """Give the value as the content of an element."""
    return FORBIDDEN.sub("\ufffd", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(value: str) -> str:
    """Give the value as an attribute, with its quotes."""
    return '"' + text(value).replace('"', "&quot;") + '"'
