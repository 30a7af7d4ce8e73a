"""What the names in the body of a class stand for: mypy has not bound them yet when it calls a hook for the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Expression, MemberExpr, NameExpr, RefExpr

if TYPE_CHECKING:
    from mypy.plugin import ClassDefContext

__all__ = ["fullname_of"]


def fullname_of(ctx: ClassDefContext, node: Expression) -> str | None:
    """The full name of what a name, or a name with attributes, stands for; None where that cannot be told."""
    if not isinstance(node, RefExpr):
        return None
    if node.fullname:
        return node.fullname
    name = _dotted(node)
    symbol = ctx.api.lookup_qualified(name, node, suppress_errors=True) if name is not None else None
    return symbol.node.fullname if symbol is not None and symbol.node is not None else None


def _dotted(node: Expression) -> str | None:
    if isinstance(node, NameExpr):
        return node.name
    owner = getattr(node, "expr", None)
    inner = _dotted(owner) if isinstance(owner, Expression) else None
    return f"{inner}.{node.name}" if inner is not None and isinstance(node, MemberExpr) else None
