"""Writes the engine of a still site: the store as WebAssembly, the graph packed for it, and the index of all names.

Every part is gzipped and carried as base64 in scripts, which a page may load from a disk as well as from a server;
`manifest.js` says which scripts make a part. Two writings of one graph are the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, parse

from kzkg import citations, emptiness, inexact, labels, terms
from kzkg.errors import KzkgError
from kzkg.names import candidates, spelling
from kzkg.pages import assets, finding
from kzkg.store import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from kzkg.store import Graph

FOLDER = "engine"
AS_IT_IS = ("page.js", "ask.js", "letters.js")
PIECE = 384 * 1024
"""Bytes of a part in one script: a reader is told after each of them how far the loading has come."""
MOST = 600_000
"""Statements that a browser can be asked to hold; a larger graph is read on the pages, and asked at a server."""
SIZE = "SELECT (COUNT(*) AS ?size) WHERE { ?s ?p ?o }"
BLANK = re.compile(rb"^_:|> _:[^ ]+ \.$")


def wanting(graph: Graph) -> str:
    """Say in a line why this site cannot answer on its own; nothing where it can."""
    if assets.engine() is None:
        return "the engine that answers in the page was not built: npm builds it, see 'make assets'"
    size = int(str(getattr(labels.rows(graph, SIZE, "all")[0][0], "value", 0)))
    if size <= MOST and graph.history:
        return ""
    return f"the graph has {size} statements, and a browser holds no more than {MOST} with their history"


def write(graph: Graph, folder: Path, pages: Mapping[str, str] | None = None) -> Path:
    """Write the engine into `engine` below a folder, and give that folder; see `files`."""
    for name, content in files(graph, pages or {}):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / FOLDER


def files(graph: Graph, pages: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Give each file of the engine with its place below the root of the site.

    `pages` gives the path of each page that does not follow from the IRI of its thing. Raises KzkgError where the
    engine was not built.
    """
    built = assets.engine()
    if built is None:
        raise KzkgError(wanting(graph))
    for name in AS_IT_IS:
        yield f"{FOLDER}/{name}", (built / name).read_bytes()
    history = graph.history
    parts: dict[str, Callable[[], bytes]] = {
        "worker": (built / "worker.js").read_bytes,
        "oxigraph": (built / "oxigraph.wasm").read_bytes,
        "told": lambda: as_json(told(graph, pages)),
        "names": lambda: as_json(names(graph, pages)),
        "quads": lambda: b"".join(lines(graph, views(graph))),
        "layers": lambda: b"".join(lines(graph, [NamedNode(name) for name in history[2]] if history else [])),
    }
    manifest: dict[str, list[dict[str, object]]] = {}
    for name, content in parts.items():
        manifest[name] = []
        for file, script in carried(name, content()):
            version = sha256(script).hexdigest()[:10]
            manifest[name].append({"file": file, "size": len(script), "version": version})
            yield f"{FOLDER}/{file}", script
    yield f"{FOLDER}/manifest.js", b'kzkgCarry("manifest.js",' + as_json(manifest) + b");\n"


def as_json(content: object) -> bytes:
    """Write a value as JSON, in one way only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def carried(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give a part as scripts, each with the name of its file."""
    whole = gzip.compress(content, 9, mtime=0)
    for number, start in enumerate(range(0, len(whole), PIECE), 1):
        file = f"{name}-{number}.js"
        text = base64.b64encode(whole[start : start + PIECE])
        yield file, b'kzkgCarry("%s","%s");\n' % (file.encode(), text)


def views(graph: Graph) -> list[NamedNode]:
    """Give the graphs that today's questions are asked of: the two views, and one for each file."""
    return [*VIEWS.values(), *graph.named_graphs]


def lines(graph: Graph, wanted: Iterable[NamedNode]) -> Iterator[bytes]:
    """Give the quads of some graphs as sorted N-Quads; a statement of several graphs stands together: it packs well."""
    holders: dict[bytes, list[bytes]] = defaultdict(list)
    for name in wanted:
        out = io.BytesIO()
        graph.write(name, out, RdfFormat.N_TRIPLES)
        for line in out.getvalue().splitlines():
            holders[line].append(str(name).encode())
    blank = [line for line in holders if BLANK.search(line)]
    found = [line[:-1] + holder + b" .\n" for line in blank for holder in holders.pop(line)]
    yield from sorted(labelled(found))
    for line in sorted(holders):
        for holder in sorted(holders[line]):
            yield line[:-1] + holder + b" .\n"


def labelled(quads: Iterable[bytes]) -> Iterator[bytes]:
    """Give the blank nodes of some quads names that follow from what is said of them (RDFC-1.0)."""
    found = Dataset(parse(b"".join(quads), RdfFormat.N_QUADS))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return (f"{quad} .\n".encode() for quad in found)


def told(graph: Graph, pages: Mapping[str, str]) -> dict[str, Any]:
    """Give what the engine has to know beside the graph: the saved queries, the prefixes, and our own questions."""
    days, size, layers = graph.history or ((), 1, ())
    return {
        "prefixes": list(terms.PREFIXES.items()),
        "languages": labels.LANGUAGES,
        "graphs": [name.value for name in graph.named_graphs],
        "known": {"days": days, "size": size, "layers": layers},
        "queries": [graph.catalog.query(name).record() for name in sorted(graph.catalog.query_files)],
        "pages": dict(pages),
        "texts": {
            "details": labels.DETAILS, "other_names": labels.OTHER_NAMES, "evidence": citations.EVIDENCE,
            "itself": citations.ITSELF, "verdicts": citations.VERDICTS, "ranks": citations.RANKS,
            "inexact": inexact.INEXACT, "links": inexact.LINKS, "telling": candidates.TELLING,
            "ended": emptiness.ENDED,
        },
    }  # fmt: skip


def names(graph: Graph, pages: Mapping[str, str]) -> dict[str, Any]:
    """Give the index of all names, with the keys by which they are found, and the kinds of things to show beside."""
    found = graph.names
    number = {iri: place for place, iri in enumerate(found.things)}
    kinds: dict[int, set[int]] = defaultdict(set)
    for thing, kind in labels.about(graph, finding.KINDS, found.things, "all"):
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode) and kind.value in number:
            kinds[number[thing.value]].add(number[kind.value])
    return {
        "things": "\n".join(found.things), "texts": "\n".join(found.texts), "languages": "\n".join(found.languages),
        "kinds": "\n".join(found.kinds), "sounds": "\n".join(found.sounds), "owners": found.owners,
        "sorts": found.sorts, "sorts_of": found.sorts_of, "ranks": found.ranks, "letters": found.letters,
        "kinds_of": [sorted(kinds[place]) for place in range(len(found.things))],
        "spelt": spelling.SOUNDS, "signs": sorted(spelling.NUMBER_SIGNS), "pages": dict(pages),
    }  # fmt: skip
