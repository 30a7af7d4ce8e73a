"""Writes into the marks of new cases the columns that mypy reports, for the author to look at: `fill_columns.py < mypy.out`."""

import sys
from pathlib import Path

from expected import MARK, expected_errors, reported_errors

for name, errors in reported_errors(sys.stdin.read()).items():
    path = Path(name)
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if MARK not in line:
            continue
        code, _, claims = line.partition(MARK)
        filled = []
        for claim in claims.split(";"):
            column, _, wanted = claim.strip().rpartition(" ")
            at = sorted({c for n, c, found in errors if n == number and found.removeprefix("typedflow-") == wanted})
            filled.append(claim.strip() if column or len(at) != 1 else f"{at[0]} {wanted}")
        lines[number - 1] = f"{code}{MARK} {'; '.join(filled)}"
    path.write_text("\n".join(lines) + "\n")
    got, wanted_all = set(errors), expected_errors(path)
    for surplus in sorted(got - wanted_all):
        print(f"{name}: unexpected {surplus}")
    for missing in sorted(wanted_all - got):
        print(f"{name}: missing    {missing}")
