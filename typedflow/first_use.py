"""The names of a package, each imported when it is first asked for, so that a program pays for what it uses.

    if TYPE_CHECKING:
        from package.inner import Name
    else:
        __getattr__, __dir__ = first_use(__name__, {"inner": ["Name"]})

Type checkers and editors read the imports; Python calls a module's `__getattr__` for a name that is not there (PEP 562).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType

__all__ = ["first_use"]


def first_use(
    package: str, homes: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package whose public names live in its modules: `homes` has them by module.

    The modules are attributes of the package too, as if it had imported them; a name that is also that of its module
    (`typedflow.step`) stands for what the module defines.
    """
    home_of = {name: f"{package}.{module}" for module, names in homes.items() for name in names}
    if any(module in names for module, names in homes.items()):
        sys.modules[package].__class__ = _Package

    def get(name: str) -> object:
        home = home_of.get(name)
        if home is not None:
            value = vars(sys.modules[package])[name] = getattr(import_module(home), name)
            return value
        if not name.startswith("_"):
            try:
                return import_module(f"{package}.{name}")
            except ModuleNotFoundError as missing:
                if missing.name != f"{package}.{name}":
                    raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home_of})

    return get, names


class _Package(ModuleType):
    """Python puts a module that it has imported into its package. Where that is one of the package's public names, what
    the module defines by it is put there."""

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, ModuleType) and name in vars(self).get("__all__", ()) and name in vars(value):
            value = getattr(value, name)
        super().__setattr__(name, value)
