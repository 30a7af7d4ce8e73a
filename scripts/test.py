"""Run all tests: of the library, of the types under four checkers, of the examples, and the doctests.

    python3 scripts/test.py [PYTEST OPTIONS]

Needs Python and its standard library; the rest comes into a virtual environment (see environment.py).
"""

from __future__ import annotations

import sys

from environment import ready, run


def main() -> None:
    run([ready(), "-m", "pytest", "-q", "-n", "2", *sys.argv[1:]])


if __name__ == "__main__":
    main()
