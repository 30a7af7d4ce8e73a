"""Which function a body hands its context to, where that can be told.

mypy's tables say what a name stands for, the source the rest.

    from .telling import tell

    class Flow(Workflow):
        @step
        async def begin(self, ctx: Context, ev: StartEvent) -> StopEvent:
            tell(ctx)      # read as if it stood here

The twin of `_called` in `typedflow.reading.body`. What is read of another module is what its file tells mypy's cache (`texts`),
or what a digest is kept of (`digests`); anything else stays unknown, since an edit to it would not be noticed.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from mypy.nodes import Decorator, FuncDef, MypyFile, SymbolNode, TypeAlias, TypeInfo, Var
from mypy.types import Instance, Type, TypeAliasType

from typedflow_mypy.compat import (
    Api,
    current_module,
    depend,
    depend_on_name,
    depend_on_symbol,
    module_named,
    remembered,
    statements,
)
from typedflow_mypy.digests import MEMBER
from typedflow_mypy.methods import DECORATORS, Method, methods_of
from typedflow_mypy.names import Scope
from typedflow_mypy.scopes import bindings, own
from typedflow_mypy.source import FunctionNode, source_of
from typedflow_mypy.texts import depend_on_text

__all__ = ["Called", "called", "rest_on"]

DEEPEST = 4
"""How many names that stand for others are followed."""

STAYS = frozenset(
    {
        *DECORATORS,
        *("abc.abstractmethod", "builtins.classmethod", "builtins.staticmethod", "contextlib.asynccontextmanager"),
        *("contextlib.contextmanager", "functools.cache", "functools.lru_cache", "typing.final", "typing.override"),
        *("typing_extensions.final", "typing_extensions.override"),
    }
)
"""Decorators under which the function is found at run time: they give it back, or tell of it by `__wrapped__`."""


class Called:
    """A function that is called; whether its first parameter is bound, and if so, where that one's methods are looked up."""

    def __init__(self, method: Method, node: FunctionNode, is_bound: bool, methods: Mapping[str, Method]) -> None:
        self.method = method
        self.node = node
        self.is_bound = is_bound
        self.methods = methods


def called(expression: str, caller: Method, receiver: str | None, methods: Mapping[str, Method]) -> Called | None:
    """What the dotted name, which is called in the body of `caller`, stands for; None where that cannot be told.

    `methods` is where `self.helper` is looked up.
    """
    first, _, rest = expression.partition(".")
    if receiver is not None and first == receiver:
        method = methods.get(rest)
        return None if method is None else _read(method, is_bound=not _is_static(method), methods=methods)
    for place in range(len(caller.scope.functions), 0, -1):
        around = caller.scope.functions[:place]
        times = _times_bound(first, around[-1], caller)
        if times:
            return _beside(expression, caller, around) if times == 1 else None
    depend_on_text(caller.api, caller.module)
    source = caller.source
    if source is None or source.may_bind_again(first) or not _tells_anything(caller.api, caller.module):
        return None
    return _named(caller.scope, ast.parse(expression, mode="eval").body, DEEPEST)


def _times_bound(name: str, function: FuncDef, caller: Method) -> int:
    """At how many places a function around the caller, or one in it, binds the name for the names of the function."""
    source = caller.source
    node = source.function_at(function.line, function.end_line or 0) if source is not None else None
    if node is None or node.name != function.name:
        return 2  # nothing is known of it
    return bindings([*own(node, whole=True)])[name]


def _beside(expression: str, caller: Method, around: tuple[FuncDef, ...]) -> Called | None:
    """What a name stands for that the last of these functions binds once: a function in it, or what it has imported."""
    scope = Scope(caller.api, caller.module, around)
    found = scope.named(expression)
    if not isinstance(found, FuncDef) or all(one is not found for one in statements(around[-1].body)):
        return _named(scope, ast.parse(expression, mode="eval").body, DEEPEST)
    method = Method(caller.api, expression, found, found, caller.module, functions=around)
    return None if method.node is None else Called(method, method.node, is_bound=False, methods={})


def rest_on(scope: Scope, written: ast.expr) -> None:
    """What is being checked depends on each part of a dotted name, where it is looked up, and on what it is found to be."""
    if isinstance(written, ast.Subscript):
        rest_on(scope, written.value)
        for part in written.slice.elts if isinstance(written.slice, ast.Tuple) else [written.slice]:
            rest_on(scope, part)
    elif isinstance(written, ast.Name):
        depend_on_name(scope.api, scope.module, written.id)
        _rest_on_node(scope.api, scope.written(written))
    elif isinstance(written, ast.Attribute):
        rest_on(scope, written.value)
        owner = scope.find(written.value)
        if isinstance(owner, MypyFile):
            depend_on_name(scope.api, owner, written.attr)
        elif isinstance(owner, TypeInfo):
            depend(scope.api, owner, (written.attr,))
        _rest_on_node(scope.api, scope.written(written))


def _rest_on_node(api: Api, node: SymbolNode | None) -> None:
    """The same of what a name stands for: an alias keeps its name where it is imported, whatever it stands for."""
    while isinstance(node, TypeAlias):
        depend_on_symbol(api, node)
        node = node.target.alias if isinstance(node.target, TypeAliasType) else _class(node.target)
    if node is not None and not isinstance(node, MypyFile):
        depend_on_symbol(api, node)


def _class(typ: Type) -> TypeInfo | None:
    return typ.type if isinstance(typ, Instance) else None


def _named(scope: Scope, written: ast.expr, depth: int) -> Called | None:
    """What a name stands for: a function, one of a class or of an object, or a name for one of these."""
    rest_on(scope, written)
    found = scope.find(written)
    owner = scope.find(written.value) if isinstance(written, ast.Attribute) else None
    if isinstance(owner, Var) and isinstance(written, ast.Attribute):
        cls = _class_of(scope.api, owner, depth)
        symbol = cls.get(written.attr) if cls is not None else None
        return (
            _of_class(scope.api, cls, symbol.node, is_object=True) if cls is not None and symbol is not None else None
        )
    if isinstance(owner, TypeInfo):
        return _of_class(scope.api, owner, found, is_object=False)
    if isinstance(found, FuncDef | Decorator):
        return _of_module(scope.api, found)
    if isinstance(found, Var) and depth:
        value = _value(scope.api, found)
        if value is not None and isinstance(value[1], ast.Name | ast.Attribute):
            return _named(*value, depth - 1)
    return None


def _of_module(api: Api, found: FuncDef | Decorator) -> Called | None:
    home = module_named(api, found.fullname.rpartition(".")[0])
    func = found.func if isinstance(found, Decorator) else found
    if home is None or func.info:
        return None
    depend_on_symbol(api, found)
    return _read(Method(api, found.name, func, found, home), is_bound=False, methods={})


def _of_class(api: Api, cls: TypeInfo, found: SymbolNode | None, *, is_object: bool) -> Called | None:
    """A function of a class that is called on the class, or on an object of it."""
    func = found.func if isinstance(found, Decorator) else found
    if not isinstance(func, FuncDef) or not func.info or found is None:
        return None
    for base in cls.mro:
        depend(api, base, (func.name,), whole=True)
    home = module_named(api, func.info.module_name)
    if home is None:
        return None
    method = Method(api, func.name, func, found, home, owner=func.info, within=cls)
    is_bound = not func.is_static and (is_object or func.is_class)
    return _read(method, is_bound=is_bound, methods=methods_of(api, cls) if is_bound else {})


def _is_static(method: Method) -> bool:
    return method.func is not None and method.func.is_static


def _read(method: Method, *, is_bound: bool, methods: Mapping[str, Method]) -> Called | None:
    """The function with its definition, where that is at hand, and stands for what is called."""
    func, module = method.func, method.module
    if func is None or func.is_property or module.is_stub or module.fullname.partition(".")[0] == "typedflow":
        return None
    if module is not current_module(method.api) and (method.owner is None or remembered(method.owner, MEMBER) is None):
        node = _elsewhere(method)
    else:
        node = method.node
        if method.owner is None and method.source is not None and method.source.may_bind_again(method.name):
            return None
    if node is None or (isinstance(method.whole, Decorator) and not _stays(method, node)):
        return None
    return Called(method, node, is_bound, methods)


def _elsewhere(method: Method) -> FunctionNode | None:
    """The definition in another module, where nobody but its text tells of it."""
    depend_on_text(method.api, method.module)
    source, module = method.source, method.module
    inside = method.owner.fullname.removeprefix(f"{module.fullname}.").split(".") if method.owner is not None else []
    node = source.only_binding((*inside, method.name)) if source is not None else None
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    is_told = _is_told(method.api, module, node.lineno, node.end_lineno or node.lineno)
    return node if is_told else None


def _is_told(api: Api, module: MypyFile, first: int, last: int) -> bool:
    """Whether an edit to these lines is noticed, be it in this module or in another."""
    if module is current_module(api):
        return True
    source = source_of(module.path)
    return source is not None and source.tells(first, last)


def _tells_anything(api: Api, module: MypyFile) -> bool:
    """Whether edits outside of all functions are noticed."""
    return _is_told(api, module, 1, 1)


def _stays(method: Method, node: FunctionNode) -> bool:
    """Whether its decorators leave the function to be found."""
    for decorator in node.decorator_list:
        written = decorator.func if isinstance(decorator, ast.Call) else decorator
        rest_on(method.annotation_scope, written)
        found = method.annotation_scope.find(written)
        if found is None or not (
            found.fullname in STAYS or _is_wrapper(method.api, found, 1 + isinstance(decorator, ast.Call))
        ):
            return False
    return True


def _is_wrapper(api: Api, decorator: SymbolNode, calls: int) -> bool:
    """Whether what it gives, called that often, tells of the function that it was given by `__wrapped__`."""
    home = module_named(api, decorator.fullname.rpartition(".")[0])
    if not isinstance(decorator, FuncDef) or home is None or home.is_stub:
        return False
    depend_on_text(api, home)
    source = source_of(home.path)
    wrapper = source.wrappers.get(decorator.name) if source is not None else None
    if wrapper is None or wrapper.calls != calls:
        return False
    scope, written = Scope(api, home), ast.parse(wrapper.wraps, mode="eval").body
    rest_on(scope, written)
    wraps = scope.find(written)
    return wraps is not None and wraps.fullname == "functools.wraps"


def _class_of(api: Api, var: Var, depth: int) -> TypeInfo | None:
    """The class of the object that a name of a module is given, and is not given anew: `teller = Teller()`."""
    value = _value(api, var)
    if value is None or not depth:
        return None
    scope, written = value
    if isinstance(written, ast.Call):
        rest_on(scope, written.func)
        made = scope.find(written.func)
        new = made.get("__new__") if isinstance(made, TypeInfo) else None
        return (
            made if isinstance(made, TypeInfo) and (new is None or new.fullname == "builtins.object.__new__") else None
        )
    if isinstance(written, ast.Name | ast.Attribute):
        rest_on(scope, written)
        other = scope.find(written)
        return _class_of(api, other, depth - 1) if isinstance(other, Var) else None
    return None


def _value(api: Api, var: Var) -> tuple[Scope, ast.expr] | None:
    """What a name of a module is given in the only statement that binds it, and where that is looked up."""
    module = module_named(api, var.fullname.rpartition(".")[0])
    if module is None or module.is_stub or var.info:
        return None
    depend_on_symbol(api, var)
    depend_on_text(api, module)
    source = source_of(module.path)
    statement = source.only_binding((var.name,)) if source is not None else None
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    if len(targets) > 1 or not isinstance(targets[0], ast.Name):
        return None
    is_told = _is_told(api, module, statement.lineno, statement.end_lineno or statement.lineno)
    return (Scope(api, module), statement.value) if is_told else None
