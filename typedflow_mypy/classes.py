"""Which feature takes notes of a class. mypy asks for each class that it analyzes, those of its own stubs above all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.lookup import lookup_fully_qualified
from mypy.nodes import Decorator, IfStmt, OverloadedFuncDef, TypeInfo

from typedflow_mypy.compat import TYPESHED
from typedflow_mypy.models import MODEL

if TYPE_CHECKING:
    from mypy.nodes import MypyFile

__all__ = ["note_taker"]

WORKFLOW = "typedflow.workflow.Workflow"


def note_taker(fullname: str, modules: dict[str, MypyFile]) -> str | None:
    """The fields are noted of a user's model; the source of a workflow, and of a mixin that may be one's base: a class that
    bears a decorated method (`digests` sees by what it is decorated).
    """
    package = modules.get(fullname.partition(".")[0])
    if package is not None and package.path.startswith(TYPESHED):
        return None
    symbol = lookup_fully_qualified(fullname, modules)
    info = symbol.node if symbol is not None else None
    if not isinstance(info, TypeInfo):
        return None
    if info.has_base(MODEL):
        return "models.note_fields"
    if info.has_base(WORKFLOW):
        return "digests.note_sources"
    for statement in info.defn.defs.body:
        if isinstance(statement, Decorator | IfStmt | OverloadedFuncDef):
            return "digests.note_sources"
    return None
