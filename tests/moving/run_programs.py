"""Runs the programs against the `workflows` that is installed: `python tests/moving/run_programs.py`.

In an environment with llama-index-workflows, that shows that they are programs of the peer and not of ours.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import traceback
from pathlib import Path

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def main() -> int:
    """Run each, say how it went, and answer how many went wrong."""
    wrong = 0
    for path in PROGRAMS:
        spec = importlib.util.spec_from_file_location(f"moving_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        try:
            spec.loader.exec_module(module)
            result = asyncio.run(asyncio.wait_for(module.main(), 20))
        except Exception:
            traceback.print_exc(limit=-2)
            result = "an error"
        right = result == module.EXPECTED
        wrong += not right
        print("ok " if right else "NOT", path.stem)
        if not right:
            print(f"    got {result!r}\n    not {module.EXPECTED!r}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
