"""The rules for Apache 2.4, as the `.htaccess` of the folder: wherever the folder stands, without being told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kzkg.server.media import PAGE_FORMS
from kzkg.static.rules import accepting, heads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kzkg.static.rules import Facts
    from kzkg.static.rules.accepting import Wish

HEAD = """\
# Apache 2.4: an address for every IRI, its form by Accept, its language by Accept-Language. It works in place where the
# folder is allowed its own rules (AllowOverride All), or as `Include /where/it/stands/.htaccess` in its <Directory>.
# Needs mod_rewrite and mod_setenvif; mod_headers, mod_mime and mod_deflate add to it where they are.
Options +FollowSymLinks -MultiViews -Indexes
"""
FORMS = "|".join(PAGE_FORMS)


def text(facts: Facts) -> str:
    """Give the whole file."""
    parts = (HEAD, "\n".join(wishes(facts)), "\n".join(walk(facts)), "\n".join(sending(facts)), "\n".join(telling()))
    return "\n".join(parts) + "\n"


def wishes(facts: Facts) -> Iterator[str]:
    """Read what the client wants into variables; the last line that fits counts, so the greatest weight comes last."""
    yield "# What the client wants: the last line that fits counts. Weights are told apart by their first decimal."
    yield from wanted("kzkg_form", accepting.of_things())
    yield from wanted("kzkg_rows", accepting.of_answers())
    yield from wanted("kzkg_page", accepting.of_places())
    yield from spoken(facts)


def spoken(facts: Facts) -> Iterator[str]:
    """Write the expressions for languages; a client may write them in capitals, a path does not."""
    for pattern in reversed(accepting.of_languages(facts.languages)):
        yield f'SetEnvIfNoCase Accept-Language "{pattern}" kzkg_lang=$1'
    yield from (f'SetEnvIfNoCase kzkg_lang "^{lang}$" kzkg_lang={lang}' for lang in facts.languages)


def wanted(name: str, found: Iterable[Wish]) -> Iterator[str]:
    """Write expressions in the order of Apache."""
    for pattern, value in reversed(list(found)):
        yield f'SetEnvIfNoCase Accept "{pattern}" {name}={value}'
    yield f'SetEnvIf Accept "^\\s*$" {name}=html'


def rule(pattern: str, to: str, flags: str = "", *conditions: str) -> str:
    """Write a rule with its conditions."""
    return "\n".join([*(f"RewriteCond {each}" for each in conditions), f"RewriteRule {pattern} {to} {flags}".rstrip()])


def escaped(name: str) -> str:
    """Write a name as an expression that fits it alone."""
    return re.escape(name).replace(r"\-", "-")


def walk(facts: Facts) -> Iterator[str]:
    """Find the page that an address means: `kzkg_stem` is its path below the folder, `kzkg_see` tells of an IRI."""
    see = "%{ENV:kzkg_see} =1"
    yield "\n# A folder and the page beside it have one name: /ns is a page, and /ru leads to /ru/"
    yield "<IfModule mod_dir.c>\nDirectorySlash Off\n</IfModule>\nRewriteEngine On\nRewriteOptions AllowNoSlash"
    yield rule("^", "-", "[R=405,L]", "%{REQUEST_METHOD} !^(GET|HEAD|OPTIONS)$")
    yield "# Where this folder stands on its host"
    yield rule("^(.*)$", "-", "[E=kzkg_at:%1]", r"%{REQUEST_URI}::$1 ^(.*?/)(.*)::\2$")
    yield rule("^", "-", "[E=kzkg_in:%1]", "%{ENV:kzkg_at} ^/(.*)$")
    yield "# A language in the address goes before that of the browser"
    yield rule("^", "-", "[E=kzkg_lang:%2]", f"%{{QUERY_STRING}} (^|&)lang=({'|'.join(facts.languages)})(&|$)")
    yield "# What is no longer used"
    for path in facts.ended():
        name = f"^(id|page)/{escaped(path.removeprefix('page/'))}" if path.startswith("page/") else f"^{path}"
        flags = f"[E=kzkg_gone:%{{ENV:kzkg_in}}{path}.html,R=410,L]"
        yield rule(f'"{name}(\\.({FORMS}))?$"', "-", flags, '"%{ENV:REDIRECT_STATUS}" "^(200)?$"')
    yield "# The IRI of a thing is not its page, but leads there; a version of the terms is told where the terms are"
    for old, new in facts.moved().items():
        yield rule(f'"^{escaped(old)}((\\.({FORMS}))?)$"', f'"{new}$1"', "[DPI,E=kzkg_see:1]")
        if old.startswith("page/"):
            name = f"id/{old.removeprefix('page/')}"
            yield rule(f'"^{escaped(name)}((\\.({FORMS}))?)$"', f'"{new}$1"', "[DPI,E=kzkg_see:1]")
    yield rule("^id/(.+)$", "page/$1", "[DPI,E=kzkg_see:1]")
    yield rule("^(ns|vocab)/([0-9][^/]*)?$", "$1", "[DPI,E=kzkg_see:1]")
    yield rule("^release$", "dataset", "[DPI,E=kzkg_see:1]")
    yield rule("^sparql$", "ask", "[DPI,E=kzkg_see:1]")
    yield rule("^(.+)$", "%{ENV:kzkg_at}$1", "[R=303,L]", see, "%{REQUEST_FILENAME} -f")
    yield rule("^(.+)$", "-", "[E=kzkg_stem:$1]", "%{PATH_INFO} ^$", "%{REQUEST_FILENAME}.html -f")
    yield rule("^$", "index", "[E=kzkg_stem:index]")
    yield rule("^", "-", "[R=404,L]", see, "%{ENV:kzkg_stem} ^$")
    folder = ("%{ENV:kzkg_stem} ^$", "%{REQUEST_FILENAME} -d")
    yield rule("^.+$", "-", "[R=404,L]", *folder, "%{REQUEST_FILENAME}/index.html !-f")
    yield rule("^", "%{REQUEST_URI}/", "[R=301,L]", *folder, "%{REQUEST_URI} !/$")


def sending(facts: Facts) -> Iterator[str]:
    """Choose the form, and send it or to it."""
    stem, at, page = "%{ENV:kzkg_stem}", "%{ENV:kzkg_at}", '"%{ENV:kzkg_form}" "=html"'
    others = f"{stem} !^({'|'.join(facts.others)})/" if facts.others else f"{stem} ."
    speaks = f"%{{ENV:kzkg_lang}} ^({'|'.join(facts.others)})$" if facts.others else "%{ENV:kzkg_lang} ^never$"
    see, named = "%{ENV:kzkg_see} =1", f"{stem} ."
    yield "# A page without data beside it; a question, whose answer to no values in particular lies beside it"
    yield rule("^", "-", "[E=kzkg_form:%{ENV:kzkg_page}]", named, "%{REQUEST_FILENAME}.ttl !-f")
    yield rule("^", "-", "[E=kzkg_form:%{ENV:kzkg_rows}]", f"{stem} ^query/", "%{QUERY_STRING} ^$")
    yield rule("^", "-", "[E=kzkg_vary:1]", named)
    yield rule("^", "-", "[R=406,L]", named, "%{ENV:kzkg_form} ^$")
    yield "# The data, or the page in the reader's language"
    yield rule("^", f"{at}{stem}.%{{ENV:kzkg_form}}", "[R=303,L]", named, page.replace("=", "!="), see)
    yield rule("^", f"{at}{stem}.%{{ENV:kzkg_form}}", "[L]", named, page.replace("=", "!="))
    yield rule("^", f"{at}%1/{stem}.html", "[R=303,L]", named, others, see, speaks)
    yield rule("^", f"{at}%1/{stem}.html", "[R=302,L]", named, others, speaks)
    yield rule("^", f"{at}{stem}.html", "[R=303,L]", named, see)
    yield rule("^", f"{at}{stem}.html", "[L]", named)
    yield "# What is said with a file"
    yield rule("^.*\\.html$", "-", "[E=kzkg_tag:en]")
    if facts.others:
        yield rule(f"^({'|'.join(facts.others)})/.*\\.html$", "-", "[E=kzkg_tag:$1]")
    lang = f"(?:(?:{'|'.join(facts.others)})/)?" if facts.others else ""
    raw = f'"%{{ENV:kzkg_at}}::%{{THE_REQUEST}}" "^(.*)::\\S+ \\1{lang}([^ ?]+?)(?:\\.(?:{FORMS}))?[ ?]"'
    yield rule(f'"^{lang}(?:{heads.DATA})\\.(?:{FORMS})$"', "-", "[E=kzkg_raw:%2]", raw)
    yield rule("^(static|engine)/", "-", "[E=kzkg_keep:1]", f"%{{QUERY_STRING}} {heads.VERSIONED}")
    yield "\nErrorDocument 404 /%{reqenv:kzkg_in}404.html"
    if facts.ended():
        yield "ErrorDocument 410 /%{reqenv:kzkg_gone}"


def telling() -> Iterator[str]:
    """Say types and headers."""
    yield "\nAddDefaultCharset Off\n<IfModule mod_mime.c>\nRemoveEncoding .gz"
    yield from (f'AddType "{heads.typed(name)}" .{name}' for name in heads.TYPES)
    yield "</IfModule>"
    yield f'<Files "feed.xml">\nForceType "{heads.FEED}"\n</Files>'
    yield f'<FilesMatch "^({"|".join(heads.TURTLE)})$">\nForceType "{heads.typed("ttl")}"\n</FilesMatch>'
    yield "<IfModule mod_headers.c>"
    for name, value in heads.strict():
        yield f'Header always set {name} "{value}"'
    yield f'Header set Cache-Control "{heads.KEPT}"\nHeader set Cache-Control "{heads.FOREVER}" env=kzkg_keep'
    yield 'Header set Content-Language "expr=%{reqenv:kzkg_tag}" env=kzkg_tag'
    for name in ("kzkg_vary", "REDIRECT_kzkg_vary"):
        yield f'Header always merge Vary "{heads.VARY}" env={name}'
    links = heads.links("%{reqenv:kzkg_at}%{reqenv:kzkg_raw}").replace('"', '\\"')
    yield f'Header set Link "expr={links}" env=kzkg_raw'
    yield "# A packed answer has a mark of its own; a browser that shows it is told that nothing has changed"
    yield """RequestHeader edit "If-None-Match" '^"((.*)-gzip)"$' '"$1", "$2"'"""
    yield "</IfModule>\n<IfModule mod_deflate.c>\n<IfModule mod_filter.c>"
    yield f"AddOutputFilterByType DEFLATE text/html {' '.join(heads.PACKED)}"
    yield "</IfModule>\n</IfModule>"
