"""List directories of a source tree, and name what is in them."""

from __future__ import annotations

import os
from pathlib import Path

from examples.survey.state import Directory, SourceFile

__all__ = ["is_test", "list_directory", "module_names", "root_directory"]

SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})


def root_directory(root: Path) -> Directory:
    """Where the walk begins. If the root is a package itself, what is in it is reported by subpackage."""
    return Directory(path="", module=root.name if (root / "__init__.py").is_file() else "")


def list_directory(root: Path, directory: Directory) -> tuple[list[Directory], list[SourceFile]]:
    """The subdirectories and the Python files of a directory, by name.

    Hidden, installed and generated directories are left out, and links are not followed. Raises `OSError`.
    """
    directories: list[Directory] = []
    files: list[SourceFile] = []
    with os.scandir(root / directory.path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = f"{directory.path}/{entry.name}" if directory.path else entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _is_skipped(entry):
                    directories.append(_subdirectory(directory, path, entry))
            elif entry.name.endswith(".py") and entry.is_file(follow_symlinks=False):
                files.append(_source_file(root, directory, path, entry.name[:-3]))
    return directories, files


def module_names(file: SourceFile) -> tuple[str, str]:
    """The names under which a file may be imported: as a module of its package, and through plain directories."""
    return file.module, file.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_test(path: str) -> bool:
    """Whether a file is a test by its name, or by that of a directory it is in.

    >>> [is_test(path) for path in ("a/tests/data/b.py", "idlelib/idle_test/mock.py", "test_a.py", "unittest/case.py")]
    [True, True, True, False]
    """
    *directories, name = path.removesuffix(".py").split("/")
    if name.startswith("test_") or name.endswith("_test") or name in ("conftest", "tests"):
        return True
    return any(part in ("test", "tests") or part.endswith(("_test", "_tests")) for part in directories)


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    if entry.name in SKIPPED or entry.name.startswith("."):
        return True
    return os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))


def _subdirectory(parent: Directory, path: str, entry: os.DirEntry[str]) -> Directory:
    if not os.path.isfile(os.path.join(entry.path, "__init__.py")):
        return Directory(path=path, group=parent.group)
    module = f"{parent.module}.{entry.name}" if parent.module else entry.name
    return Directory(path=path, module=module, group=parent.group or entry.name)


def _source_file(root: Path, directory: Directory, path: str, stem: str) -> SourceFile:
    if stem == "__init__" and directory.module:
        module = directory.module
    else:
        module = f"{directory.module}.{stem}" if directory.module else stem
    # Scripts in a plain directory go under its name, modules that stand alone under their own.
    alone = root.name if stem == "__init__" else stem
    group = directory.group or _first(directory.path) or alone
    return SourceFile(path=path, module=module, group=group, is_test=is_test(path))


def _first(path: str) -> str:
    return path.partition("/")[0]
