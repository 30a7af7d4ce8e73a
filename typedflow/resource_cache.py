"""Values of resources that outlive a run: those of a workflow object, and those that a test puts in their place."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

__all__ = ["Cache", "Factory", "Key", "Overrides", "ResourceManager", "active_overrides", "key_of", "override"]

Factory: TypeAlias = Callable[..., Any]  # Any: a factory of any signature
Key: TypeAlias = object
"""What a value is kept under: the factory itself, so that two closures of one function are two resources."""


class _ById:
    """The key of a factory that cannot be hashed; it keeps the factory alive, so that the id stays its own."""

    __slots__ = ("factory",)

    def __init__(self, factory: Factory) -> None:
        self.factory = factory

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.factory is self.factory

    def __hash__(self) -> int:
        return id(self.factory)


def key_of(factory: Factory) -> Key:
    """The key that a factory's value is kept under."""
    try:
        hash(factory)
    except TypeError:
        return _ById(factory)
    return factory


class Cache:
    """Values that have been made, and those that are being made."""

    __slots__ = ("making", "values")

    def __init__(self) -> None:
        self.values: dict[Key, object] = {}
        self.making: dict[Key, Any] = {}  # Any: what the engine waits with


class ResourceManager:
    """The values that the runs of a workflow object share: `Workflow(resource_manager=...)`, by default its own.

    What a plain factory made serves every event loop; what needed an event loop to be made (an async factory) serves
    that loop only. Give one manager to several workflow objects and they share their values.

    >>> def connect() -> str:
    ...     return "the real one"
    >>> manager = ResourceManager()
    >>> asyncio.run(manager.set(connect, "another one"))
    >>> manager.get_all()
    {'connect': 'another one'}
    """

    def __init__(self) -> None:
        self.shared = Cache()
        self.lock = threading.RLock()  # a factory of one loop's thread at a time; it may need others
        self._set: dict[Key, object] = {}
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Cache] = WeakKeyDictionary()

    async def set(self, name: str | Factory, value: object) -> None:
        """Give the value of a factory beforehand; the factory, or its `__qualname__`, names it."""
        self._set[name if isinstance(name, str) else key_of(name)] = value

    def get_all(self) -> dict[str, object]:
        """All values that there are now, by the name of their factory."""
        caches = [self.shared, *self._by_loop.values()]
        made = {key: value for cache in caches for key, value in cache.values.items()}
        return {_name(key): value for key, value in (made | self._set).items()}

    @property
    def given(self) -> Mapping[Key, object]:
        """The values that were given with `set`, by factory or by its name."""
        return self._set

    def on_loop(self) -> Cache:
        """The values that belong to the running event loop."""
        loop = asyncio.get_running_loop()
        cache = self._by_loop.get(loop)
        if cache is None:
            cache = self._by_loop.setdefault(loop, Cache())
        return cache


class Overrides:
    """Values in place of factories, and the values that were made from them, which nobody else may see."""

    def __init__(self, values: Mapping[Key, object]) -> None:
        self.values = dict(values)
        self._managers: WeakKeyDictionary[ResourceManager, ResourceManager] = WeakKeyDictionary()

    def instead_of(self, manager: ResourceManager) -> ResourceManager:
        """A manager for the time of the override, with what was given to the other one."""
        found = self._managers.get(manager)
        if found is None:
            found = self._managers.setdefault(manager, ResourceManager())
            found._set = manager._set
        return found


_layers: list[dict[Key, object]] = []
_active: Overrides | None = None


def active_overrides() -> Overrides | None:
    """What a run that starts to use resources now is to use."""
    return _active


@contextmanager
def override(factory: Factory, value: object) -> Iterator[None]:
    """Within the block every step that asks for `factory`'s resource is given `value`; the factory is not called.

    It holds for all workflows and threads of the process, for the runs that first use a resource within the block.
    Nothing that was cached before is used in it, and nothing that is made in it is used afterwards. Blocks may be
    nested and overlap; the latest counts.

    >>> import asyncio
    >>> from typing import Annotated
    >>> from typedflow import Resource, StartEvent, StopEvent, Workflow, step
    >>> def connect() -> str:
    ...     return "the real one"
    >>> class Ask(Workflow):
    ...     @step
    ...     async def ask(self, ev: StartEvent, connection: Annotated[str, Resource(connect)]) -> StopEvent[str]:
    ...         return StopEvent(result=connection)
    >>> async def main() -> str:
    ...     with override(connect, "a fake"):
    ...         return await Ask().run()
    >>> asyncio.run(main())
    'a fake'
    """
    if not callable(factory):
        raise TypeError(
            f"override(factory, value) takes the factory as it is given to Resource(...), not {factory!r} "
            f"({type(factory).__name__})"
        )
    layer = {key_of(factory): value}
    _layers.append(layer)
    _refresh()
    try:
        yield
    finally:
        _layers[:] = [other for other in _layers if other is not layer]
        _refresh()


def _refresh() -> None:
    global _active
    merged: dict[Key, object] = {}
    for layer in _layers:
        merged.update(layer)
    _active = Overrides(merged) if _layers else None


def _name(key: Key) -> str:
    factory = key.factory if isinstance(key, _ById) else key
    if isinstance(factory, str):
        return factory
    return getattr(factory, "__qualname__", None) or getattr(factory, "__name__", None) or repr(factory)
