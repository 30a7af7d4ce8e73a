"""`Field(...)` in the body of a model, shown to mypy without the parameters that the call leaves out.

    names: list[str] = Field(default_factory=list)

pydantic declares six overloads of some thirty parameters, and mypy copies and compares all of them at each such call: a
state with one is dearer to mypy than what this plugin does for its workflow. A parameter that may be left out, and is,
changes nothing about a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import ARG_STAR, ARG_STAR2, CallExpr
from mypy.types import CallableType

from typedflow_mypy.compat import current_class
from typedflow_mypy.models import MODEL

if TYPE_CHECKING:
    from mypy.plugin import FunctionSigContext
    from mypy.types import FunctionLike

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["as_called"]


def as_called(ctx: FunctionSigContext, plugin: TypedflowPlugin) -> FunctionLike:
    """The signature hook of `Field`; mypy calls it for each overload."""
    signature, call, given = ctx.default_signature, ctx.context, ctx.args
    if not isinstance(signature, CallableType) or not isinstance(call, CallExpr):
        return signature
    if ARG_STAR in call.arg_kinds or ARG_STAR2 in call.arg_kinds or sum(map(len, given)) != len(call.args):
        return signature  # what goes where is mypy's to tell
    cls = current_class(ctx.api)
    if cls is None or not cls.has_base(MODEL):
        return signature
    kinds = signature.arg_kinds
    kept = [place for place, kind in enumerate(kinds) if given[place] or kind.is_required()]
    return signature.copy_modified(
        [signature.arg_types[place] for place in kept],
        [kinds[place] for place in kept],
        [signature.arg_names[place] for place in kept],
        unpack_kwargs=signature.unpack_kwargs and ARG_STAR2 in [kinds[place] for place in kept],
    )
