"""Reads factories into recipes: how to make a resource, of which others, and how long it lives."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from types import FunctionType
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_args, get_origin

from typedflow.errors import WorkflowValidationError
from typedflow.reading.namespace import Namespace, Unresolved
from typedflow.resource import Resource, Scope
from typedflow.resource_cache import Factory, Key, key_of
from typedflow.wiring.problem import Problem
from typedflow.wiring.resource_type import nothing_injected, unmakeable

if TYPE_CHECKING:
    from typedflow.reading.signature import ResourceParameter, Signature

__all__ = ["Need", "Recipe", "needs_of", "resource_problems"]

MANAGERS = (AbstractContextManager, AbstractAsyncContextManager)


class Recipe(NamedTuple):
    """How to make one resource.

    `scope` is how long one value serves: no longer than asked for, than what it is made of, or, if it has to be
    closed, than the run. (What it is made of by "step" is no bound: it gets one of its own, which lives as long as it
    does.) `closes` says that it, or such a one of its own, has to be closed, `awaits_close` that the closing may
    wait; `needs_loop` that an event loop is needed to make it.
    """

    name: str
    key: Key
    factory: Factory
    scope: Scope
    needs: tuple[Need, ...]
    is_async: bool
    is_generator: bool
    is_manager: bool
    closes: bool
    awaits_close: bool
    needs_loop: bool


class Need(NamedTuple):
    """A parameter, and the recipe of what goes into it."""

    parameter: str
    recipe: Recipe


def needs_of(signature: Signature) -> tuple[Need, ...]:
    """What the resource parameters of a step need. Raises `WorkflowValidationError` where that cannot be made."""
    needs: list[Need] = []
    problems = list(_read(signature.name, signature.resources, needs))
    if problems:
        raise WorkflowValidationError("\n".join(map(str, problems)), problems)
    return tuple(needs)


def resource_problems(signatures: Iterable[Signature]) -> list[Problem]:
    """Resources that can never be made: they need themselves, or something that nothing is injected for."""
    return [problem for signature in signatures for problem in _read(signature.name, signature.resources, [])]


class _Unmakeable(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _read(step: str, resources: Sequence[ResourceParameter], needs: list[Need]) -> Iterable[Problem]:
    for resource in resources:
        try:
            recipe = _recipe(resource.marker, resource.wants, ())
        except _Unmakeable as finding:
            yield unmakeable(step, resource.name, finding.message, finding.hint)
        else:
            needs.append(Need(resource.name, recipe))


def _recipe(marker: Resource[Any], wants: object, path: tuple[Factory, ...]) -> Recipe:
    factory = marker.factory_for(wants)
    name = factory_name(factory)
    if any(key_of(factory) == key_of(outer) for outer in path):
        chain = " -> ".join(map(factory_name, (*path, factory)))
        raise _Unmakeable(
            f"the resource needs itself: {chain}.", "Break the cycle: let one of them make what it needs by itself."
        )
    needs = tuple(_needs(factory, name, (*path, factory)))
    function = _function(factory)
    is_generator = inspect.isgeneratorfunction(factory) or inspect.isasyncgenfunction(factory)
    is_manager = is_generator or (function is not None and _gives_manager(factory, function))
    is_async = inspect.iscoroutinefunction(factory) or inspect.iscoroutinefunction(_method(factory))
    own = [need.recipe for need in needs if need.recipe.scope == "step"]
    closes = is_manager or any(recipe.closes for recipe in own)
    bounds: list[Scope] = [marker.scope, "run" if closes else "workflow"]
    bounds += [need.recipe.scope for need in needs if need.recipe.scope != "step"]
    return Recipe(
        name,
        key_of(factory),
        factory,
        min(bounds, key=("step", "run", "workflow").index),
        needs,
        is_async,
        is_generator,
        is_manager,
        closes,
        any(recipe.awaits_close for recipe in own) or (is_manager and _closes_on_loop(function)),
        needs_loop=is_async or is_manager or any(need.recipe.needs_loop for need in needs),
    )


def _needs(factory: Factory, name: str, path: tuple[Factory, ...]) -> Iterable[Need]:
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):  # not written in Python
        return
    function = _function(factory)
    names = Namespace.around(function) if function is not None else Namespace({})
    for parameter in parameters:
        try:
            annotation = names.resolve(parameter.annotation)
        except Unresolved as missing:
            raise _Unmakeable(
                f"the factory '{name}' annotates '{parameter.name}' with {missing.name}, which is not defined there.",
                "Import it at run time, not only under TYPE_CHECKING.",
            ) from None
        marker, wants = _marker(annotation)
        if marker is not None:
            yield Need(parameter.name, _recipe(marker, wants, path))
        elif parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            raise _Unmakeable(*nothing_injected(name, parameter.name))


def _marker(annotation: object) -> tuple[Resource[Any] | None, object]:
    if get_origin(annotation) is not Annotated:
        return None, None
    wants, *marks = get_args(annotation)
    return next((mark for mark in marks if isinstance(mark, Resource)), None), wants


def _function(factory: Factory) -> FunctionType | None:
    """The function whose annotations are those of the factory."""
    found: object = inspect.unwrap(factory)
    while isinstance(found, functools.partial):
        found = inspect.unwrap(found.func)
    if isinstance(found, type):
        found = found.__init__  # type: ignore[misc]  # its signature is what is wanted
    found = getattr(found, "__func__", found)
    if not isinstance(found, FunctionType):
        found = _method(found)
    return found if isinstance(found, FunctionType) else None


def _method(factory: object) -> object:
    """What a callable object does when it is called."""
    return vars(type(factory)).get("__call__")


def _gives_manager(factory: Factory, function: FunctionType) -> bool:
    """Whether it is a generator made into a context manager, or annotated to give one.

    An object that happens to have `__enter__` is not entered: a lock would be held, a database connection committed.
    """
    if isinstance(factory, type):
        return False
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return True
    return _gives(function, *MANAGERS)


def _gives(function: FunctionType | None, *kinds: type) -> bool:
    """Whether the return annotation is one of the generic classes."""
    if function is None:
        return False
    try:
        gives = Namespace.around(function).resolve(function.__annotations__.get("return"))
    except Unresolved:
        return False
    return get_origin(gives) in kinds


def _closes_on_loop(function: FunctionType | None) -> bool:
    """Whether a factory that gives a context manager gives an async one."""
    return not inspect.isgeneratorfunction(function) and not _gives(function, AbstractContextManager)


def factory_name(factory: Factory) -> str:
    """A factory as messages name it."""
    while isinstance(factory, functools.partial):
        factory = factory.func
    return getattr(factory, "__name__", None) or type(factory).__name__
