"""`make bench`: measures on this machine, in one run, and writes the tables of docs/benchmarks.md."""

from __future__ import annotations

import platform
import re
from pathlib import Path

from tests.bench import cold, http, names

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
SECTIONS = {"cold": cold.report, "names": names.report, "http": http.report}


def main() -> None:
    """Put each section's table between its markers."""
    text = PAGE.read_text(encoding="utf-8")
    for name, report in SECTIONS.items():
        body = "\n".join(report())
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)",
            lambda match, body=body: f"{match[1]}{body}\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
        print(body)
    PAGE.write_text(text, encoding="utf-8")
    print(f"written to {PAGE.name}; Python {platform.python_version()}")


if __name__ == "__main__":
    main()
