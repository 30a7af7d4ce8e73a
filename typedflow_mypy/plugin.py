"""From mypy's hooks to features: a table, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mypy.plugin import Plugin

from typedflow_mypy import (
    arguments_of_run,
    codes,
    collected,
    config,
    digests,
    models,
    paths,
    source,
    state_use,
    workflows,
)
from typedflow_mypy.compat import never_crash

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy.nodes import MypyFile
    from mypy.options import Options
    from mypy.plugin import (
        AttributeContext,
        ClassDefContext,
        FunctionContext,
        MethodContext,
        MethodSigContext,
        ReportConfigContext,
    )
    from mypy.types import FunctionLike, Type

__all__ = ["TypedflowPlugin"]

METHODS = {
    "__init_subclass__": workflows.check_class,
    "get": paths.get,
    "set": paths.set,
    "collect_events": collected.classes_in_a_list,
    "wait_for_event": collected.wait_for_event,
}
SIGNATURES = {
    "run": arguments_of_run.run,
    "collect_events": collected.collect_events,
    "edit_state": state_use.nested_edit,
    "set_state": state_use.nested_edit,
    "set": state_use.nested_edit,
    "clear": state_use.nested_edit,
}


class TypedflowPlugin(Plugin):
    """Hooks are found by the name of the method alone; each feature then asks for the class that it is about."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.config = config.read(options)
        codes.disable(options, self.config.disable)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        owner, _, name = fullname.rpartition(".")
        feature = METHODS.get(name)
        return None if feature is None or _is_foreign(owner) else never_crash(feature, self)

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        owner, _, name = fullname.rpartition(".")
        feature = SIGNATURES.get(name)
        return None if feature is None or _is_foreign(owner) else never_crash(feature, self)

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        if fullname.endswith(".state") and not _is_foreign(fullname):
            return never_crash(state_use.read_only, self)
        return None

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return never_crash(collected.context_of, self) if fullname == "typedflow.context.Context" else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        symbol = self.lookup_fully_qualified(fullname)
        if models.is_wanted(symbol):
            return never_crash(models.note_fields, self)
        return never_crash(digests.note_sources, self) if digests.is_wanted(symbol) else None

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        source.forget(file.path)
        arguments_of_run.forget()
        return []

    def report_config_data(self, ctx: ReportConfigContext) -> Any:  # Any: whatever JSON can hold
        return self.config.as_data()


def _is_foreign(owner: str) -> bool:
    return owner.startswith(("builtins.", "typing.", "_typeshed.", "pydantic."))
