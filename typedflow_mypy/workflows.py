"""The wiring of a workflow class, checked by the library's own rules.

    class Flow(Workflow):
        @step
        async def pay(self, ev: Checkout) -> Paid: ...   # error: Step 'pay' takes 'Checkout', which no step makes.

Phases: 1. mypy checks the implied call of `__init_subclass__` for every subclass, when all annotations are types; 2. the class is
read into a graph; 3. the rules judge it; 4. each problem is reported at the annotation that is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, ClassDef, Context, Decorator, MemberExpr, NameExpr, TypeInfo

from typedflow.wiring.check import check
from typedflow.wiring.problem import Problem
from typedflow.wiring.signature import step_signature
from typedflow_mypy import positions
from typedflow_mypy.arguments_of_run import note_outcome
from typedflow_mypy.codes import ERROR_CODES
from typedflow_mypy.compat import Api, checked_class, current_functions, drop_errors, place, report, statements
from typedflow_mypy.graphs import ReadStep, ReadWorkflow, declared, is_open, read_workflow
from typedflow_mypy.methods import is_workflow
from typedflow_mypy.models import fields_of

if TYPE_CHECKING:
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["check_class"]

OVERLOAD_ERRORS = ("arg-type", "call-overload", "type-var", "misc", "call-arg")
OVERLOAD_WORDS = ("Argument 1 ", "No overload variant", "Value of type variable", "Untyped decorator")
"""The codes, and the beginnings, of what mypy says where no overload of `@step` fits:
the rule `step-signature` says what is wrong instead."""


def check_class(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `__init_subclass__`."""
    call = ctx.context
    if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) and isinstance(call.callee.expr, NameExpr):
        info = checked_class(ctx.api, call.line, call.callee.expr.name)
        if info is not None and is_workflow(info) and not info.fallback_to_any:
            _check(ctx.api, info, call, plugin)
    return ctx.default_return_type


def _check(api: Api, info: TypeInfo, at: Context, plugin: TypedflowPlugin) -> None:
    open = is_open(info) or plugin.config.is_open(info.fullname)
    workflow = read_workflow(api, info, tuple(current_functions(api)), open=open)
    if not open and not workflow.others_may_come:
        note_outcome(api, info, workflow.steps)
    reporter = _Reporter(api, workflow, at, plugin)
    malformed = False
    for step in workflow.steps:
        if step.signature is not None and "step-signature" not in (step.node.skip if step.node is not None else ()):
            for problem in step_signature(step.signature.facts):
                malformed = True
                reporter.report(problem)
    if malformed:  # at run time, too, there would be no class to be judged
        return
    for problem in check(workflow.graph):
        reporter.report(problem)


class _Reporter:
    """Puts each problem where it is."""

    def __init__(self, api: Api, workflow: ReadWorkflow, at: Context, plugin: TypedflowPlugin) -> None:
        self._api = api
        self._workflow = workflow
        self._at = place(at.line, at.column)
        self._steps = {step.method.name: step for step in (*workflow.lookalikes, *workflow.steps)}
        self._plugin = plugin

    def report(self, problem: Problem) -> None:
        step = self._steps.get(problem.step or "")
        message, at = problem.message, self._at
        if step is not None and step.method.is_here:
            at = self._place(problem, step)
            if problem.code in ("step-signature", "error-handler") and isinstance(step.method.whole, Decorator):
                for decorator in step.method.whole.decorators:
                    drop_errors(self._api, decorator.line, OVERLOAD_ERRORS, OVERLOAD_WORDS)
        elif step is not None and step.method.owner is not None:
            message += f" (inherited from '{step.method.owner.fullname}')"
        if problem.code in ("state-default", "state-unserializable"):
            at, message = self._field(problem, step, at, message)
        code = ERROR_CODES[problem.code]
        report(self._api, message, problem.hint, at, code, as_note=problem.code in self._plugin.config.warn)

    def _place(self, problem: Problem, step: ReadStep) -> Context:
        """The place in the step that the problem is about."""
        function, signature = step.method.func, step.signature
        if function is None or signature is None:
            return self._at
        code, name = problem.code, problem.event
        if code == "step-signature":
            return _signature_place(problem, step)
        if code in ("state-type", "state-default", "state-unserializable") and signature.context is not None:
            return positions.of_parameter(step.method, signature.context.facts.name)
        if code == "self-state":
            for one in step.body.assigns_self:
                if f"'self.{one.attribute}'" in problem.message:
                    return place(one.line, one.column)
        if code == "resource-type":
            for parameter in signature.parameters:
                if problem.message.startswith(f"Parameter '{parameter.facts.name}' "):
                    return positions.of_parameter(step.method, parameter.facts.name)
        if code == "error-handler" and isinstance(step.method.whole, Decorator) and "must take" not in problem.message:
            decorator = step.method.whole.decorators[0]
            return place(decorator.line, decorator.column)
        if code == "no-exit":
            return positions.of_return(step.method)
        if code == "unhandled-event":
            found = (
                positions.of_returned_event(step.method, signature, name) if " returns " in problem.message else None
            )
            return found or self._in_body(step, name) or positions.of_return(step.method)
        if code in ("forgotten-step", "no-start", "no-stop"):
            return positions.of_function(step.method)
        found = None if " waits for " in problem.message else positions.of_event(step.method, signature, name)
        found = found or self._in_body(step, name)
        if found is None and signature.parameters and code != "error-handler":
            found = positions.of_event(
                step.method,
                signature,
                next((event.name for one in signature.parameters for event in one.facts.events), None),
            )
        return found or positions.of_function(step.method)

    def _in_body(self, step: ReadStep, name: str | None) -> Context | None:
        body = step.body
        for found in (body.waits, body.collects, body.sends, body.asks):
            for event, named in found.items():
                if event.name == name and named is not None:
                    return place(named.line, named.column, named.column + len(named.expression))
        return None

    def _field(self, problem: Problem, step: ReadStep | None, at: Context, message: str) -> tuple[Context, str]:
        """A field of a state model in this file is reported there; of another, at `Context[...]`, with a note where it is."""
        state = step.state if step is not None else None
        if state is None:
            state, _ = declared(self._workflow.info)
        if state is None:
            return at, message
        for cls in state.type.mro:
            for name in fields_of(cls) or ():
                if message.startswith(f"Field '{name}' of the state"):
                    line = self._line_of(cls, name)
                    if line is not None:
                        return line, message
                    if cls.module_name != self._api.tree.fullname:
                        return at, f"{message} (in '{cls.fullname}')"
                    return at, message
        return at, message

    def _line_of(self, cls: TypeInfo, name: str) -> Context | None:
        if cls.module_name != self._api.tree.fullname or not isinstance(cls.defn, ClassDef):
            return None
        for statement in statements(cls.defn.defs):
            for target in getattr(statement, "lvalues", ()):
                if isinstance(target, NameExpr) and target.name == name:
                    return place(target.line, target.column, target.end_column)
        return None


def _signature_place(problem: Problem, step: ReadStep) -> Context:
    function, signature = step.method.func, step.signature
    assert function is not None
    assert signature is not None
    message = problem.message
    for parameter in signature.parameters:
        if (
            message.startswith(f"Parameter '{parameter.facts.name}' ")
            or f"its parameter '{parameter.facts.name}'" in message
        ):
            return positions.of_parameter(step.method, parameter.facts.name)
        if f"takes the list '{parameter.facts.name}'" in message:
            return positions.of_parameter(step.method, parameter.facts.name)
    if problem.event is not None:
        found = positions.of_event(step.method, signature, problem.event)
        if found is not None:
            return found
    if "return" in message and "takes" not in message.split("return")[0]:
        return positions.of_return(step.method)
    return positions.of_function(step.method)
