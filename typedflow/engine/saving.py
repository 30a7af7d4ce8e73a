"""A run in progress as JSON data, and back.

What is saved is what is still to be done: invocations that run, wait or are queued (each runs again from its start),
open fan-outs with what has arrived in them, and what joins and `collect_events` have put by.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from typedflow.engine.collecting import Buffer
from typedflow.engine.fanout import FanOut
from typedflow.engine.invocation import Invocation, Payload
from typedflow.engine.open_waits import OpenWait, OpenWaits, open_wait_of
from typedflow.engine.plan import Mode, takes
from typedflow.errors import ContextSerdeError
from typedflow.events import Event, StepFailedEvent, dump_event, load_event

if TYPE_CHECKING:
    from typedflow.engine.books import Books
    from typedflow.engine.plan import StepPlan
    from typedflow.engine.run import Run

__all__ = ["restore_run", "save_run"]

Json = dict[str, Any]  # Any: JSON data, throughout this file


def save_run(run: Run) -> Json:
    """The run's books. Raises `ContextSerdeError` naming the step, event and field of a value that cannot be saved."""
    books = run.books
    now = run.now
    unfinished = (invocation for invocation in run.unfinished if not invocation.dropped)
    todo = {invocation.id: invocation for invocation in (*unfinished, *books.queued())}
    return {
        "is_running": True,
        "run_id": run.id,
        "elapsed": run.elapsed,
        "next_id": books.next_id,
        "invocations": [_invocation(todo[id], now) for id in sorted(todo)],
        "fan_outs": [_fan_out(scope) for scope in books.scopes.values()],
        "joined": _slots(books.joined),
        "waits": [_wait(wait) for wait in (*map(open_wait_of, books.waiters), *(books.open_waits or ()))],
        "collected": [
            {"step": step, "buffer": buffer, "events": [_event(event, f"collected by step '{step}'") for event in held]}
            for (step, buffer), held in books.collected.items()
        ],
    }


def _invocation(invocation: Invocation, now: float) -> Json:
    where = f"queued for step '{invocation.step}'"
    return {
        "id": invocation.id,
        "step": invocation.step,
        "payload": _payload(invocation.payload, where),
        "fan_out": invocation.scope.id if invocation.scope else None,
        "failures": invocation.failures,
        "since_first_attempt": now - invocation.first_started if invocation.first_started else 0.0,
        "recoveries": invocation.recoveries or {},
        "collected": [
            [name, None if events is None else [_event(event, where) for event in events]]
            for name, events in invocation.collected or ()
        ],
    }


def _payload(payload: Payload, where: str) -> object:
    if isinstance(payload, Event):
        return _event(payload, where)
    return [_event(event, where) for event in payload]


def _event(event: Event, where: str) -> Json:
    try:
        return dump_event(event)
    except PydanticSerializationError as error:
        raise ContextSerdeError(
            f"{type(event).__name__} {where} cannot be saved: {error}; give the field a type that pydantic can write as JSON, "
            f"or a serializer (pydantic.PlainSerializer)"
        ) from error


def _wait(wait: OpenWait) -> Json:
    return {
        "invocation": wait.invocation,
        "step": wait.step.name,
        "number": wait.number,
        "event": wait.key,
        "requirements": wait.requirements,
        "answer": None if wait.answer is None else _event(wait.answer, f"put by for step '{wait.step.name}'"),
    }


def _fan_out(scope: FanOut) -> Json:
    return {
        "id": scope.id,
        "producer": scope.producer.name,
        "parent": scope.parent.id if scope.parent else None,
        "recoveries": scope.recoveries or {},
        "arrived": {
            step.name: [_event(e, f"gathered by step '{step.name}'") for e in held]
            for step, held in scope.arrived.items()
        },
        "fired": [step.name for step in scope.fired],
        "cut": scope.cut,
        "joined": _slots(scope.joined),
    }


def _slots(joined: dict[StepPlan, list[deque[Event]]]) -> Json:
    return {
        step.name: [[_event(event, f"put by for step '{step.name}'") for event in slot] for slot in slots]
        for step, slots in joined.items()
    }


def restore_run(run: Run, saved: Mapping[str, Any], known: Mapping[str, type[Event]]) -> None:
    """Fill the books of a fresh run. Raises `ContextSerdeError` naming every place that does not fit the workflow."""
    problems: list[str] = []
    try:
        _fill(run, saved, _loader(known, problems), problems)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # it is not what `save_run` has written
        problems.append(f"it is damaged: {type(error).__name__}: {error}")
    if problems:
        raise ContextSerdeError(
            f"the saved run does not fit {run.plan.name} any more:" + "".join(f"\n  - {line}" for line in problems)
        )
    run.books.close_settled()


def _fill(run: Run, saved: Mapping[str, Any], load: Callable[[Json, str], Event], problems: list[str]) -> None:
    books = run.books
    books.next_id = int(saved.get("next_id", 0))
    run.elapsed_before = float(saved.get("elapsed", 0.0))
    for entry in saved.get("fan_outs", ()):
        _restore_fan_out(books, entry, load, problems)
    for number, entry in enumerate(saved.get("invocations", ())):
        _restore_invocation(run, entry, f"invocations.{number}", load, problems)
    books.joined = _restore_slots(books, saved.get("joined", {}), "joined", load, problems)
    for entry in saved.get("collected", ()):
        where = f"collected by step '{entry['step']}'"
        buffer = books.collected[entry["step"], entry["buffer"]] = Buffer()
        for event in entry["events"]:
            buffer.add(load(event, where))
    _restore_waits(books, saved.get("waits", ()), load, problems)


def _restore_slots(
    books: Books, joined: Json, where: str, load: Callable[[Json, str], Event], problems: list[str]
) -> dict[StepPlan, list[deque[Event]]]:
    restored = {}
    for name, slots in joined.items():
        step = _step(books, name, where, problems)
        if step is None:
            continue
        if step.mode is not Mode.JOIN or len(slots) != len(step.slots):
            now = ", ".join(step.event_names)
            problems.append(
                f"{where}: step '{name}' joined {len(slots)} events, and its event parameters are now: {now}"
            )
        restored[step] = [deque(load(event, f"{where}.{name}") for event in slot) for slot in slots]
    return restored


def _loader(known: Mapping[str, type[Event]], problems: list[str]) -> Callable[[Mapping[str, Any], str], Event]:
    def load(data: Mapping[str, Any], where: str) -> Event:
        try:
            return load_event(data, known)
        except LookupError as error:
            problems.append(f"{where}: {error.args[0]}")
        except ValidationError as error:
            for finding in error.errors():
                path = ".".join(str(part) for part in (where, *finding["loc"]))
                problems.append(f"{path}: {finding['msg']} ({str(data.get('type')).rpartition('.')[2]})")
        return Event()

    return load


def _step(books: Books, name: str, where: str, problems: list[str]) -> StepPlan | None:
    step = books.plan.by_name.get(name)
    if step is None:
        problems.append(f"{where}: the workflow has no step '{name}' any more")
    return step


def _restore_waits(
    books: Books, waits: Iterable[Json], load: Callable[[Json, str], Event], problems: list[str]
) -> None:
    for number, entry in enumerate(waits):
        step = _step(books, entry["step"], f"waits.{number}", problems)
        if step is None:
            continue
        if books.open_waits is None:
            books.open_waits = OpenWaits(books.host.report_unhandled)
        wait = OpenWait(entry["invocation"], step, entry["number"], entry["event"], entry["requirements"])
        if entry["answer"] is not None:
            wait.answer = load(entry["answer"], f"waits.{number}")
        books.open_waits.add(wait)


def _restore_fan_out(books: Books, entry: Json, load: Callable[[Json, str], Event], problems: list[str]) -> None:
    where = f"fan_outs.{entry['id']}"
    producer = _step(books, entry["producer"], where, problems)
    if producer is None:
        return
    parent = books.scopes.get(entry["parent"]) if entry["parent"] is not None else None
    scope = FanOut(entry["id"], producer, parent, entry["recoveries"] or None)
    for name, events in entry["arrived"].items():
        step = _step(books, name, where, problems)
        if step is not None:
            scope.arrived[step] = [load(event, f"{where}.{name}") for event in events]
    scope.fired = {step for name in entry["fired"] if (step := _step(books, name, where, problems)) is not None}
    scope.joined = _restore_slots(books, entry["joined"], where, load, problems)
    scope.cut = bool(entry.get("cut", False))
    books.scopes[scope.id] = scope


def _restore_invocation(
    run: Run, entry: Json, where: str, load: Callable[[Json, str], Event], problems: list[str]
) -> None:
    step = _step(run.books, entry["step"], where, problems)
    if step is None:
        return
    saved = entry["payload"]
    payload: Payload
    if isinstance(saved, list):
        events = [load(event, f"{where}.{number}") for number, event in enumerate(saved)]
        payload = events if step.mode is Mode.COLLECT else tuple(events)
    else:
        payload = load(saved, where)
    for event in (payload,) if isinstance(payload, Event) else payload:
        if not (problems or takes(step, type(event)) or isinstance(event, StepFailedEvent)):
            problems.append(f"{where}: step '{step.name}' takes no {type(event).__name__} any more")
    if isinstance(payload, Event) is not (step.mode is Mode.SINGLE):
        problems.append(f"{where}: step '{step.name}' takes {step.mode.value} now")
    scope = run.books.scopes[entry["fan_out"]] if entry["fan_out"] is not None else None
    invocation = Invocation(entry["id"], step, payload, scope, entry["recoveries"] or None)
    invocation.failures = entry["failures"]
    if entry["since_first_attempt"]:
        invocation.first_started = run.now - entry["since_first_attempt"]
    invocation.collected = [
        (name, None if events is None else [load(event, f"{where}.collected.{name}") for event in events])
        for name, events in entry["collected"]
    ] or None
    if scope is not None:
        scope.members[invocation] = None
    run.books.line_up(invocation)
