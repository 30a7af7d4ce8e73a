"""`StartEvent` itself declares nothing: any keyword, read back by item or `get`; a subclass takes exactly its fields."""

from typing import Any

from typedflow import StartEvent, StopEvent, Workflow, step
from typing_extensions import assert_type


class Begin(StartEvent):
    topic: str


class Flow(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent[str]:
        assert_type(ev["topic"], Any)
        assert_type(ev.get("topic"), Any)
        assert_type(ev.get("topic", 3), Any)
        assert_type(ev.keys(), list[str])
        assert_type("topic" in ev, bool)
        return StopEvent(result=str(ev["topic"]))


class Declared(Workflow):
    @step
    async def begin(self, ev: Begin) -> StopEvent[str]:
        assert_type(ev.topic, str)
        assert_type(ev["topic"], Any)
        return StopEvent(result=ev.topic)


async def right() -> None:
    StartEvent()
    StartEvent(topic="ships", depth=3)
    await Flow().run()
    await Flow().run(topic="ships", depth=3)
    await Flow().run(start_event=StartEvent(topic="ships"))
    await Declared().run(topic="ships")  # only the plugin knows that this is to be checked


async def wrong() -> None:
    StartEvent("ships")  # E: mypy[arg-type,call-arg] pyright[reportCallIssue] pyrefly[bad-argument-count] ty[too-many-positional-arguments]
    StartEvent()[3]  # E: mypy[index] pyright[reportArgumentType] pyrefly[bad-index] ty[invalid-argument-type]
    StartEvent().keys("topic")  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[bad-argument-count] ty[too-many-positional-arguments]
    Begin(title="ships")  # E: mypy[call-arg] pyright[reportCallIssue] pyrefly[missing-argument,unexpected-keyword] ty[missing-argument,unknown-argument]
    await Flow().run(start_event="ships")  # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
    await Flow().run(start_event=StopEvent())  # E: mypy[call-overload] pyright[reportArgumentType,reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
