"""A program as a syntax tree that is changed in one place after the other: what there is to change, and how it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

__all__ = [
    "LIBRARY",
    "Changes",
    "Function",
    "Program",
    "events_in",
    "replaced",
    "block_of",
    "last_name",
    "parameters_of",
    "members_of",
    "union_of",
    "listed",
    "first_place",
    "parsed",
    "parsed_statement",
    "function_of",
    "keyword",
]

Function = ast.FunctionDef | ast.AsyncFunctionDef
Changes = Iterator[None]

LIBRARY = ("Event", "StartEvent", "StopEvent", "InputRequiredEvent", "HumanResponseEvent", "StepFailedEvent")


@dataclass
class Program:
    """What a mutation works on."""

    tree: ast.Module
    events: tuple[str, ...]
    random: Random

    def functions(self) -> Iterator[tuple[list[ast.stmt], Function]]:
        """Each function with the block that it stands in."""
        for node in ast.walk(self.tree):
            for name in ("body", "orelse"):
                block = block_of(node, name)
                for statement in block:
                    if isinstance(statement, Function):
                        yield block, statement

    def steps(self) -> Iterator[tuple[list[ast.stmt], Function]]:
        """The functions that are decorated as steps."""
        for block, function in self.functions():
            if any(last_name(one) in ("step", "catch_error") for one in function.decorator_list):
                yield block, function

    def classes(self) -> Iterator[ast.ClassDef]:
        """All classes."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    def other_events(self, *than: str) -> list[str]:
        """Two other events at most."""
        others = [name for name in self.events if name not in than]
        return self.random.sample(others, min(2, len(others)))

    def annotations(self) -> Iterator[tuple[ast.AST, str]]:
        """Where an annotation of a step stands, resources aside: the node that has it and the name of the field."""
        for _, function in self.steps():
            for parameter in parameters_of(function):
                if parameter.annotation is not None and "Resource" not in ast.unparse(parameter.annotation):
                    yield parameter, "annotation"
            if function.returns is not None:
                yield function, "returns"


def events_in(tree: ast.Module, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The event classes that a module names: those of the library and of `more` that it imports, and its own."""
    known = {*LIBRARY, *more}
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.update(dict.fromkeys(one.asname or one.name for one in node.names if one.name in known))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(last_name(base) in {*known, *found} for base in node.bases):
            found[node.name] = None
    return tuple(found)


def replaced(node: ast.AST, name: str, value: object) -> Changes:
    kept = getattr(node, name)
    setattr(node, name, value)
    yield
    setattr(node, name, kept)


def block_of(node: ast.AST, name: str) -> list[ast.stmt]:
    """The statements of that field; none where it has an expression, as in a lambda."""
    block = getattr(node, name, None)
    return block if isinstance(block, list) else []


def last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def parameters_of(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def members_of(annotation: ast.expr) -> list[ast.expr]:
    """The members of a union, however it is written."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return members_of(parsed(annotation.value))
    if isinstance(annotation, ast.BinOp):
        return [*members_of(annotation.left), *members_of(annotation.right)]
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) in ("Union", "Optional"):
        inner = annotation.slice
        members = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        none = [parsed("None")] if last_name(annotation.value) == "Optional" else []
        return [*(one for member in members for one in members_of(member)), *none]
    return [annotation]


def union_of(members: list[ast.expr]) -> ast.expr:
    """Written so that it may be evaluated where a member is a name of a class that comes later."""
    found = members[0]
    for one in members[1:]:
        found = ast.BinOp(found, ast.BitOr(), one)
    return found


def listed(member: ast.expr) -> ast.expr:
    if isinstance(member, ast.Subscript) and last_name(member.value) in ("list", "List"):
        return member.slice
    return ast.Subscript(parsed("list"), member)


def first_place(tree: ast.Module) -> int:
    """Where an import may be added: below the docstring and what concerns the future."""
    for at, node in enumerate(tree.body):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            return at
    return len(tree.body)


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def parsed_statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0] if not text.startswith("await") else ast.Expr(ast.Await(parsed(text[6:])))


def function_of(text: str) -> ast.FunctionDef:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def keyword(text: str) -> ast.keyword:
    call = parsed(f"f({text})")
    assert isinstance(call, ast.Call)
    return call.keywords[0]
