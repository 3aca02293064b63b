"""The rules for nginx: maps for its `http` block, and the place of the folder for a `server` block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kzkg.server.media import PAGE_FORMS
from kzkg.static.rules import accepting, heads
from kzkg.static.rules.apache import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kzkg.static.rules import Facts
    from kzkg.static.rules.accepting import Wish

MAPS = """\
# nginx, in its http block: what a client wants, and what an address means. For nginx.conf beside it.
"""
HEAD = """\
# nginx, in a server block whose `root` has this folder at {at}: an address for every IRI, its form by Accept, its
# language by Accept-Language. Needs the maps of nginx-maps.conf in the http block.
"""
FORMS = "|".join(PAGE_FORMS)


def maps(facts: Facts) -> str:
    """Give the file for the http block."""
    return (
        MAPS + "\n".join("\n".join(each) for each in (wishes(facts), meanings(facts), ways(facts), said(facts))) + "\n"
    )


def table(source: str, name: str, *lines: tuple[str, str]) -> Iterator[str]:
    """Write a map; the first expression that fits counts."""
    yield f'map "{source}" ${name} {{'
    yield from (f'    "{pattern}" "{value}";' for pattern, value in lines)
    yield "}"


def wishes(facts: Facts) -> Iterator[str]:
    """Read what the client wants."""
    yield "# What the client wants. Weights are told apart by their first decimal."
    yield from wanted("kzkg_form", accepting.of_things())
    yield from wanted("kzkg_rows", accepting.of_answers())
    yield from wanted("kzkg_page", accepting.of_places())
    heard = [(f"~*{pattern}", "$1") for pattern in accepting.of_languages(facts.languages)]
    yield from table("$http_accept_language", "kzkg_heard", *heard)
    yield from table("$kzkg_heard", "kzkg_spoken", *((f"~*^{lang}$", lang) for lang in facts.languages))
    yield from table("$arg_lang", "kzkg_lang", (f"~^({'|'.join(facts.languages)})$", "$1"), ("default", "$kzkg_spoken"))


def wanted(name: str, found: Iterable[Wish]) -> Iterator[str]:
    """Write expressions in the order of nginx."""
    lines = [(f"~*{pattern}", value) for pattern, value in found]
    yield from table("$http_accept", name, ("", "html"), *lines)


def meanings(facts: Facts) -> Iterator[str]:
    """Find the page that an address means, below the folder and without suffix: for the disk, and as it was written."""
    at = escaped(facts.at)
    names = [
        (rf"^{at}id/(?<{{0}}>[^?]+)", "page/${0}"), (rf"^{at}(?<{{0}}>ns|vocab)/([0-9][^/?]*)?{{1}}", "${0}"),
        (rf"^{at}release{{1}}", "dataset"), (rf"^{at}sparql{{1}}", "ask"), (rf"^{at}{{1}}", "index"),
        (rf"^{at}(?<{{0}}>[^?]+)", "${0}"),
    ]  # fmt: skip
    moved = [
        (rf"^{at}{escaped(name)}(?<{{0}}>(\.({FORMS}))?){{1}}", f"{new}${{0}}")
        for old, new in facts.moved().items()
        for name in (old, old.replace("page/", "id/", 1))
    ]
    yield "# What an address means: as the disk has it, and as it was written, which alone may go into an answer."
    for source, name, end in (("$uri", "kzkg_stem", "$"), ("$request_uri", "kzkg_raw", r"(\?|$)")):
        lines = [
            (f"~{pattern.format(f'{name}_{n}', end)}", value.format(f"{name}_{n}"))
            for n, (pattern, value) in enumerate([*moved, *names])
        ]
        yield from table(source, name, *lines)
    sees = [(f"~^{at}(id/|(ns|vocab)/([0-9][^/]*)?$|(release|sparql)$)", "1")]
    yield from table("$uri", "kzkg_see", *((f"~{each.format('moved', '$')}", "1") for each, _ in moved), *sees)
    if facts.ended():
        gone = [
            (rf"~^{at}(id|page)/{escaped(each.removeprefix('page/'))}(\.({FORMS}))?$", each) for each in facts.ended()
        ]
        yield from table("$uri", "kzkg_gone", *gone)


def ways(facts: Facts) -> Iterator[str]:
    """Choose the form, and where it is: `kzkg_case` tells whether the address is an IRI, a file, a page with data."""
    others = "|".join(facts.others)
    yield "# What is sent, or where to"
    yield from table(
        "$kzkg_case $kzkg_stem?$args", "kzkg_choice",
        ("~^1?f", "file"), ("~^1?pd", "$kzkg_form"), (r"~^1?p query/[^?]*\?$", "$kzkg_rows"), ("~^1?p", "$kzkg_page"),
        ("default", "file"),
    )  # fmt: skip
    tongues = [(rf"~^html ({others}) (?!({others})/)", "$1/")] if others else []
    yield from table("$kzkg_choice $kzkg_lang $kzkg_stem", "kzkg_tongue", *tongues)
    yield from table(
        "$kzkg_case $kzkg_choice", "kzkg_seen",
        ("~^1f", f"{facts.at}$kzkg_raw"), ("~^1p.* (?<kzkg_as>.+)", f"{facts.at}$kzkg_tongue$kzkg_raw.$kzkg_as"),
    )  # fmt: skip
    yield from table("$kzkg_case $kzkg_tongue", "kzkg_going", ("~^p.* .", f"{facts.at}$kzkg_tongue$kzkg_raw.html"))


def said(facts: Facts) -> Iterator[str]:
    """Find what is said with a file."""
    at, others = escaped(facts.at), "|".join(facts.others)
    lang = f"(?:(?:{others})/)?" if others else ""
    yield "# What is said with a file"
    yield from table("$kzkg_choice", "kzkg_vary", ("file", ""), ("default", heads.VARY))
    tags = [(rf"~^{at}({others})/.*\.html$", "$1")] if others else []
    yield from table("$uri", "kzkg_tag", *tags, (r"~\.html$", "en"))
    kept = (rf"~^{at}(static|engine)/[^?]*\?(.*&)?v=[0-9a-f]{{10}}(&|$)", heads.FOREVER)
    yield from table("$uri?$args", "kzkg_kept", kept, ("default", heads.KEPT))
    stem = rf"~^{at}{lang}(?<kzkg_data_name>[^?]+?)(?:\.(?:{FORMS}))?(?:\?|$)"
    yield from table("$request_uri", "kzkg_data", (stem, "$kzkg_data_name"))
    links = heads.links(f"{facts.at}$kzkg_data").replace('"', '\\"')
    yield from table("$uri", "kzkg_link", (rf"~^{at}{lang}(?:{heads.DATA})\.(?:{FORMS})$", links))


def locations(facts: Facts) -> str:
    """Give the file for a server block."""
    at = facts.at
    inner = "\n".join(f"    {line}" for part in (walk(facts), telling(), odd(facts)) for line in part)
    lost = "\n".join(f"    {line}" for line in telling())
    extra = f"location = {at}404.html {{\n{lost}\n}}\n"
    if facts.ended():
        extra += f"location @kzkg_gone {{\n    try_files {at}$kzkg_gone.html =410;\n{lost}\n}}\n"
    return f"{HEAD.format(at=at)}location {at} {{\n{inner}\n}}\n{extra}"


def walk(facts: Facts) -> Iterator[str]:
    """Send a client the way of its wish."""
    at = f"$document_root{facts.at}$kzkg_stem"
    yield f"error_page 403 404 =404 {facts.at}404.html;"
    if facts.ended():
        yield "error_page 410 @kzkg_gone;"
        yield "if ($kzkg_gone) { return 410; }"
    yield "set $kzkg_case $kzkg_see;"
    yield f'if (-f {at}) {{ set $kzkg_case "${{kzkg_case}}f"; }}'
    yield f'if (-f {at}.html) {{ set $kzkg_case "${{kzkg_case}}p"; }}'
    yield f'if (-f {at}.ttl) {{ set $kzkg_case "${{kzkg_case}}d"; }}'
    yield "if ($kzkg_raw = '') { return 404; }"
    yield "if ($kzkg_case = 1) { return 404; }"
    yield "if ($kzkg_choice = '') { return 406; }"
    yield "if ($kzkg_seen) { return 303 $kzkg_seen$is_args$args; }"
    yield "if ($kzkg_going) { return 302 $kzkg_going$is_args$args; }"
    yield f"if ($kzkg_choice != file) {{ rewrite ^ {facts.at}$kzkg_stem.$kzkg_choice break; }}"


def telling() -> Iterator[str]:
    """Say types and headers."""
    yield "absolute_redirect off; index index.html;"
    yield "types {"
    yield from (f"    {media} {name};" for name, media in heads.TYPES.items())
    yield "}"
    yield "default_type application/octet-stream; charset utf-8;"
    texts = (media for media in heads.TYPES.values() if media.startswith("text/") and media != "text/html")
    yield f"charset_types {' '.join(texts)};"
    yield f"gzip on; gzip_vary on; gzip_min_length 1000; gzip_types {' '.join(heads.PACKED)};"
    for name, value in heads.strict():
        yield f'add_header {name} "{value}" always;'
    yield "add_header Vary $kzkg_vary always;"
    yield "add_header Cache-Control $kzkg_kept;"
    yield "add_header Content-Language $kzkg_tag;"
    yield "add_header Link $kzkg_link;"


def odd(facts: Facts) -> Iterator[str]:
    """Say the types of files whose names do not tell them."""
    at = facts.at
    yield f"location = {at}feed.xml {{ types {{}} default_type {heads.FEED}; }}"
    yield from (f"location = {at}{lang}/feed.xml {{ types {{}} default_type {heads.FEED}; }}" for lang in facts.others)
    yield f"location {at}.well-known/ {{ types {{}} default_type text/turtle; }}"
