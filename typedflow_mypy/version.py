"""The plugin's version for mypy's cache: mypy itself looks only at the entry module, not at what it imports."""

from __future__ import annotations

import hashlib
import os

import typedflow

__all__ = ["VERSION", "source_digest"]


def source_digest() -> str:
    """A digest of every source of the plugin and of the wiring rules."""
    digest = hashlib.sha256()
    for folder in _folders():
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                digest.update(name.encode())
                with open(os.path.join(folder, name), "rb", buffering=0) as source:
                    digest.update(source.read())
    return digest.hexdigest()[:16]


def _folders() -> list[str]:
    return [os.path.dirname(__file__), *(os.path.join(place, "wiring") for place in typedflow.__path__)]


VERSION = source_digest()
"""Of what is imported here."""
