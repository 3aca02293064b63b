"""Packs the graph into the wheel: the files as they are, and beside them the store that a cold answer opens.

With them goes what npm bundles for the pages, editor and engine, so that whoever installs the wheel needs no Node.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GraphHook(BuildHookInterface):  # type: ignore[type-arg, misc]
    """Adds `kzkg/graph/` to the wheel; an editable install reads the checkout itself."""

    PLUGIN_NAME = "custom"
    prepared: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Prepare the store in a folder of its own and say where it goes."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from kzkg.store.prepare import PACKED, pack

        self.prepared = Path(tempfile.mkdtemp(prefix="kzkg-"))
        pack(root, self.prepared / PACKED)
        include = build_data["force_include"]
        for folder in ("ontology", "data", "queries"):
            include[str(root / folder)] = f"kzkg/graph/{folder}"
        include[str(self.prepared / PACKED)] = f"kzkg/graph/{PACKED}"
        built = self.built(self.prepared / "built")
        if built:
            include[str(built)] = "kzkg/pages/built"

    def built(self, target: Path) -> Path | None:
        """Give the folder of editor and engine; without npm the wheel does without them, and this is said."""
        from kzkg.errors import KzkgError
        from kzkg.pages import assets

        try:
            return assets.fresh() or assets.build(target)
        except KzkgError as error:
            if os.environ.get("KZKG_CI"):
                raise
            self.app.display_warning(f"{error}; the wheel is built without them, and its pages answer nothing")
            return None

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the prepared folder, which is in the wheel now."""
        if self.prepared:
            shutil.rmtree(self.prepared, ignore_errors=True)
