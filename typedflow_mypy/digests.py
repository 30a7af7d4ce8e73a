"""So that an edit to the body of a base class's step is noticed where the class is used.

mypy checks a module again when the types of what it imports change. What a step sends is in its body, which is no type; so
a digest of the text that a verdict on the class may rest on is kept with the class, and changes with it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, Decorator, FuncDef, TypeInfo

from typedflow_mypy.class_names import fullname_of
from typedflow_mypy.compat import current_module, remember, remembered, statements
from typedflow_mypy.methods import DECORATORS, WORKFLOW
from typedflow_mypy.source import Source, source_of

if TYPE_CHECKING:
    from mypy.nodes import ClassDef
    from mypy.plugin import ClassDefContext

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["MEMBER", "note_sources", "says_open"]

MEMBER = "__typedflow_source__"
OPEN = "open:"


def note_sources(ctx: ClassDefContext, plugin: TypedflowPlugin) -> None:
    """Keep the digest with the class: a workflow, or one with methods that may be steps."""
    cls = ctx.cls
    if not cls.info.has_base(WORKFLOW) and not _may_have_a_step(ctx):
        return
    source = source_of(current_module(ctx.api).path)
    digest = ""
    if source is not None:
        if cls.line not in source.digests:  # mypy may call the hook several times
            source.digests[cls.line] = hashlib.sha256(_text(ctx, cls, source).encode()).hexdigest()[:16]
        digest = source.digests[cls.line]
    remember(ctx.api, cls.info, MEMBER, f"{OPEN if _says_open(cls) else ''}{digest}")


def _may_have_a_step(ctx: ClassDefContext) -> bool:
    """Whether a method is under one of our decorators, or under one that cannot be told."""
    for statement in statements(ctx.cls.defs):
        for decorator in statement.original_decorators if isinstance(statement, Decorator) else ():
            name = fullname_of(ctx, decorator.callee if isinstance(decorator, CallExpr) else decorator)
            if name is None or name in DECORATORS:
                return True
    return False


def says_open(info: TypeInfo) -> bool:
    """Whether it is `class W(Workflow, open_steps=True)`; mypy's cache does not keep the keywords of a class."""
    kept = remembered(info, MEMBER)
    return _says_open(info.defn) if kept is None else kept.startswith(OPEN)


def _says_open(cls: ClassDef) -> bool:
    keyword = cls.keywords.get("open_steps")
    return keyword is not None and getattr(keyword, "name", "True") != "False"


def _text(ctx: ClassDefContext, cls: ClassDef, source: Source) -> str:
    """The class, and the functions of its module that it names, or that name it, and so on."""
    text = source.text(cls.line, cls.end_line or cls.line)
    functions: dict[str, str] = {}
    for statement in statements(current_module(ctx.api)):
        inner = statement.func if isinstance(statement, Decorator) else statement
        if isinstance(inner, FuncDef):
            functions[inner.name] = source.text(statement.line, inner.end_line or inner.line)
    texts = [text]
    grown = True
    while grown:
        grown = False
        for name, body in list(functions.items()):
            if cls.name in body or any(
                name in one for one in texts
            ):  # part of a word counts as well: it is far cheaper
                texts.append(functions.pop(name))
                grown = True
    return "\n".join(texts)
