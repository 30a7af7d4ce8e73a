"""Which function of the same file a call goes to, beyond doubt: `self.save(ctx)`, `save(ctx)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mypy.nodes import FuncDef, TypeInfo

from typedflow_mypy.compat import Api, current_functions, current_module
from typedflow_mypy.names import Scope
from typedflow_mypy.nested import Called
from typedflow_mypy.source import source_of

if TYPE_CHECKING:
    from mypy.nodes import SymbolNode

__all__ = ["Functions"]


class Functions:
    """What is called in the innermost of some functions, by default of those that are being checked."""

    def __init__(self, api: Api, functions: tuple[FuncDef, ...] | None = None) -> None:
        self._api = api
        self._functions = tuple(current_functions(api)) if functions is None else functions

    def __call__(self, function: ast.expr) -> Called | None:
        """The function; None where it is of another file, decorated, defined twice, or another in a subclass."""
        found: SymbolNode | None
        around: tuple[FuncDef, ...] = ()
        if isinstance(function, ast.Name):
            found = self._function(function.id)
        elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            found, around = self._method(function.value.id, function.attr)
        else:
            return None
        if not isinstance(found, FuncDef) or found.is_conditional or found.line <= 0 or not found.end_line:
            return None
        source = source_of(current_module(self._api).path)
        node = source.function_at(found.line, found.end_line) if source is not None else None
        if node is None or node.name != found.name or node.decorator_list:
            return None
        return Called(node, bool(found.info) and not found.is_static, Functions(self._api, (*around, found)))

    def _function(self, name: str) -> SymbolNode | None:
        """A function of the module."""
        module = current_module(self._api)
        found = Scope(self._api, module, self._functions).named(name)
        is_here = found is not None and found.fullname == f"{module.fullname}.{name}"
        return found if is_here else None

    def _method(self, receiver: str, name: str) -> tuple[SymbolNode | None, tuple[FuncDef, ...]]:
        """What `self` has under that name, and the functions around its class."""
        for depth, function in reversed(list(enumerate(self._functions))):
            if receiver in function.arg_names:
                is_self = function.info and not function.is_static and function.arg_names[0] == receiver
                info = function.info if is_self and not function.is_class else None
                return (None if info is None else self._in_class(info, name)), self._functions[:depth]
        return None, ()

    def _in_class(self, info: TypeInfo, name: str) -> SymbolNode | None:
        symbol, module = info.get(name), current_module(self._api)
        found = symbol.node if symbol is not None else None
        if not isinstance(found, FuncDef) or found.abstract_status or info.is_abstract:
            return None
        if found.info.module_name != module.fullname:
            return None
        for other in module.names.values():
            derived = other.node
            if isinstance(derived, TypeInfo) and derived.has_base(info.fullname):
                own = derived.get(name)
                if own is None or own.node is not found:
                    return None
        return found
