"""Reads pages as a strict reader does: parsed without a fault, every link followed to what it means."""

import re
from collections import Counter
from itertools import pairwise
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit
from xml.etree.ElementTree import Element

import html5lib

from kzkg.pages import Site, Target, assets
from kzkg.pages.addresses import target_of
from kzkg.server.pagejob import Addresses

ROOT = "http://pages.test"
XHTML = "{http://www.w3.org/1999/xhtml}"


def addresses(lang: str = "en", *, chosen: bool = False, prefix: str = "") -> Addresses:
    return Addresses(ROOT + prefix, prefix, lang, chosen=chosen)


def written(site: Site, target: Target, lang: str = "en") -> str:
    return site.page(target, lang, addresses(lang)).html


def parsed(text: str) -> Element:
    """Parse a page; the first fault is an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(text)


def elements(tree: Element, name: str) -> list[Element]:
    return [each for each in tree.iter() if isinstance(each.tag, str) and each.tag.rpartition("}")[2] == name]


def text_of(tree: Element) -> str:
    return " ".join("".join(tree.itertext()).split())


def faults(tree: Element) -> list[str]:
    """What a page must not have, whatever it is about."""
    ids = Counter(each.get("id") for each in tree.iter() if each.get("id"))
    found = [f"the id {each} is given twice" for each, times in ids.items() if times > 1]
    found += [fault for each in tree.iter() if isinstance(each.tag, str) for fault in dangers(each)]
    for script in elements(tree, "script"):
        if not script.get("src") and script.get("type") not in {"application/ld+json", "application/json"}:
            found.append("a script stands in the page")
    found += ["a style stands in the page" for _ in elements(tree, "style")]
    if len(elements(tree, "h1")) != 1:
        found.append("there is not one h1")
    tags = (each.tag.rpartition("}")[2] for each in tree.iter() if isinstance(each.tag, str))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    found += [f"h{high} follows h{low}" for low, high in pairwise(levels) if high > low + 1]
    named = {each.get("for") for each in elements(tree, "label")}
    fields = [each for kind in ("input", "select", "textarea") for each in elements(tree, kind)]
    plain = [each for each in fields if each.get("type") not in {"hidden", "checkbox"}]
    return found + [f"{each.get('name')} has no label" for each in plain if each.get("id") not in named]


def dangers(element: Element) -> list[str]:
    """What of an element would run, or would be refused by our own policy."""
    found = [f"{element.tag} has {name}" for name in element.attrib if name == "style" or name.startswith("on")]
    for name in ("href", "src", "action"):
        address = element.get(name, "#")
        if not address.startswith(("/", "#", "http://", "https://")):
            found.append(f"{name} is {address}")
    return found


def broken(site: Site, tree: Element) -> list[str]:
    """The links of a page that lead nowhere here."""
    ids = {each.get("id") for each in tree.iter()}
    found = []
    for each in tree.iter():
        address = each.get("href") or each.get("src") or ""
        if address.startswith(ROOT):
            address = address.removeprefix(ROOT)
        if address.startswith("#"):
            found += [] if address[1:] in ids else [address]
        elif address.startswith("/") and not leads(site, address):
            found.append(address)
    return found


def leads(site: Site, address: str) -> bool:
    """Whether an address of ours is one that the server knows."""
    path, query = unquote(urlsplit(urldefrag(address)[0]).path).lstrip("/"), parse_qs(urlsplit(address).query)
    if path.startswith("static/"):
        return path.removeprefix("static/") in {*assets.names(), "editor.js"}
    if path.startswith("api/queries/"):
        return path.removeprefix("api/queries/") in site.graph.catalog.query_files
    if path == "sparql":
        return True
    target = target_of(re.sub(r"\.(ttl|jsonld|nt|rdf)$", "", path))
    if target is None or not set(query.get("lang", ["en"])) <= {"en", "ru", "kk"}:
        return False
    if target.kind == "query":
        return target.name in site.graph.catalog.query_files
    return target.kind != "thing" or target.name in site.known
