"""The bookkeeping of one run, and what happens after a step.

Plain data and plain decisions: nothing here knows of tasks, timers or the event loop, so the same decisions can be
taken by a host that keeps the books in a database. The engine calls `deliver`, `settle` and `fail`, and carries out
what they answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple, Protocol, cast

from typedflow.engine.collecting import Buffer
from typedflow.engine.fanout import FanOut
from typedflow.engine.invocation import Invocation, Payload
from typedflow.engine.open_waits import OpenWaits, open_wait_of
from typedflow.engine.places import Places
from typedflow.engine.plan import Mode, Plan, Role, StepPlan
from typedflow.engine.retrying import next_delay
from typedflow.engine.stall import waiting_join
from typedflow.engine.waits import Waiter, WaitingRoom
from typedflow.errors import WorkflowRuntimeError
from typedflow.events import CollectionReleaseEvent, Event, InputRequiredEvent, StepFailedEvent, StopEvent

__all__ = ["Books", "GiveUp", "Recover", "Retry"]


class Retry(NamedTuple):
    """Run the invocation again after `delay` seconds."""

    delay: float


class Recover:
    """A `@catch_error` step was given the failure."""


class GiveUp(NamedTuple):
    """The run fails with `error`."""

    error: Exception


class Host(Protocol):
    """What the books ask of the engine that carries out their decisions."""

    def cancel_rest(self, scope: FanOut) -> None: ...
    def report_unhandled(self, event: Event, step: str | None) -> None: ...


class Books(Places):
    """What is to be run, what is buffered, and who waits for what."""

    __slots__ = ("collected", "host", "joined", "next_id", "open_waits", "plan", "scopes")

    def __init__(self, plan: Plan, host: Host) -> None:
        super().__init__(len(plan.steps))
        self.host = host
        self.plan = plan
        self.next_id = 0
        self.scopes: dict[int, FanOut] = {}
        self.joined: dict[StepPlan, list[deque[Event]]] = {}
        self.collected: dict[tuple[str, str], Buffer] = {}
        self.open_waits: OpenWaits | None = None  # only in a run that was restored, or is over and may be

    # -- an event arrives

    def deliver(self, event: Event, source: Invocation | None, only: StepPlan | None = None) -> bool:
        """Give `event` to every step that takes it (or to `only` one); whether anybody took it."""
        kind = type(event)
        takers = self.plan.routes.get(kind)
        if takers is None:
            takers = self.plan.route(kind)
        if only is not None:
            takers = (only,)
        scope: FanOut | None = None
        recoveries: dict[str, int] | None = None
        if source is not None:
            scope, recoveries = source.scope, source.recoveries
            if source.over and scope is not None:  # a task that has outlived its step sends
                scope = scope.still_open()
        waited = self.waiters.answered(event, only) if self.waiters else None
        if waited:
            for waiter in waited.values():
                self.resume(waiter)
            takers = tuple(step for step in takers if step not in waited)
        early = self.open_waits.put_by(event, only, waited or ()) if self.open_waits else None
        if early:
            takers = tuple(step for step in takers if step not in early)
        for step in takers:
            if step.mode is Mode.SINGLE:
                self._enqueue(step, event, scope, recoveries)
            elif step.mode is Mode.COLLECT:
                self._gather(step, event, scope)
            else:
                self._join(step, event, scope, recoveries)
        return bool(takers or waited or early)

    def _enqueue(
        self, step: StepPlan, payload: Payload, scope: FanOut | None, recoveries: dict[str, int] | None
    ) -> None:
        self.next_id += 1
        invocation = Invocation(self.next_id, step, payload, scope, recoveries)
        if scope is not None:
            scope.members[invocation] = None
        self.line_up(invocation)

    def _gather(self, step: StepPlan, event: Event, scope: FanOut | None) -> None:
        bound = scope.bound_to(step) if scope is not None else None
        if bound is None:
            raise WorkflowRuntimeError(
                f"step '{step.name}' gathers list[{type(event).__name__}] from a fan-out, but this "
                f"{type(event).__name__} comes from outside any: return it from a step that a returned list leads to, or use "
                f"ctx.collect_events for events that are sent one by one"
            )
        if step in bound.fired:
            return
        arrived = bound.arrived.setdefault(step, [])
        arrived.append(event)
        if step.take is not None and len(arrived) == step.take:
            self._fire(step, bound)
            if step.cancel_rest:
                self.host.cancel_rest(bound)

    def _fire(self, step: StepPlan, scope: FanOut) -> None:
        scope.fired.add(step)
        self._enqueue(step, scope.arrived.pop(step, []), scope.parent, scope.recoveries)

    def _join(self, step: StepPlan, event: Event, scope: FanOut | None, recoveries: dict[str, int] | None) -> None:
        joined = self.joined if scope is None else scope.joined
        slots = joined.get(step)
        if slots is None:
            slots = joined[step] = [deque() for _ in step.slots]
        min((slots[number] for number in step.slots_for(type(event))), key=len).append(event)
        if all(slots):
            if scope is not None:
                scope.fired.add(step)
            self._enqueue(step, tuple(slot.popleft() for slot in slots), scope, recoveries)

    # -- waiting

    def keep_waits(self) -> None:
        """The run is being cancelled, which ends all waits; one that is saved later was waiting all the same."""
        kept = self.open_waits or OpenWaits(self.host.report_unhandled)
        for waiter in self.waiters:
            kept.add(open_wait_of(waiter))
        self.open_waits = kept
        self.waiters = WaitingRoom()

    def early_answer(self, waiter: Waiter) -> Event | None:
        """The answer that came before the restored step got to its wait again, if it did."""
        return self.open_waits.answer_for(waiter) if self.open_waits else None

    # -- a step has ended

    def settle(self, invocation: Invocation, result: object) -> StopEvent[Any] | InputRequiredEvent | None:
        """Do what follows from the step's `result`; answers the event that the engine must act upon, if any.

        Raises `WorkflowRuntimeError` where the step returned what it may not; the invocation is then still open.
        """
        plan = invocation.plan
        role = plan.roles.get(type(result)) or plan.role_of(result)
        if role is Role.EVENT:
            if not self.deliver(cast("Event", result), invocation):
                self.host.report_unhandled(cast("Event", result), plan.name)
        elif role is Role.STOP:
            return cast("StopEvent[Any]", result)
        elif role is Role.QUESTION:
            self.deliver(cast("Event", result), invocation)
        elif role is Role.LIST:
            self._fan_out(invocation, plan.elements(cast("list[object]", result)))
        self.leave(invocation)
        return cast("InputRequiredEvent", result) if role is Role.QUESTION else None

    def leave(self, invocation: Invocation) -> None:
        """The invocation is over: its place and its part in the fan-out are free."""
        if self.open_waits:
            self.open_waits.forget(invocation.id)
        invocation.over = True
        self.leave_place(invocation)
        scope = invocation.scope
        if scope is not None:
            del scope.members[invocation]
            if not scope.members:
                self._close(scope)

    def _fan_out(self, invocation: Invocation, events: list[Event]) -> None:
        self.next_id += 1
        scope = FanOut(self.next_id, invocation.plan, invocation.scope, invocation.recoveries)
        self.scopes[scope.id] = scope
        scope.delivering = True
        member = Invocation(0, invocation.plan, invocation.payload, scope, invocation.recoveries)
        for event in events:
            if not self.deliver(event, member):
                self.host.report_unhandled(event, invocation.plan.name)
        scope.delivering = False
        self._close(scope)

    def _close(self, settled: FanOut) -> None:
        """Close the fan-out if it is settled, and those around it that waited for nothing else."""
        scope: FanOut | None = settled
        while scope is not None and scope.settled and scope.id in self.scopes:
            for step, slots in scope.joined.items():
                if step not in scope.fired and not scope.cut:
                    raise WorkflowRuntimeError(_incomplete_join(step, slots, scope))
            for collector in scope.producer.collectors:
                if collector not in scope.fired and (scope.parent is None or not scope.parent.cut):
                    self._fire(collector, scope)
            del self.scopes[scope.id]
            if scope.parent is not None:
                del scope.parent.nested[scope]
            scope = scope.parent

    def cut(self, scope: FanOut) -> list[Invocation]:
        """Take what has not started in `scope` out of the lines; answers what has, for the engine to cancel.

        The fan-ins of fan-outs nested in it do not fire any more: they would be given a part as if it were all.
        """
        started: list[Invocation] = []
        scopes = scope.with_nested()
        for inner in scopes:
            inner.cut = True
            for member in tuple(inner.members):
                if member.worker is not None:
                    started.append(member)
                    continue
                member.dropped = True  # those who come to it in a line pass it over
                self.retrying.pop(member.id, None)
                del inner.members[member]
        for inner in reversed(scopes):
            self._close(inner)
        return started

    def close_settled(self) -> None:
        """Close the fan-outs in which nothing is left to do: after a restore, what was being cancelled is not there."""
        for scope in reversed(tuple(self.scopes.values())):
            self._close(scope)

    # -- a step has failed

    def fail(self, invocation: Invocation, error: Exception, now: float, run_id: str) -> Retry | Recover | GiveUp:
        """Decide between another attempt, a `@catch_error` step and the end of the run."""
        invocation.failures += 1
        invocation.last_error = error
        invocation.last_failed_at = datetime.now(timezone.utc)
        elapsed = now - invocation.first_started
        plan = invocation.plan
        if plan.retry is not None:
            try:
                delay = next_delay(plan.retry, elapsed, invocation, error, run_id)
            except Exception as broken:
                broken.__cause__ = error
                return GiveUp(broken)
            if delay is not None:
                self.retrying[invocation.id] = invocation
                invocation.worker = None
                self.leave_place(invocation)
                return Retry(delay)
        handler = self.plan.handlers.get(plan.name)
        if handler is None:
            return GiveUp(error)
        counts = invocation.recoveries or {}
        used = counts.get(handler.name, 0)
        if used >= handler.max_recoveries:
            return GiveUp(error)
        failure = StepFailedEvent(
            step_name=plan.name,
            input_event=event_of(invocation.payload),
            exception=error,
            attempts=invocation.failures,
            elapsed_seconds=elapsed,
            failed_at=invocation.last_failed_at,
        )
        self._enqueue(handler, failure, invocation.scope, {**counts, handler.name: used + 1})
        self.leave(invocation)
        return Recover()

    # -- collect_events

    def collect(
        self, invocation: Invocation, event: Event, expected: Sequence[type[Event]], name: str
    ) -> list[Event] | None:
        """Put `event` by; the batch in the order of `expected` when it is complete.

        A step that is tried again gives the same events again: it is answered as the first time, and nothing is put by
        twice.
        """
        if invocation.replayed < len(invocation.collected or ()):
            asked, answer = (invocation.collected or [])[invocation.replayed]
            if asked == name:
                invocation.replayed += 1
                return answer if answer is None else list(answer)
        buffer = self.collected.get((invocation.plan.name, name))
        if buffer is None:
            buffer = self.collected[invocation.plan.name, name] = Buffer()
        buffer.add(event)
        batch = buffer.take(expected)
        if not buffer:
            del self.collected[invocation.plan.name, name]
        if invocation.collected is None:
            invocation.collected = []
        invocation.collected.append((name, batch))
        invocation.replayed = len(invocation.collected)
        return batch if batch is None else list(batch)


def event_of(payload: Payload) -> Event:
    """The event that stands for a payload: itself, or one that holds the several."""
    return payload if isinstance(payload, Event) else CollectionReleaseEvent(events=list(payload))


def _incomplete_join(step: StepPlan, slots: list[deque[Event]], scope: FanOut) -> str:
    return (
        f"the fan-out of step '{scope.producer.name}' is over, but {'; '.join(waiting_join(step, slots))}: "
        f"every branch of the fan-out has ended, so it can no longer come"
    )
