"""What `ResourceConfig` reads: a part of a JSON file, as the type that the parameter wants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

__all__ = ["ConfigFile"]


@dataclass(frozen=True)
class ConfigFile:
    """Reads the file. Two of the same file, part and type are equal, and so share a value."""

    file: str
    selector: str | None
    wants: Any = None  # Any: a type form

    @property
    def __name__(self) -> str:
        return f"{self.file}{':' + self.selector if self.selector else ''}"

    def __call__(self) -> Any:  # Any: of the wanted type
        try:
            value = json.loads(Path(self.file).read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise ValueError(f"{Path(self.file).absolute()} is no valid JSON: {error}") from error
        reached: list[str] = []
        for part in self.selector.split(".") if self.selector else ():
            if not isinstance(value, Mapping) or part not in value:
                has = f"it has {', '.join(value)}" if isinstance(value, Mapping) else f"{value!r} is no object"
                raise ValueError(f"{self.file} has no '{part}' at '{'.'.join(reached)}': {has}")
            value = value[part]
            reached.append(part)
        try:
            return TypeAdapter(self.wants).validate_python(value)
        except ValidationError as error:
            lines = "".join(f"\n  {'.'.join([*reached, *map(str, e['loc'])])}: {e['msg']}" for e in error.errors())
            raise ValueError(
                f"{self.file} does not fit {getattr(self.wants, '__name__', self.wants)}:{lines}"
            ) from error
