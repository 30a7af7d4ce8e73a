"""From mypy's hooks to features: a table, and nothing else."""

from __future__ import annotations

import importlib
import sys
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from mypy.plugin import Plugin
from mypy.version import __version__

from typedflow_mypy import codes, config
from typedflow_mypy.rules import import_rules
from typedflow_mypy.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy.nodes import MypyFile
    from mypy.options import Options
    from mypy.plugin import ClassDefContext, ReportConfigContext

__all__ = ["TypedflowPlugin"]

METHODS = {
    "__init_subclass__": "workflows.check_class",
    "get": "paths.get",
    "set": "paths.set",
    "at": "selectors.at",
    "collect_events": "collected.classes_in_a_list",
    "wait_for_event": "collected.wait_for_event",
}
SIGNATURES = {
    "run": "arguments_of_run.run",
    "run_sync": "arguments_of_run.run",
    "collect_events": "collected.collect_events",
    "edit_state": "state_use.nested_edit",
    "set_state": "state_use.nested_edit",
    "set": "state_use.nested_edit",
    "clear": "state_use.nested_edit",
    "undo": "state_use.nested_edit",
    "typedflow.step.FreeStepDecorator.__call__": "free_steps.decorated",
}
BY_LAST_NAME = {"get_method_hook": METHODS, "get_method_signature_hook": SIGNATURES}
BY_FULL_NAME = {
    "get_attribute_hook": {
        "typedflow.context.Context.state": "state_use.read_only",
        "typedflow.state.store.StateStore.state": "state_use.read_only",
    },
    "get_function_signature_hook": {"pydantic.fields.Field": "field_calls.as_called"},
    "get_function_hook": {
        "typedflow.context.Context": "collected.context_of",
        "typedflow.step.step": "made_steps.of_the_others",
    },
}
"""What mypy asks the plugin -> the features that answer, by name. Attributes go by the class that declares them."""

FOREIGN = ("builtins.", "typing.", "_typeshed.", "pydantic.")
"""Where no class is that a feature is about."""
NOT_NOTED = (*FOREIGN, "typedflow.")
"""Where no class is of which notes are taken."""
WHEN_PARSED = ("source", "outcomes", "start_fields", "arguments_of_run", "state_use")
"""Features that remember something of a file, and forget it when mypy parses the file again."""

ASKS_LATE = tuple(map(int, __version__.split(".")[:2])) < (1, 19)
"""Whether this mypy asks for the configuration of a file when it has put it into the cache already, and not before."""


@cache
def feature(name: str) -> Any:  # Any: functions of several types
    """A function of a feature, by `module.name`. Imported when first asked for: where all is in mypy's cache, none is."""
    import_rules()
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(f"typedflow_mypy.{module}"), function)


@cache
def _tell() -> Callable[[MypyFile | None], None]:
    """What tells of a file's text, which no other feature need be imported for."""
    or_none = importlib.import_module("typedflow_mypy.compat").or_none
    tell: Callable[[MypyFile | None], None] = partial(or_none, importlib.import_module("typedflow_mypy.texts").tell)
    return tell


class Hooks(dict[str, Any]):  # Any: as in `feature`
    """The full name of a method -> its hook, or None. Features are found by the last name alone, or by the full one."""

    def __init__(self, features: Mapping[str, str], made: Callable[[str], Any]) -> None:
        super().__init__()
        self._features = features
        self._made = made

    def __missing__(self, fullname: str) -> Any:  # Any: as in `feature`
        found = self._features.get(fullname.rpartition(".")[2]) or self._features.get(fullname)
        self[fullname] = hook = None if found is None or fullname.startswith(FOREIGN) else self._made(found)
        return hook


class TypedflowPlugin(Plugin):
    """Hooks are found by the name of the method alone; each feature then asks for the class that it is about.

    mypy asks for the hooks of methods, attributes and functions at every place of a program where one is used, over a
    hundred thousand times in a middling one. So what it calls is the look-up in the table itself, which runs no Python
    where the name has been seen.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.config = config.read(options)
        codes.disable(options, self.config.disable)
        # The version too: mypy looks at it once, and then takes up what it remembers of files that this run left out.
        self._rests_on = f"{VERSION} {self.config.as_text()}"
        self._hooks: dict[str, Any] = {}  # Any: as in `feature`
        for asked, features in BY_LAST_NAME.items():
            setattr(self, asked, Hooks(features, self._safe).__getitem__)
        for asked, features in BY_FULL_NAME.items():
            setattr(self, asked, {name: self._when_called(feature) for name, feature in features.items()}.get)

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        if fullname.startswith(NOT_NOTED):
            return None
        taker = feature("compat.or_none")(feature("classes.note_taker"), fullname, self._modules)
        hook: Callable[[ClassDefContext], None] | None = None if taker is None else self._safe(taker)
        return hook

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        for name in WHEN_PARSED:
            if f"typedflow_mypy.{name}" in sys.modules:
                feature(f"{name}.forget")(file.path)
        if ASKS_LATE:
            _tell()(file)
        return []

    def report_config_data(self, ctx: ReportConfigContext) -> str:
        if not (ASKS_LATE or ctx.is_check or self._modules is None):  # the file is about to be put into the cache
            _tell()(self._modules.get(ctx.id))
        return self._rests_on  # a text: mypy reads and compares it for each file

    def _when_called(self, name: str) -> Callable[[Any], Any]:  # Any: as in `feature`
        return lambda ctx: self._safe(name)(ctx)

    def _safe(self, name: str) -> Any:  # Any: as in `feature`
        if name not in self._hooks:
            self._hooks[name] = feature("compat.never_crash")(feature(name), self)
        return self._hooks[name]
