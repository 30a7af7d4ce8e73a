"""Where a class declares a field, in the source: mypy keeps nothing of what stands in an `Annotated`."""

from __future__ import annotations

import ast

from mypy.nodes import TypeInfo

from typedflow_mypy.compat import Api, current_functions, module_named
from typedflow_mypy.models import MODEL
from typedflow_mypy.names import Scope
from typedflow_mypy.source import source_of
from typedflow_mypy.texts import depend_on_text

__all__ = ["declarations"]


def declarations(api: Api, owner: TypeInfo, name: str) -> list[tuple[ast.AnnAssign, Scope]]:
    """The declarations of that name in that very class, each with the scope of its annotation.

    What is being checked depends on them from then on.
    """
    module = module_named(api, owner.module_name)
    source = source_of(module.path) if module is not None else None
    if module is None or source is None:
        return []
    if not owner.has_base(MODEL):
        depend_on_text(api, module)  # of a model all that stands in its body is noted
    scope = Scope(api, module, tuple(current_functions(api)) if module is api.tree else (), owner)
    classes = [one for one in ast.walk(source.tree) if isinstance(one, ast.ClassDef) and one.name == owner.name]
    if not owner.has_base(MODEL) and (len(classes) > 1 or module.is_stub):
        return []  # another may be there at run time
    return [
        (statement, scope)
        for cls in classes
        for statement in cls.body
        if isinstance(statement, ast.AnnAssign)
        if isinstance(statement.target, ast.Name) and statement.target.id == name
    ]
