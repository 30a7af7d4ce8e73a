"""Type-check the survey example with mypy, and run it.

    python3 scripts/demo.py [PATH] [OPTIONS]    surveys the standard library, or PATH; `--help` lists the options

Needs Python and its standard library; the rest comes into a virtual environment (see environment.py).
"""

from __future__ import annotations

import sys

from environment import ready, run


def main() -> None:
    python = ready()
    print("$ mypy examples/survey", flush=True)
    run([python, "-m", "mypy", "--follow-imports=silent", "examples/survey"])  # silent: about the example alone
    print("$ python -m examples.survey", *sys.argv[1:], flush=True)
    run([python, "-m", "examples.survey", *sys.argv[1:]])


if __name__ == "__main__":
    main()
