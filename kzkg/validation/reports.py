"""Writes what a check found: lines for people, JSON, JUnit and SARIF for other programs, and the W3C's report."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kzkg.validation.report import Fault, Report

LEVELS = {"Violation": "error", "Warning": "warning", "Info": "note"}
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://w3id.org/kzkg/shapes"
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def as_text(report: Report) -> Iterator[str]:
    """Write one line for each fault: where, how bad, which shape, what is wrong, with which thing."""
    for fault in report.faults:
        line = f"{fault.place or '-'}: {fault.severity.lower()} {fault.shape}: {_said(fault)}"
        yield " ".join(line.split()) + "\n"


def _said(fault: Fault) -> str:
    """Write the message, the value that it is about, and the thing, unless the message names them itself."""
    about = f" [{fault.focus}]" if fault.focus and fault.focus not in fault.message else ""
    told = fault.value == fault.focus or fault.value in fault.message
    return f"{fault.message}{'' if told else f' (found {fault.value})'}{about}"


def as_json(report: Report) -> Iterator[str]:
    """Write the report as one object."""
    content = {
        "conforms": report.conforms,
        "files": report.files,
        "statements": report.triples,
        "shapes": report.shapes,
        "faults": [fields(fault) for fault in report.faults],
        "accepted": [fields(fault) for fault in report.accepted],
    }
    yield json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def fields(fault: Fault) -> dict[str, str | int | None]:
    """Give one fault for machines."""
    names = ("line", "severity", "shape", "message", "focus", "path", "value", "component", "hint")
    return {"file": str(fault.file) if fault.file else None, **{name: getattr(fault, name) for name in names}}


def as_junit(report: Report) -> Iterator[str]:
    """Write JUnit's XML, as build servers read it: a suite, a case for each fault; with none, one case that passes."""
    failed = sum(fault.severity == "Violation" for fault in report.faults)
    cases = max(1, len(report.faults))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="kzkg validate" tests="{cases}" failures="{failed}" errors="0">\n'
    skipped = len(report.faults) - failed
    yield f'  <testsuite name="shapes" tests="{cases}" failures="{failed}" errors="0" skipped="{skipped}">\n'
    for fault in report.faults:
        yield _case(fault)
    if not report.faults:
        yield f'    <testcase classname="kzkg.validate" name="{report.shapes} shapes, {report.triples} statements"/>\n'
    yield "  </testsuite>\n</testsuites>\n"


def _case(fault: Fault) -> str:
    # A warning does not fail a build, as it does not fail the command.
    kind = "failure" if fault.severity == "Violation" else "skipped"
    place = f" file={_attribute(str(fault.seen))} line={_attribute(str(fault.line or 1))}" if fault.file else ""
    name = _attribute(f"{fault.shape} {fault.focus or fault.seen or ''}".strip())
    told = _clean(f"{fault.place or '-'}: {_said(fault)}\n{fault.hint}")
    of = f" type={_attribute(fault.severity)}" if kind == "failure" else ""
    return (
        f"    <testcase classname={_attribute(fault.shape)} name={name}{place}>\n"
        f"      <{kind} message={_attribute(fault.message)}{of}>{escape(told)}</{kind}>\n    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Leave out what no XML may hold."""
    return UNWRITABLE.sub("\ufffd", text)


def as_sarif(report: Report) -> Iterator[str]:
    """Write SARIF 2.1.0, which code hosts show beside the lines of a change."""
    rules = {fault.shape: fault for fault in report.faults}
    driver = {
        "name": "kzkg validate",
        "informationUri": HOME,
        "version": _version(),
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": fault.message if name.startswith("kzs:") else f"the rule {name}"},
                "help": {"text": fault.hint or fault.message},
                "defaultConfiguration": {"level": LEVELS.get(fault.severity, "note")},
            }
            for name, fault in rules.items()
        ],
    }
    base = {"SRCROOT": {"uri": Path.cwd().as_uri() + "/"}}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": base,
        "columnKind": "unicodeCodePoints",
        "results": [_sarif(fault, list(rules).index(fault.shape)) for fault in report.faults],
    }
    yield json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _sarif(fault: Fault, rule: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": fault.shape,
        "ruleIndex": rule,
        "level": LEVELS.get(fault.severity, "note"),
        "message": {"text": f"{_said(fault)} {fault.hint}".strip()},
        "properties": {name: getattr(fault, name) for name in ("focus", "path", "value", "component", "hint")},
    }
    if fault.file is not None and fault.seen is not None:
        inside = not fault.seen.is_absolute()
        uri = quote(fault.seen.as_posix()) if inside else fault.seen.as_uri()
        place: dict[str, Any] = {"artifactLocation": {"uri": uri, **({"uriBaseId": "SRCROOT"} if inside else {})}}
        if fault.line:
            place["region"] = {"startLine": fault.line}
        found["locations"] = [{"physicalLocation": place}]
    return found


def _version() -> str:
    try:
        return version("kzkg")
    except PackageNotFoundError:
        return "0"


def as_turtle(report: Report) -> Iterator[str]:
    """Write the W3C's validation report."""
    from kzkg.validation import shaclreport

    yield shaclreport.as_turtle(report)


FORMATS: dict[str, Callable[[Report], Iterator[str]]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
    "ttl": as_turtle,
}
SUFFIXES = {".txt": "text", ".json": "json", ".xml": "junit", ".sarif": "sarif", ".ttl": "ttl"}
