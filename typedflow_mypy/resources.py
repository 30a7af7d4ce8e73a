"""What a resource's factory returns, held against the type of the parameter that it is injected into."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mypy.erasetype import erase_type
from mypy.nodes import Decorator, FuncDef, SymbolNode, TypeAlias, TypeInfo
from mypy.types import AnyType, CallableType, Instance, ProperType, get_proper_type

from typedflow.wiring.graph import ResourceUse
from typedflow_mypy.annotations import YIELDING
from typedflow_mypy.compat import Api, depend, depend_on_symbol, fits, module_named
from typedflow_mypy.events import shown
from typedflow_mypy.marks import ANNOTATED, marks_of
from typedflow_mypy.methods import Method
from typedflow_mypy.names import Scope, instance_of
from typedflow_mypy.signatures import ReadSignature
from typedflow_mypy.texts import depend_on_text

__all__ = ["resource_uses"]

MANAGERS = frozenset({"contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager"})
DECORATED = frozenset({"contextlib._GeneratorContextManager", "contextlib._AsyncGeneratorContextManager"})
"""What `@contextmanager` and `@asynccontextmanager` make a function return."""


def resource_uses(method: Method, signature: ReadSignature) -> Iterator[ResourceUse]:
    """The injected parameters. Nothing is said where the factory's type is not."""
    for parameter in signature.parameters:
        marks = parameter.marks
        if parameter.facts.kind != "resource" or marks.factory is None or marks.scope is None:
            continue
        factory = marks.scope.find(marks.factory)
        lacks = _lacks(method.api, factory) if factory is not None else None
        if factory is not None and lacks is not None:
            depend_on_symbol(method.api, factory)
            yield ResourceUse(parameter.facts.name, shown(parameter.type), factory.name, "", lacks=lacks)
            continue
        gives = _gives(factory)
        if factory is None or gives is None:
            continue
        depend_on_symbol(method.api, factory)
        for one in (gives, parameter.type):
            if isinstance(one, Instance):
                depend(method.api, one.type)
        wanted = parameter.type
        if isinstance(wanted, Instance) and wanted.type.fallback_to_any:
            continue  # it may be a protocol
        # Of generics the classes alone are compared: list[Derived] for list[Base] is no mistake here, nothing else holds it.
        suits = fits(gives, wanted) or fits(erase_type(gives), erase_type(wanted))
        yield ResourceUse(parameter.facts.name, shown(wanted), factory.name, shown(gives), fits=suits)


def _gives(factory: SymbolNode | None) -> ProperType | None:
    """What a factory returns, or what its generator yields; None where it is not said."""
    if isinstance(factory, TypeInfo):
        return instance_of(factory)
    if isinstance(factory, Decorator):
        return _decorated(factory)
    if not isinstance(factory, FuncDef) or not isinstance(factory.type, CallableType):
        return None
    gives = get_proper_type(factory.type.ret_type)
    if factory.is_coroutine and isinstance(gives, Instance) and gives.type.fullname == "typing.Coroutine":
        gives = get_proper_type(gives.args[-1])
    if factory.is_generator or factory.is_async_generator:
        if (
            not isinstance(gives, Instance)
            or gives.type.fullname not in (*YIELDING, "typing.Iterable")
            or not gives.args
        ):
            return None
        gives = get_proper_type(gives.args[0])
    elif isinstance(gives, Instance) and gives.type.fullname in MANAGERS and gives.args:  # entered for the parameter
        gives = get_proper_type(gives.args[0])
    return None if isinstance(gives, AnyType) else gives


def _decorated(factory: Decorator) -> ProperType | None:
    """Of a static or class method what it returns, of a `@contextmanager` what is entered; of others it cannot be told."""
    typ, func = get_proper_type(factory.var.type), factory.func
    if (func.is_static or func.is_class) and typ == func.type:
        return _gives(func)
    gives = get_proper_type(typ.ret_type) if isinstance(typ, CallableType) else None
    if isinstance(gives, Instance) and gives.type.fullname in DECORATED and gives.args:
        entered = get_proper_type(gives.args[0])
        return None if isinstance(entered, AnyType) else entered
    return None


def _lacks(api: Api, factory: SymbolNode) -> str | None:
    """The first parameter of a function that nothing is injected for, and that has no default, beyond doubt."""
    function = factory.func if isinstance(factory, Decorator) and _decorated(factory) is not None else factory
    if not isinstance(function, FuncDef):
        return None
    owner = function.info or None
    module = module_named(api, owner.module_name if owner is not None else factory.fullname.rpartition(".")[0])
    needed = [name for name, kind in zip(function.arg_names, function.arg_kinds, strict=True) if kind.is_required()]
    if function.is_class:
        del needed[:1]
    if not needed or module is None:
        return None
    written = Method(api, function.name, function, factory, module, owner)
    if written.node is None:
        return None
    arguments = written.node.args
    annotations = {one.arg: one.annotation for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    depend_on_text(api, module)
    for name in needed:
        if name not in annotations:
            return None
        is_injected = _is_injected(annotations[name], written.annotation_scope)
        if is_injected is None:
            return None
        if not is_injected:
            return name
    return None


def _is_injected(annotation: ast.expr | None, scope: Scope) -> bool | None:
    """Whether it says `Resource(...)`; None where that cannot be told."""
    if annotation is None:
        return False
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _is_injected(ast.parse(annotation.value, mode="eval").body, scope)
        except SyntaxError:
            return None
    found, marks = scope.written(annotation), marks_of(annotation, scope)
    if marks.resource:
        return True
    is_annotated = found is not None and found.fullname in ANNOTATED
    return None if marks.unknown or not (is_annotated or isinstance(found, TypeInfo | TypeAlias)) else False
