"""The functions of a workflow: which there are, which of them are steps, and with which options.

The twin of `typedflow.reading.graph.steps_of`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from mypy.nodes import (
    ARG_STAR2,
    Block,
    CallExpr,
    Decorator,
    Expression,
    ExpressionStmt,
    FloatExpr,
    FuncDef,
    IntExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OverloadedFuncDef,
    RefExpr,
    Statement,
    SymbolNode,
    TypeInfo,
    Var,
)
from mypy.types import Instance, Type, get_proper_type

from typedflow_mypy.compat import REDEFINED, Api, current_functions, current_module, module_named, statements
from typedflow_mypy.decorators import decorators_of
from typedflow_mypy.names import Scope
from typedflow_mypy.source import FunctionNode, Source, source_of

__all__ = ["STEP", "WORKFLOW", "Method", "current_method", "free_steps", "is_workflow", "methods_of", "workflow_of"]

STEP = "typedflow.step.Step"
WORKFLOW = "typedflow.workflow.Workflow"
DECORATORS: Mapping[str, Literal["step", "catch_error"]] = {
    "typedflow.step.step": "step",
    "typedflow.step.catch_error": "catch_error",
}

StepKind = Literal["step", "catch_error", "opaque"]
OPTIONS = frozenset({"accept_event_subclasses", "for_steps", "max_recoveries", "skip_checks"})
"""The keywords of the decorators that matter to the rules, whatever they are given."""
NUMBERS = frozenset({"num_workers", "timeout"})
"""Those that matter where they are not plainly right."""

NO_OPTIONS: Mapping[str, ast.expr] = {}


class Method:
    """A function of a workflow class, or a free function that is a step of it.

    `step` says by which decorator it is a step, None for a plain method. `whole` is the symbol: the decorated function, if it is
    decorated. `func` is None for a step that is only known by its type (`go = make_step()`). `owner` is the class whose
    body it is in, `within` the class that it is read for.
    """

    def __init__(
        self,
        api: Api,
        name: str,
        func: FuncDef | None,
        whole: SymbolNode,
        module: MypyFile,
        owner: TypeInfo | None = None,
        within: TypeInfo | None = None,
        functions: tuple[FuncDef, ...] = (),
        step: StepKind | None = None,
    ) -> None:
        self.api = api
        self.name = name
        self.func = func
        self.whole = whole
        self.module = module
        self.owner = owner
        self.within = within
        self.functions = functions
        self.step = step

    @cached_property
    def scope(self) -> Scope:
        """Where the names of its body are looked up."""
        return Scope(self.api, self.module, self.around if self.functions else ())

    @property
    def around(self) -> tuple[FuncDef, ...]:
        """Those of `functions` that it stands in itself: a base may stand elsewhere than the class that is read."""
        func = self.func
        if func is None or not self.is_here:
            return ()
        return tuple(one for one in self.functions if one.line <= func.line <= (one.end_line or 0))

    @cached_property
    def annotation_scope(self) -> Scope:
        """Where the names of its annotations are looked up."""
        return Scope(self.api, self.module, self.scope.functions, self.owner)

    @property
    def source(self) -> Source | None:
        """The file that it is in."""
        return source_of(self.module.path)

    @property
    def is_fresh(self) -> bool:
        """Whether mypy has parsed it in this run: what comes from its cache has no lines."""
        return self.func is not None and self.func.line > 0 and bool(self.func.end_line)

    @property
    def is_here(self) -> bool:
        """Whether it is in the file that is being checked, so that problems can be reported at it."""
        return self.is_fresh and self.module is self.api.tree

    @property
    def text(self) -> str | None:
        """Its source text without the decorators; None where it is not at hand."""
        source, function = source_of(self.module.path), self.func
        if source is None or function is None:
            return None
        first, last = function.line, function.end_line
        if first > 0 and last:
            return source.text(first, last)
        node = self.node
        return None if node is None else source.text(node.lineno, node.end_lineno or node.lineno)

    @cached_property
    def node(self) -> FunctionNode | None:
        """Its definition in the source, decorators included."""
        if self.source is None or self.func is None:
            return None
        if self.is_fresh and self.func.end_line is not None:
            first = self.func.line
            if isinstance(self.whole, Decorator):
                first = min([first, *(one.line for one in decorators_of(self.whole) if one.line > 0)])
            return self.source.function_at(first, self.func.end_line)
        path = self.owner.fullname.removeprefix(self.module.fullname + ".").split(".") if self.owner is not None else []
        return self.source.function_named((*path, self.name))

    @property
    def parameter_names(self) -> list[str | None]:
        """Those of all its parameters: to mypy the ones that are given by place alone, before a `/`, have none."""
        function = self.func
        names = [] if function is None else function.arg_names
        if function is None or None not in names:
            return names
        if function.arguments:
            return [one.variable.name for one in function.arguments]
        node = self.node  # mypy's cache keeps no arguments
        if node is None:
            return names
        written = node.args
        several = (*written.posonlyargs, *written.args, written.vararg, *written.kwonlyargs, written.kwarg)
        return [one.arg for one in several if one is not None]

    @property
    def has_options(self) -> bool:
        """Whether its decorator may be given arguments that matter: to find them, the function is parsed."""
        whole = self.whole
        if self.step is None or isinstance(whole, FuncDef):
            return False
        if not isinstance(whole, Decorator) or not decorators_of(whole):
            return True
        for one in decorators_of(whole):
            if isinstance(one, CallExpr) and (
                ARG_STAR2 in one.arg_kinds or not OPTIONS.isdisjoint(one.arg_names) or _has_odd_number(one)
            ):
                return True
        return False

    @property
    def decorator(self) -> Expression | None:
        """By what it is a step; where mypy keeps no decorators, or another has made it one, the first or none."""
        written = decorators_of(self.whole) if isinstance(self.whole, Decorator) else []
        return next((one for one in written if _kind(one) is not None), written[0] if written else None)

    @property
    def options(self) -> Mapping[str, ast.expr] | None:
        """The keywords of its decorator, none where none matters; None where it cannot be found."""
        if not self.has_options:
            return NO_OPTIONS
        if self.node is None:
            return None
        for decorator in self.node.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            found = self.annotation_scope.find(function)
            if found is not None and found.fullname in DECORATORS:
                if not isinstance(decorator, ast.Call):
                    return {}
                if any(keyword.arg is None for keyword in decorator.keywords):
                    return None
                return {keyword.arg: keyword.value for keyword in decorator.keywords if keyword.arg is not None}
        return None


def _has_odd_number(call: CallExpr) -> bool:
    """Whether one of the numbers is written otherwise than as one above 0."""
    for name, value in zip(call.arg_names, call.args, strict=True):
        if name in NUMBERS:
            number = value.value if isinstance(value, IntExpr | FloatExpr) else 0
            if number <= 0 or (name == "num_workers" and isinstance(value, FloatExpr)):
                return True
    return False


def is_workflow(info: TypeInfo) -> bool:
    """Whether the class is a workflow of a user."""
    return info.has_base(WORKFLOW) and not info.module_name.startswith("typedflow.")


def methods_of(api: Api, info: TypeInfo, functions: tuple[FuncDef, ...] = ()) -> dict[str, Method]:
    """name -> the function or step that the class has under that name, inherited ones included, by name.

    `functions` are the functions that the class is defined in.
    """
    found: dict[str, Method] = {}
    for cls in reversed(info.mro):
        name_of_module = cls.module_name
        if name_of_module.startswith(("typedflow.", "typing")) or cls.fullname == "builtins.object":
            continue
        module = module_named(api, name_of_module)
        for name, symbol in cls.names.items():
            if symbol.implicit or symbol.plugin_generated or name.endswith(REDEFINED):
                continue
            found.pop(name, None)
            node = symbol.node
            if module is not None and node is not None:
                method = _method(api, name, node, module, cls, info, functions)
                if method is not None:
                    found[name] = method
    return dict(sorted(found.items()))


def current_method(api: Api) -> Method | None:
    """The function that is being checked: a method, a free function, or one in another; None outside of functions."""
    functions = current_functions(api)
    if not functions:
        return None
    function, module = functions[-1], current_module(api)
    symbol = (function.info or module).names.get(function.name)
    whole = symbol.node if symbol is not None else None
    if isinstance(whole, Decorator) and whole.func is function:
        owner = function.info or None
        return Method(
            api, function.name, function, whole, module, owner, step=_step_decorator(api, whole, module, owner)
        )
    return Method(api, function.name, function, function, module)


def _method(
    api: Api,
    name: str,
    node: SymbolNode,
    module: MypyFile,
    owner: TypeInfo,
    within: TypeInfo,
    functions: tuple[FuncDef, ...],
) -> Method | None:
    if isinstance(node, OverloadedFuncDef):  # a function that is defined in both branches of an `if`, or twice
        items = [item for item in (*node.items, node.impl) if isinstance(item, Decorator)]
        if not items or not all(_step_decorator(api, item, module, owner) for item in items):
            return None
        node = items[-1]
    if isinstance(node, Decorator):
        step: StepKind | None = _step_decorator(api, node, module, owner)
        if step is None and _is_step(node.var.type):
            step = "opaque"
        return Method(api, name, node.func, node, module, owner, within, functions, step)
    if isinstance(node, FuncDef):
        return Method(api, name, node, node, module, owner, within, functions)
    if isinstance(node, Var) and _is_step(node.type):
        return Method(api, name, None, node, module, owner, within, functions, "opaque")
    return None


def _step_decorator(
    api: Api, node: Decorator, module: MypyFile, owner: TypeInfo | None
) -> Literal["step", "catch_error"] | None:
    """By which of our decorators the function is a step."""
    for decorator in decorators_of(node):
        kind = _kind(decorator)
        if kind is not None:
            return kind
    if decorators_of(node):
        return None
    method = Method(api, node.name, node.func, node, module, owner)  # mypy's cache keeps no decorators
    for written in method.node.decorator_list if method.node is not None else ():
        found = method.annotation_scope.find(written.func if isinstance(written, ast.Call) else written)
        if found is not None and found.fullname in DECORATORS:
            return DECORATORS[found.fullname]
    return None


def _kind(decorator: Expression) -> Literal["step", "catch_error"] | None:
    if isinstance(decorator, CallExpr):
        decorator = decorator.callee
    return DECORATORS.get(decorator.fullname or "") if isinstance(decorator, RefExpr) else None


def _is_step(typ: Type | None) -> bool:
    proper = get_proper_type(typ)
    return isinstance(proper, Instance) and proper.type.has_base(STEP)


def free_steps(api: Api, info: TypeInfo, functions: tuple[FuncDef, ...]) -> list[Method] | None:
    """The functions that `@step(workflow=W)` makes steps of the class where it is defined; None where others may be added."""
    if info.module_name != api.tree.fullname:
        return _free_steps_elsewhere(api, info)
    found: dict[str, Method] = {}
    for function in (*functions[-1:], None):
        for statement in _additions(api.tree if function is None else function.body):
            if _adds_step(statement, info):
                return None
            if isinstance(statement, Decorator):
                for decorator in decorators_of(statement):
                    if isinstance(decorator, CallExpr) and _names_an_unknown(decorator):
                        return None
                    if _kind(decorator) == "step" and isinstance(decorator, CallExpr):
                        wanted = workflow_of(decorator)
                        if wanted is not None and wanted in info.mro:
                            found[statement.name] = Method(
                                api,
                                statement.name,
                                statement.func,
                                statement,
                                api.tree,
                                functions=functions,
                                step="step",
                            )
    return list(found.values())


def _free_steps_elsewhere(api: Api, info: TypeInfo) -> list[Method] | None:
    """The same in another module, of which mypy may have no statements and decorators any more: its source has them."""
    home = module_named(api, info.module_name)
    source = source_of(home.path) if home is not None else None
    if home is None or source is None:
        return []
    scope = Scope(api, home)
    if "add_step" in source.content:
        for owner in source.receivers_of("add_step"):
            if scope.find(owner) in info.mro:
                return None
    if "workflow" not in source.content:
        return []
    found: list[Method] = []
    for name, symbol in home.names.items():
        node = symbol.node
        if not isinstance(node, Decorator) or node.fullname != f"{home.fullname}.{name}":
            continue
        method = Method(api, name, node.func, node, home, step="step")
        for written in method.node.decorator_list if method.node is not None else ():
            wanted = _workflow_of(written, scope) if isinstance(written, ast.Call) else None
            if wanted is not None and wanted in info.mro:
                found.append(method)
    return found


def _workflow_of(call: ast.Call, scope: Scope) -> TypeInfo | None:
    """As `workflow_of`, in the source."""
    what = scope.find(call.func)
    if what is None or DECORATORS.get(what.fullname) != "step":
        return None
    wanted = next((scope.find(one.value) for one in call.keywords if one.arg == "workflow"), None)
    return wanted if isinstance(wanted, TypeInfo) else None


_last: tuple[list[Statement], list[Statement]] | None = None
"""The block that was looked through last, and what may add a step in it: a file may have many workflows."""


def _additions(block: MypyFile | Block) -> list[Statement]:
    """The decorated functions and the bare expressions of a block, among which are all that add steps."""
    global _last
    body = block.defs if isinstance(block, MypyFile) else block.body
    if _last is None or _last[0] is not body:
        _last = body, [one for one in statements(block) if isinstance(one, Decorator | ExpressionStmt)]
    return _last[1]


def workflow_of(call: CallExpr) -> TypeInfo | None:
    """The W of `step(workflow=W)`, where it is named."""
    for name, value in zip(call.arg_names, call.args, strict=True):
        if name == "workflow" and isinstance(value, NameExpr | MemberExpr) and isinstance(value.node, TypeInfo):
            return value.node
    return None


def _names_an_unknown(call: CallExpr) -> bool:
    """Whether it is `step(workflow=W)`, or looks like that, with a name that mypy does not know."""
    for name, value in zip(call.arg_names, call.args, strict=True):
        if name == "workflow":
            return any(isinstance(one, NameExpr) and one.node is None for one in (call.callee, value))
    return False


def _adds_step(statement: Statement, info: TypeInfo) -> bool:
    """Whether it is `W.add_step(...)`."""
    call = statement.expr if isinstance(statement, ExpressionStmt) else None
    callee = call.callee if isinstance(call, CallExpr) else None
    return (
        isinstance(callee, MemberExpr)
        and callee.name == "add_step"
        and isinstance(callee.expr, RefExpr)
        and callee.expr.node in info.mro
    )
