"""All benchmarks by one command: `python benchmarks/run.py [--quick]`.

Makes `.venv-bench` beside this folder, installs typedflow and its peers from the package registry into it, and measures
there: the engine, the import, the state. Needs nothing but Python.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = ["llama-index-workflows==2.26.1", "pydantic-graph", "langgraph", "burr", "pyrsistent", "jsonpatch", "packaging"]


def main() -> None:
    """Install what is missing, then measure."""
    home = ROOT / ".venv-bench"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(home, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-e", str(ROOT), *PEERS], check=True, cwd=ROOT)
    quick = ["--quick"] if "--quick" in sys.argv[1:] else []
    results = ROOT / "docs" / "benchmarks"
    results.mkdir(parents=True, exist_ok=True)
    written = ["--json", str(results / "engine.json"), "--chart", str(results / "engine.svg")]
    for job in (["engine", *quick, *written], ["import_time"], ["state", *quick]):
        print(f"\n== python -m benchmarks.{' '.join(job)}", flush=True)
        subprocess.run([python, "-m", f"benchmarks.{job[0]}", *job[1:]], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
