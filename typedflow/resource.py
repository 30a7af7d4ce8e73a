"""Resources: what a step needs and does not want to make itself.

>>> from typing import Annotated
>>> def connect() -> str:
...     return "connection"
>>> Connection = Annotated[str, Resource(connect)]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeAlias

from typing_extensions import TypeVar

from typedflow.resource_cache import ResourceManager, override
from typedflow.wiring.marks import wrong_cache, wrong_config_file, wrong_factory

__all__ = ["Resource", "ResourceConfig", "ResourceManager", "Scope", "override"]

T_co = TypeVar("T_co", covariant=True)

Scope: TypeAlias = Literal["workflow", "run", "step"]


@dataclass(frozen=True)
class Resource(Generic[T_co]):
    """Marks an injected parameter: `client: Annotated[Client, Resource(factory)]`.

    `factory` is a function, a coroutine function, a (sync or async) generator function that yields the value once and
    closes it after the `yield`, or a function that gives a context manager (`@contextmanager`, or annotated as one);
    its own `Annotated[..., Resource(...)]` parameters are injected likewise. `cache` says how long one value serves:
    `"workflow"` (the default) for all runs of the workflow object, `"run"` for one run, `"step"` for one attempt of
    one step. A value that has to be closed lives at most as long as the run. `True` means "workflow" and `False`
    "step".

    Raises `TypeError` for a factory that cannot be called, `ValueError` for another `cache`.
    """

    factory: Callable[..., T_co]
    cache: Scope | bool = "workflow"

    def __post_init__(self) -> None:
        if not callable(self.factory):
            raise TypeError(str(wrong_factory(type(self.factory).__name__)))
        refused = wrong_cache(self.cache)
        if refused is not None:
            raise ValueError(str(refused))

    @property
    def scope(self) -> Scope:
        """How long one value serves at most."""
        if isinstance(self.cache, bool):
            return "workflow" if self.cache else "step"
        return self.cache

    def factory_for(self, wants: object) -> Callable[..., T_co]:
        """The function that makes the value of a parameter that is annotated with the type `wants`."""
        return self.factory


class ResourceConfig(Resource[Any]):  # Any: the type is that of the parameter
    """Marks a parameter read from a JSON file: `settings: Annotated[Settings, ResourceConfig("settings.json")]`.

    `path_selector` is the dotted path of the part that is wanted. The file is read when a run first needs it,
    relative to the working directory, once for a workflow object. `label` and `description` are for drawings.

    Raises `ValueError` for a file that is no JSON by its name. A missing file, a missing part or a value that does
    not fit fails the step that needs it, with an error that says where.

    >>> ResourceConfig("settings.yaml")
    Traceback (most recent call last):
    ValueError: ResourceConfig reads JSON files, not 'settings.yaml'
    """

    def __init__(
        self,
        config_file: str | Path,
        path_selector: str | None = None,
        label: str | None = None,
        description: str | None = None,
    ) -> None:
        refused = wrong_config_file(str(config_file))
        if refused is not None:
            raise ValueError(str(refused))
        from typedflow.config_file import ConfigFile  # an import that programs without configuration files do not need

        super().__init__(ConfigFile(str(config_file), path_selector))
        object.__setattr__(self, "config_file", str(config_file))
        object.__setattr__(self, "path_selector", path_selector)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "description", description)

    config_file: str
    path_selector: str | None
    label: str | None
    description: str | None

    def factory_for(self, wants: object) -> Callable[..., Any]:
        from typedflow.config_file import ConfigFile

        return ConfigFile(self.config_file, self.path_selector, wants)
