"""The wiring of a workflow class, checked by the library's own rules.

    class Flow(Workflow):
        @step
        async def pay(self, ev: Checkout) -> Paid: ...   # error: Step 'pay' takes 'Checkout', which no step makes.

Phases: 1. mypy checks the implied call of `__init_subclass__` for every subclass, when all annotations are types; 2. the class is
read into a graph; 3. the rules judge it; 4. each problem is reported at the annotation that is wrong.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mypy.nodes import CallExpr, ClassDef, Context, Decorator, MemberExpr, NameExpr, TypeInfo

from typedflow.wiring.check import check
from typedflow.wiring.problem import Problem
from typedflow.wiring.signature import step_signature
from typedflow_mypy import positions
from typedflow_mypy.compat import Api, checked_class, current_functions, drop_errors, place, statements
from typedflow_mypy.decorators import decorators_of, put_back
from typedflow_mypy.events import short_name
from typedflow_mypy.graphs import ReadStep, ReadWorkflow, declared, is_open, read_workflow
from typedflow_mypy.methods import is_workflow
from typedflow_mypy.models import fields_of
from typedflow_mypy.options import wrong_options
from typedflow_mypy.outcomes import note_outcome, reserved
from typedflow_mypy.problems import report_problem
from typedflow_mypy.saveable import variables

if TYPE_CHECKING:
    from mypy.plugin import MethodContext
    from mypy.types import Type

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = ["check_class"]

STATE = frozenset({"state-type", "state-default", "state-unserializable"})
"""The codes of what is wrong with the S of `Context[S]`."""

OVERLOAD_ERRORS = ("arg-type", "call-overload", "type-var", "misc", "call-arg", "untyped-decorator")
OVERLOAD_WORDS = ("Argument 1 ", "No overload variant", "Value of type variable", "Untyped decorator")
"""The codes, and the beginnings, of what mypy says where no overload of `@step` fits:
the rule `step-signature` says what is wrong instead."""


def check_class(ctx: MethodContext, plugin: TypedflowPlugin) -> Type:
    """The hook of `__init_subclass__`."""
    put_back()
    call = ctx.context
    if isinstance(call, CallExpr) and isinstance(call.callee, MemberExpr) and isinstance(call.callee.expr, NameExpr):
        info = checked_class(ctx.api, call.line, call.callee.expr.name)
        if info is not None and is_workflow(info) and not info.fallback_to_any:
            _check(ctx.api, info, call, plugin)
    return ctx.default_return_type


def _check(api: Api, info: TypeInfo, at: Context, plugin: TypedflowPlugin) -> None:
    open = is_open(info) or plugin.config.is_open(info.fullname)
    workflow = read_workflow(api, info, tuple(current_functions(api)), open=open)
    found = _problems(workflow)
    if not open and not workflow.read.others_may_come:
        for problem in reserved(note_outcome(api, info, workflow.read)):
            takers = (
                step.name
                for step in workflow.graph.steps
                for one in step.takes
                for event in one.events
                if event.name == problem.event
            )
            found.append(problem._replace(step=next(takers, None)))
    reporter = _Reporter(api, workflow, at, plugin)
    for problem in found:
        reporter.report(problem)


def _problems(workflow: ReadWorkflow) -> list[Problem]:
    """What is wrong with the signatures; if nothing is, with the whole: a malformed step is no class at run time either."""
    malformed: list[Problem] = []
    for step in workflow.steps:
        if step.signature is None:
            continue
        if "step-signature" not in (step.node.skip if step.node is not None else ()):
            malformed += step_signature(step.signature.facts)
        if step.method.has_options:
            malformed += wrong_options(step.method)
    return malformed or check(workflow.graph)


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
                for decorator in decorators_of(step.method.whole):
                    drop_errors(self._api, decorator.line, OVERLOAD_ERRORS, OVERLOAD_WORDS)
            if self._is_of_this_class_alone(problem, step):
                message += f" (in subclass '{short_name(self._workflow.info)}')"
        elif step is not None and step.method.owner is not None:
            message += f" (inherited from '{step.method.owner.fullname}')"
        if problem.part == "field":
            at, message = self._field(problem, step, at, message)
        report_problem(self._api, problem._replace(message=message), at, self._plugin)

    def _is_of_this_class_alone(self, problem: Problem, step: ReadStep) -> bool:
        """Whether the step stands in a base, in this file, that does not have the problem."""
        info, owner = self._workflow.info, step.method.owner
        if owner is info:
            return False
        bases = [read for read in self._bases if any(one.method.name == problem.step for one in read.steps)]
        if owner is None and not bases:  # a free function that is a step of this very class
            return False
        return not any(problem in _problems(read) for read in bases)

    @cached_property
    def _bases(self) -> list[ReadWorkflow]:
        """The bases that may have been reported already, each read as the workflow that it is."""
        functions = tuple(current_functions(self._api))
        return [
            read_workflow(self._api, base, functions, open=is_open(base) or self._plugin.config.is_open(base.fullname))
            for base in self._workflow.info.mro[1:]
            if base.module_name == self._api.tree.fullname and is_workflow(base)
        ]

    def _place(self, problem: Problem, step: ReadStep) -> Context:
        """The place in the step that the problem is about."""
        method, signature = step.method, step.signature
        if method.func is None or signature is None:
            return self._at
        part, name, event = problem.part, problem.name, problem.event
        found: Context | None = None
        if problem.code in STATE and signature.context is not None:
            found = positions.of_parameter(method, signature.context.facts.name)
        elif part == "attribute":
            written = (one for one in step.body.assigns_self if one.attribute == name)
            found = next((place(one.line, one.column) for one in written), None)
        elif part == "decorator" and isinstance(method.whole, Decorator):
            decorator = method.decorator
            found = place(decorator.line, decorator.column) if decorator is not None else None
        elif part == "parameter":
            found = positions.of_event(method, signature, event)
            if found is None and name is not None:
                found = positions.of_parameter(method, name)
        elif part == "return":
            found = positions.of_returned_event(method, signature, event) or positions.of_return(method)
        elif part == "body":
            found = self._named_step(step, name) or self._in_body(step, event)
            if found is None and problem.code == "unhandled-event":  # sent by another function
                found = positions.of_return(method)
        if found is None and part in ("parameter", "body"):
            found = positions.of_first_event(method, signature)
        return found or positions.of_function(method)

    def _named_step(self, step: ReadStep, name: str | None) -> Context | None:
        """Where the body sends something to the step of that name."""
        sent = (one for one in step.body.named_steps.values() if one.step == name)
        return next((place(one.line, one.column, one.column + len(one.step) + 2) for one in sent), None)

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
            noted = fields_of(cls)
            for name in variables(cls) if noted is None else noted:
                if name == problem.name:
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
