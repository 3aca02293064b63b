"""The tiny world in a folder of its own, made once for each process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def world() -> Path:
    """Make it; it goes with the process."""
    home = Path(tempfile.mkdtemp(prefix="kzkg-fuzz-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    folder = home / "world"
    shutil.copytree(ROOT / "tests" / "world", folder, ignore=shutil.ignore_patterns(".kzkg"))
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    return folder
