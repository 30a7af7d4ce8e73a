"""Short ways to write plain facts, for the tables of the rules."""

from __future__ import annotations

from typedflow.wiring import EventType, Graph, Parameter, Produced, StateField, StateType, StepNode
from typedflow.wiring.graph import EVENT, FAILED, HUMAN_RESPONSE, INPUT_REQUIRED, START, STOP

EVENT_ = EventType("Event", EVENT, ())
START_ = EventType("StartEvent", START)
STOP_ = EventType("StopEvent", STOP)
FAILED_ = EventType("StepFailedEvent", FAILED)
STOP_INT = EventType("StopEvent[int]", STOP + "[int]", (STOP, EVENT), origin=STOP)


def event(name: str, *bases: EventType, module: str = "shop") -> EventType:
    """An event class of the module `shop`, with those bases, nearest first."""
    keys = [key for base in bases for key in (base.key, *base.bases)]
    return EventType(name, f"{module}.{name}", (*dict.fromkeys([*keys, EVENT]),))


def asking(name: str) -> EventType:
    return EventType(name, f"shop.{name}", (INPUT_REQUIRED, EVENT))


def answer(name: str) -> EventType:
    return EventType(name, f"shop.{name}", (HUMAN_RESPONSE, EVENT))


A, B, C, D = (event(name) for name in "ABCD")
BEGIN = event("Begin", START_)
REPORT = event("Report", STOP_)
ASK = asking("Ask")
ANSWER = answer("Answer")

Taken = EventType | tuple[EventType, ...] | list[EventType]
Made = EventType | list[EventType] | None


def step(name: str, takes: Taken | dict[str, Taken], *makes: Made, **facts: object) -> StepNode:
    """`step("join", [A], STOP_)`: a list taken is a fan-in, a list made is a fan-out, a dict is a join."""
    parameters = takes if isinstance(takes, dict) else {"ev": takes}
    node = StepNode(
        name,
        takes=tuple(_parameter(parameter, taken) for parameter, taken in parameters.items()),
        returns=tuple(
            Produced(made, many)
            for member in makes
            if member is not None
            for made, many in ([(one, True) for one in member] if isinstance(member, list) else [(member, False)])
        ),
        may_return_none=None in makes,
    )
    return node._replace(**facts)  # type: ignore[arg-type]  # the facts are those of StepNode


def _parameter(name: str, taken: Taken) -> Parameter:
    if isinstance(taken, list):
        return Parameter(name, tuple(taken), many=True)
    return Parameter(name, (taken,) if isinstance(taken, EventType) else taken)


def graph(*steps: StepNode, **facts: object) -> Graph:
    return Graph("Shop", steps)._replace(**facts)  # type: ignore[arg-type]  # the facts are those of Graph


def state(name: str, *fields: StateField, bases: tuple[str, ...] = (), is_model: bool = True) -> StateType:
    return StateType(
        name, f"shop.{name}", (*(f"shop.{base}" for base in bases), "pydantic.BaseModel"), is_model, fields
    )


def field(name: str, owner: str, *, has_default: bool = True, **facts: object) -> StateField:
    return StateField(name, f"shop.{owner}", has_default)._replace(**facts)  # type: ignore[arg-type]  # as above
