"""The plugin's version for mypy's cache: mypy itself looks only at the entry module, not at what it imports."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

__all__ = ["VERSION", "source_digest"]


def source_digest() -> str:
    """A digest of every source of the plugin and of the wiring rules."""
    digest = hashlib.sha256()
    for folder in _folders():
        for source in sorted(folder.glob("*.py")):
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _folders() -> list[Path]:
    folders = [Path(__file__).parent]
    library = importlib.util.find_spec("typedflow")
    if library is not None:
        folders += [Path(place) / "wiring" for place in library.submodule_search_locations or ()]
    return folders


VERSION = source_digest()
"""Of what is imported here."""
