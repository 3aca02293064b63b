"""The pages over HTTP: an address for every IRI, in the form, the language and the state that the client wants."""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from starlette.responses import Response
from starlette.routing import Route

from kzkg.errors import NotFound
from kzkg.labels import LANGUAGES
from kzkg.pages import assets
from kzkg.pages.addresses import path_of, target_of
from kzkg.pages.linking import BASE, DATASET, Target, home
from kzkg.server import negotiation
from kzkg.server.answering import encoded, header, matches, send_reply, send_unchanged, send_whole
from kzkg.server.endpoint import KEPT, parameters
from kzkg.server.media import ANSWER_FORMS, PAGE_FORMS
from kzkg.server.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from kzkg.server.site import Site

VARY = (b"vary", b"Accept, Accept-Language, Accept-Encoding")
ALLOW = "GET, HEAD, OPTIONS"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NO_PAGE = ("api", "dumps", ".well-known", "graphs", "sparql", "static", "metrics", "healthz", "openapi.json")
YEAR = "public, max-age=31536000, immutable"


def routes(site: Site) -> list[BaseRoute]:
    """Give the addresses; the last one takes all that no other room has."""
    return [Route("/static/{name:path}", partial(asset, site)), Route("/{path:path}", Pages(site))]


async def asset(_site: Site, request: Request) -> Response:
    """Give a style sheet, a script or a picture."""
    name = request.path_params["name"]
    try:
        body, version = assets.content(name), assets.version(name)
    except NotFound as error:
        raise Refusal(404, "there is no such file") from error
    tag = f'"{version}"'
    kept = YEAR if request.query_params.get("v") == version else "public, no-cache"
    headers = {"etag": tag, "cache-control": kept, "vary": "Accept-Encoding"}
    if matches(request.scope, tag):
        return Response(status_code=304, headers=headers)
    if negotiation.packs(request.headers.get("accept-encoding")) and len(body) > 1000:
        headers |= {"content-encoding": "gzip", "etag": f'"{version}-gzip"'}
        body = packed(name)
    return Response(body, headers=headers, media_type=assets.media(name))


@lru_cache(maxsize=32)
def packed(name: str) -> bytes:
    """Compress a file, once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(assets.content(name)) + packer.flush()


@lru_cache(maxsize=1)
def stamp() -> str:
    """Give what changes with the pages themselves: a page kept by a browser must not outlive its template."""
    found = hashlib.blake2b(digest_size=6)
    folder = Path(assets.__file__).parent
    for path in sorted(
        (*folder.rglob("*.html"), *folder.glob("*.py"), *folder.glob("*.tsv"), *folder.glob("assets/*"))
    ):
        found.update(path.read_bytes())
    return found.hexdigest()


class Asked:
    """What a request asks for, as far as every kind of page needs it."""

    def __init__(self, site: Site, scope: Scope) -> None:
        self.site, self.scope = site, scope
        self.pairs = parameters(scope["query_string"])
        given = dict(self.pairs)
        self.chosen = "lang" in given
        self.lang = given.get("lang") or negotiation.language(header(scope, b"accept-language"), LANGUAGES)
        if self.lang not in LANGUAGES:
            raise Refusal(400, "no such language", parameter="lang", allowed=list(LANGUAGES), example="en")
        self.accept = header(scope, b"accept")
        self.root = site.root(scope)
        self.prefix = urlsplit(self.root).path

    def job(self, what: str, target: Target, **more: Any) -> dict[str, Any]:
        """Give the job for a worker."""
        values = [pair for pair in self.pairs if pair[0] != "lang"]
        return {
            "do": what, "kind": target.kind, "name": target.name, "values": values, "lang": self.lang,
            "chosen": self.chosen, "root": self.root, "prefix": self.prefix,
            "packed": negotiation.packs(header(self.scope, b"accept-encoding")), **more,
        }  # fmt: skip


class Pages:
    """The application behind all addresses of pages."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; to a browser a fault is a page, too."""
        path = scope["path_params"].get("path", "")
        asked = Asked(self._site, scope)
        try:
            await self._answer(asked, path, receive, send)
        except Refusal as refusal:
            if not negotiation.wants_page(asked.accept) or path.split("/", maxsplit=1)[0] in NO_PAGE:
                raise
            job = asked.job("page-fault", Target("front"), status=refusal.status, message=refusal.detail,
                            instead=str(refusal.members.get("instead", "")))  # fmt: skip
            try:
                reply = self._site.ask(job, scope["kzkg.client"])
                await reply.begun()
            except Refusal:
                # Too busy even for that: the refusal itself needs no worker.
                raise refusal from None
            kept = [VARY, (b"cache-control", b"no-store"), *encoded(refusal.headers.items())]
            await send_reply(scope, receive, send, reply, kept)

    async def _answer(self, asked: Asked, path: str, receive: Receive, send: Send) -> None:
        if asked.scope["method"] not in {"GET", "HEAD"}:
            raise Refusal(405, "a page is read with GET", {"allow": ALLOW})
        if path.startswith("id/"):
            await self._resource(asked, path, send)
            return
        if path == "release":
            await redirect(send, f"{asked.prefix}/{path_of(Target('thing', DATASET))}", 303)
            return
        stem, dot, suffix = path.rpartition(".")
        target = target_of(stem) if dot and suffix in PAGE_FORMS else None
        if target is not None and (target.kind == "thing" or suffix == "html"):
            await self._one(asked, target, suffix, receive, send)
            return
        target = target_of(path)
        if target is None or path.split("/", maxsplit=1)[0] in NO_PAGE:
            raise Refusal(404, "there is nothing at this address")
        await self._chosen(asked, target, receive, send)

    async def _resource(self, asked: Asked, path: str, send: Send) -> None:
        """Send from the name of a thing to what tells about it."""
        stem, dot, suffix = path.rpartition(".")
        suffix = suffix if dot and suffix in PAGE_FORMS else ""
        iri = BASE + (stem if suffix else path)
        reply = self._site.ask(asked.job("page-look", Target("thing", iri)), asked.scope["kzkg.client"])
        try:
            await reply.begun()
        finally:
            reply.drop()
        form = suffix or negotiation.choose(asked.accept, PAGE_FORMS.items())
        if form is None:
            raise unacceptable()
        at = f"{asked.prefix}/{path_of(Target('thing', iri))}" + ("" if form == "html" else f".{form}")
        lang = f"?{urlencode({'lang': asked.lang})}" if asked.chosen and form == "html" else ""
        await redirect(send, at + lang, 303, (b"vary", b"Accept"))

    async def _chosen(self, asked: Asked, target: Target, receive: Receive, send: Send) -> None:
        """Give the form that the client wants most."""
        if target.kind == "query":
            form = negotiation.choose(
                asked.accept,
                [("html", PAGE_FORMS["html"]), *((name, (media,)) for name, media in ANSWER_FORMS.items())],
            )
            if form in ANSWER_FORMS:
                at = f"{asked.prefix}/api/queries/{target.name}?{urlencode([*asked.pairs, ('f', form)])}"
                await redirect(send, at, 303, (b"vary", b"Accept"))
                return
        else:
            offers = PAGE_FORMS.items() if target.kind == "thing" else [("html", PAGE_FORMS["html"])]
            form = negotiation.choose(asked.accept, offers)
        if form is None:
            raise unacceptable(page_only=target.kind != "thing")
        await self._one(asked, target, form, receive, send)

    async def _one(self, asked: Asked, target: Target, form: str, receive: Receive, send: Send) -> None:
        """Give one form of a page."""
        if target.kind == "thing":
            target = target._replace(name=home(target.name))
        job = asked.job("page" if form == "html" else "page-data", target, form=form)
        if target.kind == "query":
            job["day"] = dict(asked.pairs).get("known-by") or None
        text = "\0".join(str(value) for value in (stamp(), *job.values())).encode("utf-8", "surrogatepass")
        tag = f'"{self._site.generation.name}-{hashlib.blake2b(text, digest_size=8).hexdigest()}"'
        headers = [VARY, (b"link", links(asked, target).encode("latin-1", "replace"))]
        kept = [*headers, (b"etag", tag.encode()), KEPT]
        if matches(asked.scope, tag):
            await send_unchanged(send, kept)
            return
        reply = self._site.ask(job, asked.scope["kzkg.client"], hash(text))
        await reply.begun()
        fine = reply.status == 200
        await send_reply(
            asked.scope, receive, send, reply, kept if fine else [*headers, (b"cache-control", b"no-store")]
        )


def unacceptable(*, page_only: bool = False) -> Refusal:
    """Say which forms there are."""
    types = [types[0] for name, types in PAGE_FORMS.items() if name == "html" or not page_only]
    return Refusal(406, f"it can be had as {', '.join(types)}", available=types)


def links(asked: Asked, target: Target) -> str:
    """Link the other forms, the licence, and the one address of a page."""
    at = f"{asked.root}/{path_of(target)}".replace(">", "%3E").replace('"', "%22").replace(" ", "%20")
    found = [f'<{at}>; rel="canonical"', f'<{LICENCE}>; rel="license"']
    if target.kind == "thing":
        found += [f'<{at}.{name}>; rel="alternate"; type="{types[0]}"' for name, types in PAGE_FORMS.items()]
        found.append(f'<{at}.ttl>; rel="describedby"; type="text/turtle"')
    found += [f'<{at}?lang={lang}>; rel="alternate"; hreflang="{lang}"' for lang in LANGUAGES]
    return ", ".join(found)


async def redirect(send: Send, at: str, status: int, *headers: tuple[bytes, bytes]) -> None:
    """Send to another address."""
    await send_whole(send, status, [(b"location", at.encode("ascii", "backslashreplace")), *headers], b"")


async def editor(site: Site, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a browser that comes to the endpoint without a query to the page on which queries are written."""
    del receive
    root = urlsplit(site.root(scope)).path
    await redirect(send, f"{root}/{path_of(Target('sparql'))}", 303, (b"vary", b"Accept"))
