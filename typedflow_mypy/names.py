"""What a name in the source stands for, looked up in mypy's symbol tables."""

from __future__ import annotations

import ast

from mypy.nodes import (
    AssignmentStmt,
    ClassDef,
    Decorator,
    FuncDef,
    ImportFrom,
    MypyFile,
    NameExpr,
    SymbolNode,
    TypeAlias,
    TypeInfo,
)
from mypy.types import AnyType, Instance, NoneType, ProperType, Type, TypeOfAny, get_proper_type

from typedflow_mypy.compat import Api, module_named, statements

__all__ = ["Scope", "instance_of"]

ANY = frozenset({"typing.Any", "typing_extensions.Any"})
"""To mypy's tables a class, or a variable."""


class Scope:
    """Where names are looked up: the functions around, outermost first, then the module.

    `owner` is the class whose body the names are in, for annotations; a function's body does not see it.
    """

    def __init__(
        self, api: Api, module: MypyFile, functions: tuple[FuncDef, ...] = (), owner: TypeInfo | None = None
    ) -> None:
        self.api = api
        self.module = module
        self.functions = functions
        self.owner = owner

    def find(self, node: ast.expr) -> SymbolNode | None:
        """What a dotted name stands for, subscripts left out; None where that cannot be told.

        An alias of a class without parameters (`Done = other.Done`) is that class.
        """
        return _behind(self.written(node))

    def written(self, node: ast.expr) -> SymbolNode | None:
        """As `find`, but an alias is an alias."""
        if isinstance(node, ast.Subscript):
            return self.written(node.value)
        if isinstance(node, ast.Name):
            return self.named(node.id)
        if isinstance(node, ast.Attribute):
            return self._member(self.find(node.value), node.attr)
        return None

    def named(self, name: str) -> SymbolNode | None:
        """What a name stands for."""
        for function in reversed(self.functions):
            if name in function.arg_names:
                return None
            found, node = self._local(function, name)
            if found:
                return node
        if self.owner is not None and name in self.owner.names:
            return self.owner.names[name].node
        symbol = self.module.names.get(name)
        if symbol is None:
            builtins = module_named(self.api, "builtins")
            symbol = builtins.names.get(name) if builtins is not None else None
        return symbol.node if symbol is not None else None

    def type_of(self, node: ast.expr) -> ProperType | None:
        """The type that an expression means where a type is wanted; None where that cannot be told."""
        if isinstance(node, ast.Constant):
            if node.value is None:
                return NoneType()
            if isinstance(node.value, str):
                try:
                    return self.type_of(ast.parse(node.value, mode="eval").body)
                except SyntaxError:
                    return None
            return None
        found = self.find(node)
        if isinstance(found, TypeAlias):
            return None if found.alias_tvars else get_proper_type(found.target)
        if not isinstance(found, TypeInfo):
            return None
        if found.fullname in ANY:
            return AnyType(TypeOfAny.explicit)
        if not isinstance(node, ast.Subscript):
            return instance_of(found)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        arguments: list[Type] = []
        for part in parts:
            argument = self.type_of(part)
            arguments.append(AnyType(TypeOfAny.special_form) if argument is None else argument)
        return Instance(found, arguments) if len(arguments) == len(found.type_vars) else instance_of(found)

    def _member(self, owner: SymbolNode | None, name: str) -> SymbolNode | None:
        if isinstance(owner, MypyFile):
            symbol = owner.names.get(name)
            return symbol.node if symbol is not None else module_named(self.api, f"{owner.fullname}.{name}")
        if isinstance(owner, TypeInfo):
            symbol = owner.get(name)
            return symbol.node if symbol is not None else None
        return None

    def _local(self, function: FuncDef, name: str) -> tuple[bool, SymbolNode | None]:
        """Whether the function has the name as a local one, and what it stands for, where that can be told.

        mypy forgets the local names of a function once it has analyzed it, so that they are sought in its body.
        """
        for statement in statements(function.body):
            if isinstance(statement, ClassDef) and statement.name == name:
                return True, statement.info
            if isinstance(statement, FuncDef | Decorator) and statement.name == name:
                return True, statement
            if isinstance(statement, ImportFrom):
                for original, renamed in statement.names:
                    if (renamed or original) == name:
                        module = module_named(self.api, statement.id) if not statement.relative else None
                        return True, self._member(module, original)
            if isinstance(statement, AssignmentStmt):
                for target in statement.lvalues:
                    if isinstance(target, NameExpr) and target.name == name:
                        return True, target.node if isinstance(target.node, TypeAlias) else None
        return False, None


def instance_of(info: TypeInfo) -> Instance:
    """The class with nothing said about its type variables."""
    return Instance(info, [AnyType(TypeOfAny.from_omitted_generics) for _ in info.type_vars])


def _behind(node: SymbolNode | None) -> SymbolNode | None:
    if isinstance(node, TypeAlias) and not node.alias_tvars:
        target = get_proper_type(node.target)
        if isinstance(target, Instance) and not target.args:
            return target.type
    return node
