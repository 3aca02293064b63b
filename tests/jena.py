"""Jena's command line client from Debian's packages, which bring no launcher and need one thing put right."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from tests.waiting import PATIENCE

JARS = Path("/usr/share/java")
NEEDED = (
    "jena-arq", "jena-base", "jena-cmds", "jena-core", "jena-iri", "jena-rdfconnection", "jena-shacl", "jena-shex",
    "jena-tdb", "jena-tdb2", "jena-dboe-base", "jena-dboe-index", "jena-dboe-storage", "jena-dboe-trans-data",
    "jena-dboe-transaction", "slf4j-api", "slf4j-nop", "commons-cli", "commons-codec", "commons-compress",
    "commons-csv", "commons-io", "commons-lang3", "commons-logging", "guava", "gson", "httpclient", "httpcore",
    "jackson-annotations", "jackson-core", "jackson-databind", "jsonld-java", "protobuf", "thrift",
    "titanium-json-ld", "split",
)  # fmt: skip
PACKED, WANTED = "org/apache/jena/ext/xerces/", "xerces/"
"""Debian's jar keeps the messages of its XML Schema types under one name and looks for them under another."""


def class_path(folder: Path) -> str:
    """Give the class path, with the messages unpacked into a folder under the name they are looked for."""
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(PACKED) and name.endswith(".properties"):
                path = folder / WANTED / name.removeprefix(PACKED)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    return ":".join([str(folder), *(str(JARS / f"{name}.jar") for name in NEEDED)])


def rsparql(path: str, endpoint: str, query: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Ask an endpoint as `rsparql` does."""
    words = ["java", "-Xmx256m", "-cp", path, "arq.rsparql", "--service", endpoint, *options, query]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE)
