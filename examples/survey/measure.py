"""Measure one Python source file.

Standard library only, and plain dataclasses: this runs in worker processes, which import nothing else.

>>> measured = measure_source("a.py", "def f(x: int) -> int:\\n    return x or 1\\n", "a")
>>> measured.code_lines, measured.functions, measured.annotated, measured.longest[0].complexity
(2, 1, 1, 2)
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.util import decode_source
from pathlib import Path

__all__ = ["BANDS", "Broken", "FileMeasure", "FunctionMeasure", "Source", "measure_batch", "measure_source", "quiet"]

BANDS = (5, 10, 20, 50)
"""Upper ends of the complexity bands: 1-5, 6-10, 11-20, 21-50, and more."""

KEPT = 25
"""How many of a file's longest and of its most complex functions are kept."""


@dataclass(frozen=True)
class Source:
    """A file to measure: its path below the root, and its dotted module name."""

    path: str
    module: str


@dataclass(frozen=True)
class FunctionMeasure:
    """`lines` is from `def` to the last line; `complexity` is 1 plus the branches, without nested functions."""

    name: str
    line: int
    lines: int
    complexity: int


@dataclass(frozen=True)
class FileMeasure:
    """What is in one file.

    Every line is code, text (comments and docstrings) or blank. A function is `annotated` when each parameter (but self
    and cls) and the return value is; `public` counts functions and methods that can be reached by names without a
    leading underscore, `documented` those of them with a docstring. `imports` are absolute dotted names.
    """

    path: str
    lines: int
    code_lines: int
    text_lines: int
    classes: int
    functions: int
    async_functions: int
    annotated: int
    public: int
    documented: int
    bands: tuple[int, ...]
    longest: tuple[FunctionMeasure, ...]
    most_complex: tuple[FunctionMeasure, ...]
    imports: frozenset[str]


@dataclass(frozen=True)
class Broken:
    """A file that cannot be read or parsed, and why."""

    path: str
    reason: str


def quiet() -> None:
    """Silence what the compiler has to say about other people's escape sequences. For the start of a worker process."""
    warnings.simplefilter("ignore")


def measure_batch(root: str, sources: Sequence[Source]) -> list[FileMeasure | Broken]:
    """Measure files; those that cannot be parsed come back as `Broken`, and the others are measured all the same."""
    return [_measure_file(Path(root), source) for source in sources]


def _measure_file(root: Path, source: Source) -> FileMeasure | Broken:
    try:
        text = decode_source((root / source.path).read_bytes())
        return measure_source(source.path, text, source.module)
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        return Broken(source.path, f"{where}{error.msg}")
    except UnicodeDecodeError as error:
        return Broken(source.path, f"byte {error.start} is not {error.encoding}")
    except OSError as error:
        return Broken(source.path, error.strerror or str(error))
    except (ValueError, RecursionError, MemoryError) as error:
        return Broken(source.path, str(error) or type(error).__name__)


def measure_source(path: str, text: str, module: str) -> FileMeasure:
    """Measure the source `text` of the module. Raises what `ast.parse` raises."""
    found = _Survey(module, is_package=path.endswith("__init__.py"))
    found.visit(ast.parse(text))
    code, prose, total = _count_lines(text, found.docstrings, found.strings)
    functions = [scope.measured for scope in found.functions]
    return FileMeasure(
        path=path,
        lines=total,
        code_lines=code,
        text_lines=prose,
        classes=found.classes,
        functions=len(functions),
        async_functions=sum(scope.is_async for scope in found.functions),
        annotated=sum(scope.is_annotated for scope in found.functions),
        public=sum(scope.is_api for scope in found.functions),
        documented=sum(scope.is_api and scope.is_documented for scope in found.functions),
        bands=_bands(function.complexity for function in functions),
        longest=tuple(sorted(functions, key=lambda f: (-f.lines, f.line))[:KEPT]),
        most_complex=tuple(sorted(functions, key=lambda f: (-f.complexity, f.line))[:KEPT]),
        imports=frozenset(found.imports),
    )


def _bands(complexities: Iterable[int]) -> tuple[int, ...]:
    counts = [0] * (len(BANDS) + 1)
    for complexity in complexities:
        counts[sum(complexity > end for end in BANDS)] += 1
    return tuple(counts)


def _count_lines(text: str, docstrings: set[int], strings: set[int]) -> tuple[int, int, int]:
    """Lines of code, of text, and all. `docstrings` and `strings` are the numbers of lines inside of such."""
    code = prose = total = 0
    for total, line in enumerate(text.split("\n"), start=1):  # not splitlines(), which also splits at form feeds
        stripped = line.strip()
        if total in docstrings:
            prose += bool(stripped)
        elif stripped.startswith("#") and total not in strings:
            prose += 1
        else:
            code += bool(stripped)
    return code, prose, total - (1 if text.endswith("\n") or not text else 0)


@dataclass
class _Scope:
    """A module, a class or a function, while its body is walked."""

    name: str
    kind: str
    is_public: bool
    node: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    branches: int = 0
    is_api: bool = False
    is_annotated: bool = False
    is_documented: bool = False

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def measured(self) -> FunctionMeasure:
        assert self.node is not None
        lines = (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1
        return FunctionMeasure(self.name, self.node.lineno, lines, 1 + self.branches)


@dataclass
class _Survey:
    """Everything that one walk over a syntax tree finds. With a stack of its own, so that deep trees are no problem."""

    module: str
    is_package: bool
    classes: int = 0
    functions: list[_Scope] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    docstrings: set[int] = field(default_factory=set)
    strings: set[int] = field(default_factory=set)

    def visit(self, tree: ast.Module) -> None:
        module = _Scope("", "module", True)
        self._note_docstring(tree)
        stack: list[tuple[ast.AST, _Scope]] = [(child, module) for child in tree.body]
        while stack:
            node, scope = stack.pop()
            kind = type(node)
            if kind in _LEAVES:
                continue
            if isinstance(node, (ast.Constant, ast.JoinedStr)):
                if node.end_lineno and node.end_lineno > node.lineno:
                    self.strings.update(range(node.lineno + 1, node.end_lineno + 1))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                scope = self._function(node, scope)
            elif isinstance(node, ast.ClassDef):
                self.classes += 1
                self._note_docstring(node)
                scope = _Scope(_dotted(scope, node.name), "class", scope.is_public and not node.name.startswith("_"))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
                continue
            else:
                scope.branches += _branches(node)
            stack.extend((child, scope) for child in ast.iter_child_nodes(node))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, outer: _Scope) -> _Scope:
        documented = self._note_docstring(node)
        public = outer.is_public and outer.kind != "function" and not node.name.startswith("_")
        scope = _Scope(_dotted(outer, node.name), "function", public, node)
        scope.is_api = public and not _is_variant(node)
        scope.is_documented = documented
        scope.is_annotated = _is_annotated(node, is_method=outer.kind == "class")
        self.functions.append(scope)
        return scope

    def _note_docstring(self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        first = node.body[0] if node.body else None
        if not (
            isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        ):
            return False
        if not (node.body[1:] and node.body[1].lineno == first.end_lineno) and first.lineno > getattr(
            node, "lineno", 0
        ):
            self.docstrings.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
        return True

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            self.imports.update(alias.name for alias in node.names)
            return
        base = node.module or ""
        if node.level:
            parents = self.module.split(".") if self.is_package else self.module.split(".")[:-1]
            kept = parents[: len(parents) - (node.level - 1)]
            base = ".".join([*kept, base] if base else kept)
        self.imports.update(f"{base}.{alias.name}" if base else alias.name for alias in node.names)


_LEAVES = frozenset({ast.Name, ast.Load, ast.Store, ast.Del, ast.alias, ast.Pass, ast.Break, ast.Continue})

_BRANCHING = frozenset({ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.match_case})


def _branches(node: ast.AST) -> int:
    """How many ways the node adds to go on."""
    if type(node) in _BRANCHING:
        return 1
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return 0


def _dotted(scope: _Scope, name: str) -> str:
    return f"{scope.name}.{name}" if scope.name else name


def _is_variant(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Overloads, setters and deleters: the docstring is at the one function that they belong to."""
    names = {
        decorator.id if isinstance(decorator, ast.Name) else getattr(decorator, "attr", "")
        for decorator in node.decorator_list
    }
    return bool(names & {"overload", "setter", "deleter"})


def _is_annotated(node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_method: bool) -> bool:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if is_method and positional and not any(getattr(d, "id", "") == "staticmethod" for d in node.decorator_list):
        positional = positional[1:]
    every = [*positional, *arguments.kwonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]
    returns = node.returns is not None or (is_method and node.name == "__init__")
    return returns and all(argument.annotation is not None for argument in every)
