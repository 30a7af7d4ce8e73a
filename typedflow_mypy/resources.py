"""What a resource's factory returns, held against the type of the parameter that it is injected into."""

from __future__ import annotations

from collections.abc import Iterator

from mypy.erasetype import erase_type
from mypy.nodes import Decorator, FuncDef, SymbolNode, TypeInfo
from mypy.types import AnyType, CallableType, Instance, ProperType, get_proper_type

from typedflow.wiring.graph import ResourceUse
from typedflow_mypy.annotations import YIELDING
from typedflow_mypy.compat import depend, depend_on_symbol, fits
from typedflow_mypy.events import shown
from typedflow_mypy.methods import Method
from typedflow_mypy.names import instance_of
from typedflow_mypy.signatures import ReadSignature

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
        gives = _gives(factory)
        if factory is None or gives is None:
            continue
        depend_on_symbol(method.api, factory)
        for one in (gives, parameter.type):
            if isinstance(one, Instance):
                depend(method.api, one.type)
        wanted = parameter.type
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
