"""Data that mean harm: labels that are markup, links that are scripts, IRIs that would be paths out of a folder."""

from pathlib import Path

HOSTILE = """
@prefix id: <https://w3id.org/kzkg/id/> .
@prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:org-bad a kzkg:Organisation ;
  skos:prefLabel "<script>alert(1)</script>"@en , "</title><img src=x onerror=alert(2)>"@ru ;
  skos:altLabel "\\" onmouseover=\\"alert(3)"@en ;
  dcterms:description "]]></script><script>alert(4)</script> &lt;b&gt; \\u0007\\u202E end"@en ;
  schema:sameAs <javascript:alert(5)> ;
  schema:url "javascript:alert(6)"^^xsd:anyURI ;
  kzkg:evidence id:cite-bad .
id:cite-bad a kzkg:Citation ; kzkg:source id:source-bad ; kzkg:locator "<b>p1</b>" .
id:source-bad a kzkg:Source ; skos:prefLabel "<svg onload=alert(7)>"@en ;
  schema:url "data:text/html,<script>alert(8)</script>" .
"""
PATHS = """
@prefix kzkg: <https://w3id.org/kzkg/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/kzkg/id/../../../up> a kzkg:Organisation ; skos:prefLabel "up"@en .
<https://w3id.org/kzkg/id/..> a kzkg:Organisation ; skos:prefLabel "above"@en .
<https://w3id.org/kzkg/static/site.js> a kzkg:Organisation ; skos:prefLabel "script"@en .
<https://w3id.org/kzkg/index> a kzkg:Organisation ; skos:prefLabel "front"@en .
<https://w3id.org/kzkg/id/CON> a kzkg:Organisation ; skos:prefLabel "device"@en .
<https://w3id.org/kzkg/id/a%2Fb> a kzkg:Organisation ; skos:prefLabel "slash"@en .
<https://w3id.org/kzkg/id/org-old> a kzkg:Organisation ; owl:deprecated true ;
  dcterms:isReplacedBy <https://w3id.org/kzkg/id/org-alpha> .
"""


def harmed(graph: Path) -> Path:
    """Put harm into the data of a graph folder."""
    (graph / "data" / "sources" / "bad.ttl").write_text(HOSTILE, encoding="utf-8")
    (graph / "data" / "sources" / "paths.ttl").write_text(PATHS, encoding="utf-8")
    return graph
