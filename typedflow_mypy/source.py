"""The source text of the modules of a build, and its syntax trees.

mypy drops what is written inside `Annotated`, and the decorators and bodies of functions that come from its cache.
What the rules need of
these is read again from the file, and only where a look at the text says that there is something to read.
"""

from __future__ import annotations

import ast
import re
import tokenize
import zlib
from collections.abc import Iterable, Iterator
from functools import cached_property

from typedflow_mypy.told import hidden, takes_a_context
from typedflow_mypy.wrappers import WRAPS, Wrapper, wrappers

__all__ = ["FunctionNode", "Source", "forget", "may_hold", "source_of"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

LONGEST_ALIAS = 12
"""How many lines of an alias, or of an `Annotated`, are read."""

BINDS = r"(?m)^[ \t]*\w+[ \t]*[:=].*$"
"""A line on which a name is given a type or a value."""


class Source:
    """One file. Everything is made when first asked for; a file that cannot be read or parsed has no text.

    Kept with it are what `state_use` found in it (`uses`), and what `digests` made of the class on a line.
    """

    def __init__(self, content: str) -> None:
        self.content = content
        self.uses: object = None
        self._marks: int | None = None
        self.digests: dict[int, str] = {}
        self._hidden: list[tuple[int, int]] | None = None
        self._bindings: dict[tuple[str, ...], ast.stmt | None] = {}
        self._again: dict[str, bool] = {}
        self._lines: list[str] | None = None
        self._tree: ast.Module | None = None
        self._functions: dict[str, list[tuple[tuple[str, ...], FunctionNode]]] | None = None
        self._snippets: dict[tuple[int, int], FunctionNode | None] = {}

    @property
    def tree(self) -> ast.Module:
        """The whole file; empty where it cannot be parsed."""
        _keep_trees_of(self)
        if self._tree is None:
            try:
                self._tree = ast.parse(self.content)
            except (SyntaxError, ValueError, RecursionError):
                self._tree = ast.Module([], [])
        return self._tree

    @property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        return [line + "\n" for line in self.content.split("\n")]

    def lines_with(self, word: str) -> Iterator[str]:
        """The lines in which a word, or any text, occurs: for these alone it need not be cut up."""
        content = self.content
        place = content.find(word)
        while place >= 0:
            end = content.find("\n", place)
            end = len(content) if end < 0 else end + 1
            yield content[content.rfind("\n", 0, place) + 1 : end]
            place = content.find(word, end)

    @property
    def marks(self) -> int:
        """Changes with what stands in any `Annotated` of the file, and with what an alias of one stands for; 0 without one."""
        if self._marks is None:
            self._marks = 0
            if "Annotated[" in self.content:
                lines = self.lines
                starts = [number for number, line in enumerate(lines) if "Annotated[" in line]
                texts = ["".join(lines[one : one + LONGEST_ALIAS]) for one in starts]
                self._marks = zlib.crc32("\n".join(texts + re.findall(BINDS, self.content)).encode())
        return self._marks

    @property
    def told(self) -> int:
        """Changes with all that `tells` is true of, and with which its `wrappers` are; 0 without either."""
        told = end = 0
        if takes_a_context(self.content):
            for first, last in sorted(hidden(self.content)):
                told, end = zlib.crc32(self.content[end:first].encode(), told), last
            told = zlib.crc32(self.content[end:].encode(), told) or 1
        return zlib.crc32(repr(self.wrappers).encode(), told) if self.wrappers else told

    @cached_property
    def wrappers(self) -> dict[str, Wrapper]:
        """The decorators in it under which a function is still to be found."""
        return wrappers(self.content) if WRAPS in self.content else {}

    def tells(self, first: int, last: int) -> bool:
        """Whether those who import the file are told when one of these lines changes."""
        if self._hidden is None:
            content = self.content
            self._hidden = [
                (content.count("\n", 0, start) + 1, content.count("\n", 0, end)) for start, end in hidden(content)
            ]
        return takes_a_context(self.content) and not any(start <= last and first <= end for start, end in self._hidden)

    def text(self, first: int, last: int) -> str:
        """Lines `first` to `last`, counted from 1; the last of them without its end."""
        if self._lines is None:
            self._lines = self.content.split("\n")
        return "\n".join(self._lines[first - 1 : last])

    def function_at(self, first: int, last: int) -> FunctionNode | None:
        """The function whose decorators and body are these lines, parsed alone, which is cheaper than the whole file."""
        _keep_trees_of(self)
        key = (first, last)
        if key not in self._snippets:
            self._snippets[key] = self._parsed(first, last)
        return self._snippets[key]

    def function_named(self, path: tuple[str, ...]) -> FunctionNode | None:
        """The last definition of the function with that path of class and function names."""
        _keep_trees_of(self)
        if self._functions is None:
            self._functions = {}
            for found, node in _walk(self.tree.body, ()):
                self._functions.setdefault(node.name, []).append((found, node))
        same = [node for found, node in self._functions.get(path[-1], []) if found == path]
        return same[-1] if same else None

    def only_binding(self, path: tuple[str, ...]) -> ast.stmt | None:
        """The statement that binds that name, of the module or of a class in it; None where there are several, or none."""
        _keep_trees_of(self)
        if path not in self._bindings:
            around = self.only_binding(path[:-1]) if path[1:] else self.tree
            found = (
                [one for one in _statements(around.body) if path[-1] in _bound(one)]
                if isinstance(around, ast.Module | ast.ClassDef)
                else []
            )
            self._bindings[path] = found[0] if len(found) == 1 else None
        return self._bindings[path]

    def may_bind_again(self, name: str) -> bool:
        """Whether two statements of the module bind the name: parsed only if it stands twice where it is not called."""
        if name not in self._again:
            self._again[name] = (
                self.content.count(name) - self.content.count(f"{name}(") + self.content.count(f"def {name}(") > 1
                and len(re.findall(rf"\bdef {name}\(|(?<![\w.]){name}\b(?!\()", self.content)) > 1
                and sum(name in _bound(statement) for statement in _statements(self.tree.body)) > 1
            )
        return self._again[name]

    def forget_trees(self) -> None:
        """Whoever asks for one again has it made again."""
        self._tree = self._functions = None
        self._snippets.clear()
        self._bindings.clear()

    def receivers_of(self, method: str) -> Iterator[ast.expr]:
        """On what the module calls a method, in statements of their own."""
        for statement in _statements(self.tree.body):
            call = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == method:
                yield call.func.value

    def names_in_class(self, name: str) -> frozenset[str]:
        """The names that are read in the body of a class of that name, outside of its functions."""
        bodies = [node.body for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef) and node.name == name]
        values = [
            statement.value
            for body in bodies
            for statement in body
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None
        ]
        return frozenset(one.id for value in values for one in ast.walk(value) if isinstance(one, ast.Name))

    def assigned_at(self, line: int) -> ast.AnnAssign | ast.Assign | None:
        """The assignment that begins on that line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.AnnAssign | ast.Assign) and node.lineno == line:
                return node
        return None

    def statement_at(self, first: int, last: int) -> ast.stmt | None:
        """The single statement that these lines hold, parsed alone."""
        node = _alone(self.text(first, last), first)
        return node if node is not None else None

    def _parsed(self, first: int, last: int) -> FunctionNode | None:
        node = _alone(self.text(first, last), first)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return node
        for inner in ast.walk(self.tree):
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.end_lineno == last:
                return inner
        return None


_sources: dict[str, Source | None] = {}

_with_trees: list[Source] = []
"""The files of which there may be syntax trees, the one that was asked for one last at the end."""

MOST_WITH_TREES = 8
"""Files whose trees are kept: the one that is being checked, and those to which it leads. Trees are many objects, and so many
more make Python look through all that mypy has, for what may be thrown away, once more."""


def _keep_trees_of(source: Source) -> None:
    if _with_trees and _with_trees[-1] is source:
        return
    if source in _with_trees:
        _with_trees.remove(source)
    _with_trees.append(source)
    if len(_with_trees) > MOST_WITH_TREES:
        _with_trees.pop(0).forget_trees()


def source_of(path: str | None) -> Source | None:
    """The file at that path, read once; None for what is no file (`mypy -c`)."""
    if not path:
        return None
    if path not in _sources:
        try:
            _sources[path] = Source(_content(path))
        except (OSError, SyntaxError, UnicodeError):
            _sources[path] = None
    return _sources[path]


def may_hold(path: str | None, words: Iterable[str]) -> bool:
    """Whether one of the words, in plain letters, is in the file; what it reads for that it does not keep."""
    known = _sources.get(path or "")
    if known is not None:
        return any(word in known.content for word in words)
    try:
        with open(path or "", "rb", buffering=0) as file:
            content = file.read()
    except OSError:
        return False
    return any(word.encode() in content for word in words)


def _content(path: str) -> str:
    """The text of a file, its lines as Python counts them; the way by the encoding that it names is the slow one."""
    with open(path, "rb", buffering=0) as file:
        content = file.read()
    if content.startswith(b"\xef\xbb\xbf") or any(b"coding" in line for line in content[:400].split(b"\n", 2)[:2]):
        with tokenize.open(path) as encoded:
            return encoded.read()
    text = content.decode()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def forget(path: str) -> None:
    """mypy has parsed the file: what was read of it before may be old, in a daemon."""
    _sources.pop(path, None)


def _alone(text: str, line: int) -> ast.stmt | None:
    """Some lines as one statement; None where they are none on their own (a string that reaches further to the left).

    Empty lines before them put it on its own line, which costs less than to correct every node.
    """
    indented = text[:1] in (" ", "\t")
    before = "\n" * (line - 2) + "if 1:\n" if indented else "\n" * (line - 1)
    try:
        body = ast.parse(before + text).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    if indented and len(body) == 1 and isinstance(body[0], ast.If):
        body = body[0].body
    return body[0] if len(body) == 1 else None


def _walk(body: list[ast.stmt], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], FunctionNode]]:
    for node in _statements(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (*path, node.name), node
        elif isinstance(node, ast.ClassDef):
            yield from _walk(node.body, (*path, node.name))


def _bound(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, save those that are bound by the statements in it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    found: set[str] = set()
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name is not None:
            found.add(node.name)
        pending.extend(one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.stmt | ast.Lambda))
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of the blocks in it that are no scopes of their own."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for part in ("body", "orelse", "finalbody"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                yield from _statements(inner)
        for clause in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _statements(clause.body)
