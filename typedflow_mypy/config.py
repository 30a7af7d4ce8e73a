"""`[tool.typedflow_mypy]` of pyproject.toml: what a team may want to relax.

```toml
[tool.typedflow_mypy]
open_workflows = ["app.bases.*"]     # full names of classes that others complete, as patterns
warn = ["unhandled-event"]           # codes that are reported as notes and do not fail the run
disable = ["self-state"]             # as mypy's own disable_error_code, which knows our codes from mypy 1.19 on
```
"""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mypy.errors import CompileError

from typedflow.wiring.codes import CODES, unknown_codes
from typedflow.wiring.nearest import did_you_mean
from typedflow_mypy.codes import PREFIX, unknown_names

if TYPE_CHECKING:
    from mypy.options import Options

__all__ = ["Config", "read"]

OPTIONS = ("open_workflows", "warn", "disable")


class Config(NamedTuple):
    """The options. All of them are part of mypy's cache key."""

    open_workflows: tuple[str, ...] = ()
    warn: frozenset[str] = frozenset()
    disable: frozenset[str] = frozenset()

    def is_open(self, fullname: str) -> bool:
        """Whether a workflow class is one that others complete."""
        return any(fnmatchcase(fullname, pattern) for pattern in self.open_workflows)

    def as_text(self) -> str:
        """All options in one line, in the same order whatever order they were written in."""
        return f"open={','.join(self.open_workflows)} warn={','.join(sorted(self.warn))} disable={','.join(sorted(self.disable))}"


def read(options: Options) -> Config:
    """The options of the pyproject.toml beside mypy's configuration, or in the current folder.

    Ends the run of mypy with an error that names an unknown option or a wrong value.
    """
    for name in unknown_names(options):
        guess = did_you_mean(name, [PREFIX + code for code in CODES])
        raise CompileError([f"mypy's configuration: there is no error code '{name}'" + (f"; {guess}" if guess else "")])
    found = _pyproject(options)
    if found is None:
        return Config()
    path, table = found
    for name in table:
        if name not in OPTIONS:
            guess = did_you_mean(name, OPTIONS)
            known = ", ".join(OPTIONS)
            _refuse(path, f"there is no option '{name}'; " + (guess or f"the options are {known}"))
    for name in OPTIONS:
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            _refuse(path, f"'{name}' is to be a list of strings, not {value!r}")
    named: dict[str, frozenset[str]] = {}
    for name in ("warn", "disable"):
        named[name] = frozenset(code.removeprefix(PREFIX) for code in table.get(name, []))
        unknown = unknown_codes(named[name])
        if unknown:
            _refuse(path, f"'{name}' names {', '.join(unknown)}: there is no such code; there are {', '.join(CODES)}")
    return Config(tuple(table.get("open_workflows", [])), **named)


def _refuse(path: Path, what: str) -> None:
    raise CompileError([f"{path}: [tool.typedflow_mypy]: {what}"], use_stdout=True)


def _pyproject(options: Options) -> tuple[Path, dict[str, Any]] | None:  # Any: TOML
    places = [Path(options.config_file).parent] if options.config_file else []
    for folder in (*places, Path()):
        path = folder / "pyproject.toml"
        if path.is_file():
            try:
                data = _toml(path)
            except (OSError, ValueError):  # mypy says so itself
                return None
            table = data.get("tool", {}).get("typedflow_mypy")
            return None if table is None else (path, table)
    return None


def _toml(path: Path) -> dict[str, Any]:  # Any: as above
    if sys.version_info >= (3, 11):
        import tomllib
    else:  # mypy itself needs it there
        import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]  # not there on later versions
    with path.open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)  # Any: as above
    return data
