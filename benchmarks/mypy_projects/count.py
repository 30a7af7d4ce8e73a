"""What the steps in some files look like, in the lines of the table of `mypy_projects`.

python -m benchmarks.mypy_projects.count benchmarks/mypy_projects/typical.py [FILE ...]

Works on files for llama-index workflows as well: a step is a function under a decorator whose last name is `step`.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median

__all__ = ["counted"]

CALLS = ("get", "set", "edit_state", "send_event", "collect_events", "write_event_to_stream")


def counted(paths: Iterable[Path]) -> dict[str, float]:
    """Medians of a step's lines, statements and calls; and how often a step does each of `CALLS`, and reads its event."""
    steps = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _is_step(node)]
    if not steps:
        raise SystemExit("there are no steps in these files")
    found: dict[str, float] = {
        "lines": median([len(_lines(step)) for step in steps]),
        "statements": median([sum(isinstance(one, ast.stmt) for one in _inside(step)) for step in steps]),
        "calls": median([sum(isinstance(one, ast.Call) for one in _inside(step)) for step in steps]),
    }
    uses = Counter(name for step in steps for name in _uses(step))
    return found | {name: uses[name] / len(steps) for name in (*CALLS, "reads of the event's fields")}


def _is_step(node: ast.AST) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    written = [one.func if isinstance(one, ast.Call) else one for one in decorators]
    return any(getattr(one, "attr", getattr(one, "id", "")) == "step" for one in written)


def _body(step: ast.AST) -> list[ast.stmt]:
    assert isinstance(step, ast.FunctionDef | ast.AsyncFunctionDef)
    return step.body[1:] if ast.get_docstring(step) is not None else step.body


def _inside(step: ast.AST) -> list[ast.AST]:
    return [one for statement in _body(step) for one in ast.walk(statement)]


def _lines(step: ast.AST) -> set[int]:
    body = _body(step)
    return {line for one in body for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}


def _uses(step: ast.AST) -> Iterable[str]:
    assert isinstance(step, ast.FunctionDef | ast.AsyncFunctionDef)
    contexts = {one.arg for one in step.args.args if "Context" in ast.dump(one)} | {"ctx"}
    events = {one.arg for one in step.args.args} - contexts - {"self"}
    for node in _inside(step):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            if ast.unparse(node.func.value).split(".")[0] in contexts:
                yield node.func.attr
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in events:
            yield "reads of the event's fields"


def main() -> None:
    for name, number in counted(map(Path, sys.argv[1:])).items():
        print(f"{name:30} {number:g}")


if __name__ == "__main__":
    main()
