"""What each side says of a module: the library when it is run, the plugin when mypy reads it."""

from __future__ import annotations
import __future__

import ast
import linecache
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from expected import LINE

from typedflow import Workflow
from typedflow.errors import WorkflowValidationError

__all__ = ["AtRunTime", "Findings", "at_run_time", "by_the_plugin", "workflows_of"]

SUFFIX = re.compile(r" \((?:inherited from|in|in subclass) '[^']*'\)")

ANNOTATION = re.compile(r"annotated as '.*?',? (?=which|and)")
"""At run time an annotation is shown as it is written; mypy knows what stands behind an alias or a bare `Context`."""

Findings = set[tuple[str, str]]
"""Code and message."""


@dataclass
class AtRunTime:
    """What the library says of a module.

    A class whose definition is refused is `malformed`: no more is said of it at run time, while mypy goes on to its
    next step. `unseen` says that there are classes in functions that nobody calls. `broken` is why Python itself could
    not run the module.
    """

    found: Findings = field(default_factory=set)
    malformed: bool = False
    unseen: bool = False
    broken: str = ""

    def agrees_with(self, said: Findings) -> bool:
        """Whether the plugin says the same, and no more where all was seen."""
        if self.malformed or self.unseen:
            return self.found <= said
        return self.found == said

    def difference(self, said: Findings) -> str:
        """What one of them says alone."""
        return f"run time only: {self.found - said}\nplugin only: {said - self.found}"


def at_run_time(path: Path) -> AtRunTime:
    """Run the module and check each workflow class in it.

    It is run statement by statement, so that a class that is refused does not hide those below. A function
    `in_a_function`, in which classes are defined, is called.
    """
    judged = AtRunTime()
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    try:
        _run(path, module, judged)
        for workflow in workflows_of(path.stem):
            _judge(judged, workflow.check)
    except NameError as error:
        if not judged.malformed:  # else it is a class that has been refused
            judged.broken = f"NameError: {error}"
    except Exception as error:
        judged.broken = f"{type(error).__name__}: {error}"
    finally:
        del sys.modules[path.stem]
        linecache.cache.pop(str(path), None)
    return judged


def _run(path: Path, module: ModuleType, judged: AtRunTime) -> None:
    for statement, code in _statements(path):
        judged.malformed |= _judge(judged, partial(exec, code, vars(module)))
        if judged.malformed and not isinstance(statement, ast.ClassDef):
            raise ValueError("a function is no step, and its workflow another one without it")
        if isinstance(statement, ast.FunctionDef) and statement.name == "in_a_function":
            judged.malformed |= _judge(judged, module.in_a_function)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            judged.unseen |= any(isinstance(node, ast.ClassDef) for node in ast.walk(statement))


def _judge(judged: AtRunTime, act: Callable[[], object]) -> bool:
    """Note what is said when this is done; whether anything is."""
    try:
        act()
    except WorkflowValidationError as error:
        if not error.problems or any("not defined there" in problem.message for problem in error.problems):
            raise ValueError(str(error)) from None  # refused before there is a step; mypy says it by itself
        judged.found |= {
            (problem.code, ANNOTATION.sub("annotated so, ", problem.message)) for problem in error.problems
        }
        return True
    return False


def by_the_plugin(output: str) -> dict[str, Findings]:
    """What mypy reports under our codes, module by module."""
    found: dict[str, Findings] = {}
    for line in output.splitlines():
        error = LINE.match(line)
        if error is not None and error["code"].startswith("typedflow-"):
            code, message = error["code"].removeprefix("typedflow-"), SUFFIX.sub("", error["message"])
            message = ANNOTATION.sub("annotated so, ", message)
            found.setdefault(Path(error["file"]).stem, set()).add((code, message))
    return found


def workflows_of(module: str) -> list[type[Workflow[Any, Any]]]:  # Any: workflows of all kinds
    """The workflow classes that were defined in the module of that name."""
    return [cls for cls in _subclasses(Workflow) if cls.__module__ == module]


def _subclasses(cls: type[Workflow[Any, Any]]) -> Iterator[type[Workflow[Any, Any]]]:  # Any: as above
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _statements(path: Path) -> Iterator[tuple[ast.stmt, CodeType]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    flags = 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for name in statement.names:
                flags |= getattr(__future__, name.name).compiler_flag
        yield statement, compile(ast.Module([statement], []), str(path), "exec", flags=flags, dont_inherit=True)
