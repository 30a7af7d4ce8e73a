"""step-signature: what one function must look like to be a step.

The readers describe each parameter and the members of the return annotation; the rule says what is wrong with them.
"""

from typing import Literal, NamedTuple, TypeAlias

from typedflow.wiring.graph import STOP, EventType
from typedflow.wiring.marks import Refusal
from typedflow.wiring.nearest import listed
from typedflow.wiring.problem import Part, Problem

__all__ = [
    "Kind",
    "ReturnMember",
    "SignatureFacts",
    "SignatureParameter",
    "bound_step",
    "is_like_a_step",
    "step_signature",
]

Kind: TypeAlias = Literal["context", "event", "events", "resource", "missing", "other"]
"""What a parameter is for: `event` is `ev: A | B`, `events` is `evs: list[A | B]`, `missing` has no annotation."""


class SignatureParameter(NamedTuple):
    """A parameter after `self`. `annotation` is as it is written; `foreign` names the members of an event annotation
    that are no events.

    `collect` says that it carries a `Collect(...)` marker, and `take` is the n of its `Take(n)`; `refused` is why a mark
    cannot be what is written; `unknown` that the annotation could not be told (a type variable, an unresolved import),
    so that it is not judged. `variadic` is `*args` or `**fields`.
    """

    name: str
    kind: Kind
    events: tuple[EventType, ...] = ()
    annotation: str = ""
    foreign: tuple[str, ...] = ()
    has_default: bool = False
    collect: bool = False
    take: int | None = None
    unknown: bool = False
    variadic: bool = False
    refused: Refusal | None = None


class ReturnMember(NamedTuple):
    """A member of the return annotation: an event, a list of it (`many`), None (`text` is "None"), or another type."""

    text: str
    event: EventType | None = None
    many: bool = False
    unknown: bool = False


class SignatureFacts(NamedTuple):
    """A step's signature. `returns` is None where there is no return annotation; `generator` says that it yields.

    `bound` is the decorator that makes it another thing than a method of the object: "classmethod", "staticmethod",
    "property".
    """

    name: str
    parameters: tuple[SignatureParameter, ...] = ()
    returns: tuple[ReturnMember, ...] | None = ()
    generator: bool = False
    bound: str = ""


def step_signature(facts: SignatureFacts) -> list[Problem]:
    """Everything that keeps the function from being a step."""
    if facts.bound:
        return [bound_step(facts.name, facts.bound)]
    found: list[Problem] = []
    _parameters(facts, found)
    _events(facts, found)
    _returns(facts, found)
    return found


def bound_step(step: str, decorator: str) -> Problem:
    """`step` is a class method, a static method or a property, by `decorator`, above or below `@step`."""
    return Problem(
        "step-signature",
        f"Step '{step}' is a @{decorator}, but a step is a method of the workflow object, or a free function.",
        f"Take @{decorator} away, and let the first parameter be self.",
        step=step,
        part="function",
    )


def is_like_a_step(facts: SignatureFacts) -> bool:
    """Whether an undecorated method has, beyond doubt, the signature of a step.

    It takes an event and returns one, or takes a context and an event and returns nothing: what merely looks at an
    event (`def render(self, ev: Done) -> None`) is taken for a helper.
    """
    if facts.returns is None or step_signature(facts) or any(parameter.unknown for parameter in facts.parameters):
        return False
    if not any(parameter.kind in ("event", "events") for parameter in facts.parameters):
        return False
    if any(parameter.kind == "other" for parameter in facts.parameters):
        return False
    makes = any(member.event is not None for member in facts.returns)
    return makes or any(parameter.kind == "context" for parameter in facts.parameters)


def _parameters(facts: SignatureFacts, found: list[Problem]) -> None:
    """Each parameter on its own."""
    for parameter in facts.parameters:
        if parameter.unknown or parameter.variadic:
            continue
        name, kind = parameter.name, parameter.kind
        if kind == "missing" and not parameter.has_default:
            _report(
                facts,
                found,
                f"Parameter '{name}' of step '{facts.name}' has no annotation.",
                f"Annotate '{name}' with the event that the step takes, or with Context.",
                parameter=name,
            )
        elif parameter.collect and kind != "events":
            _report(
                facts,
                found,
                f"Parameter '{name}' of step '{facts.name}' has a Collect marker but is annotated as "
                f"'{parameter.annotation}', "
                "which is no list of events.",
                "Annotate it as Annotated[list[...], Collect(...)], or take the marker away.",
                parameter=name,
            )
        elif parameter.refused is not None:
            message, hint = parameter.refused
            _report(
                facts,
                found,
                f"Parameter '{name}' of step '{facts.name}': {message}.",
                f"{hint[0].upper()}{hint[1:]}." if hint else "",
                parameter=name,
            )
        elif kind == "other" and not parameter.has_default:
            _report(
                facts,
                found,
                f"Parameter '{name}' of step '{facts.name}' is annotated as '{parameter.annotation}', "
                "which is no event, "
                "and nothing would pass it.",
                f"Annotate '{name}' with the event that the step takes, inject it as Annotated[..., Resource(...)], "
                "or give it a default.",
                parameter=name,
            )
        elif parameter.foreign:
            _report(
                facts,
                found,
                f"Parameter '{name}' of step '{facts.name}' is annotated as '{parameter.annotation}', and "
                f"{listed(parameter.foreign)} {'are' if parameter.foreign[1:] else 'is'} no event.",
                "Take events only; what else the step needs belongs on the event or in the state.",
                parameter=name,
            )
        for event in parameter.events:
            if event.is_a(STOP):
                _report(
                    facts,
                    found,
                    f"Step '{facts.name}' takes '{event.name}', which ends the run before any step could take it.",
                    "Take another event, and let the step that takes it return the StopEvent.",
                    event=event.name,
                    parameter=name,
                )


def _events(facts: SignatureFacts, found: list[Problem]) -> None:
    """The event parameters together."""
    events: list[SignatureParameter] = []
    lists: list[SignatureParameter] = []
    contexts: list[SignatureParameter] = []
    for parameter in facts.parameters:
        if parameter.unknown:
            return
        if parameter.kind == "event":
            events.append(parameter)
        elif parameter.kind == "events":
            lists.append(parameter)
        elif parameter.kind == "context":
            contexts.append(parameter)
    if len(contexts) > 1:
        _report(
            facts,
            found,
            f"Step '{facts.name}' has several context parameters: {listed([one.name for one in contexts])}.",
            "Keep one of them.",
        )
    if len(lists) > 1:
        _report(
            facts,
            found,
            f"Step '{facts.name}' has several list parameters: {listed([one.name for one in lists])}.",
            "Collect one list in a step; let another step collect the other.",
        )
    elif lists and events:
        _report(
            facts,
            found,
            f"Step '{facts.name}' takes the list '{lists[0].name}' beside {listed([one.name for one in events])}.",
            "Take one list, or several single events, but not both.",
            parameter=lists[0].name,
        )
    if len(events) > 1:
        for parameter in events:
            if len(parameter.events) > 1:
                _report(
                    facts,
                    found,
                    f"Step '{facts.name}' joins several events, but its parameter '{parameter.name}' takes "
                    f"{listed([event.name for event in parameter.events], 'or')}.",
                    "Give each parameter of a join one event class.",
                    parameter=parameter.name,
                )
    if not events and not lists and not any(_may_be_the_event(parameter) for parameter in facts.parameters):
        _report(
            facts,
            found,
            f"Step '{facts.name}' takes no event.",
            "Give it a parameter annotated with the event that it takes, such as ev: StartEvent.",
        )


def _may_be_the_event(parameter: SignatureParameter) -> bool:
    """Whether another finding is about the parameter that was to be the event, so that its absence is not news."""
    return not parameter.variadic and not parameter.has_default and parameter.kind in ("missing", "other")


def _returns(facts: SignatureFacts, found: list[Problem]) -> None:
    if facts.generator:
        _report(
            facts,
            found,
            f"Step '{facts.name}' yields its events, but a step returns them.",
            "Return list[...] to fan out, or send them one by one with ctx.send_event.",
            part="return",
        )
        return
    if facts.returns is None:
        _report(
            facts,
            found,
            f"Step '{facts.name}' has no return annotation.",
            "Annotate it with the events that it returns, such as -> StopEvent, or with -> None.",
            part="return",
        )
        return
    wrong = [
        member.text for member in facts.returns if member.event is None and member.text != "None" and not member.unknown
    ]
    if wrong:
        _report(
            facts,
            found,
            f"Step '{facts.name}' is annotated to return {listed(wrong, 'or')}, which is no event, list of "
            "events or None.",
            f"Return an event that carries it; StopEvent[{wrong[0]}] ends the run with it."
            if len(wrong) == 1 and wrong[0].isidentifier() and wrong[0] not in ("Any", "object")
            else "Annotate it with the events that it returns, such as -> Done | StopEvent, or with -> None.",
            part="return",
        )


def _report(
    facts: SignatureFacts,
    found: list[Problem],
    message: str,
    hint: str,
    *,
    parameter: str | None = None,
    part: Part | None = None,
    event: str | None = None,
) -> None:
    part = part or ("function" if parameter is None else "parameter")
    found.append(Problem("step-signature", message, hint, step=facts.name, event=event, part=part, name=parameter))
