"""Resource objects: shared by the steps, made anew with cache=False, and one that needs another."""

from __future__ import annotations

from typing import Annotated

from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent
from workflows.resource import Resource

made: list[str] = []


class Memory:
    def __init__(self) -> None:
        self.messages: list[str] = []

    async def put(self, message: str) -> None:
        self.messages.append(message)


class Ticket:
    pass


class Desk:
    def __init__(self, memory: Memory) -> None:
        self.memory = memory


def get_memory(*args, **kwargs) -> Memory:
    made.append("memory")
    return Memory()


async def get_ticket() -> Ticket:
    made.append("ticket")
    return Ticket()


def get_desk(memory: Annotated[Memory, Resource(get_memory)]) -> Desk:
    made.append("desk")
    return Desk(memory)


class SecondEvent(Event):
    msg: str


class WorkflowWithResource(Workflow):
    @step
    async def first_step(
        self,
        ev: StartEvent,
        memory: Annotated[Memory, Resource(get_memory)],
        ticket: Annotated[Ticket, Resource(get_ticket, cache=False)],
    ) -> SecondEvent:
        await memory.put("This is the first step")
        return SecondEvent(msg="This is an input for step 2")

    @step
    async def second_step(
        self,
        ev: SecondEvent,
        memory: Annotated[Memory, Resource(get_memory)],
        ticket: Annotated[Ticket, Resource(get_ticket, cache=False)],
        desk: Annotated[Desk, Resource(get_desk)],
    ) -> StopEvent:
        await memory.put(ev.msg)
        return StopEvent(result=(desk.memory is memory, memory.messages))


async def main() -> object:
    made.clear()
    return await WorkflowWithResource().run(), sorted(made)


EXPECTED = (
    (True, ["This is the first step", "This is an input for step 2"]),
    ["desk", "memory", "ticket", "ticket"],
)
