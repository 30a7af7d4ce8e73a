"""Customizing entry and exit points: start and stop events with fields."""

from __future__ import annotations

from pathlib import Path

from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Index:
    def query(self, question: str) -> str:
        return f"about {question}"


class MyCustomStartEvent(StartEvent):
    a_string_field: str
    a_path_to_somewhere: Path
    an_index: Index


class JokeEvent(Event):
    joke: str


class MyStopEvent(StopEvent):
    critique: str
    score: int = 0


class JokeFlow(Workflow):
    @step
    async def generate_joke(self, ev: MyCustomStartEvent) -> JokeEvent:
        return JokeEvent(joke=f"{ev.an_index.query(ev.a_string_field)} in {ev.a_path_to_somewhere.name}")

    @step
    async def critique_joke(self, ev: JokeEvent) -> MyStopEvent:
        return MyStopEvent(critique=f"critique: {ev.joke}")


async def main() -> object:
    start = MyCustomStartEvent(a_string_field="cats", a_path_to_somewhere=Path("/tmp/x"), an_index=Index())
    w = JokeFlow(timeout=60, verbose=False)
    given = await w.run(start_event=start)
    made = await w.run(a_string_field="dogs", a_path_to_somewhere=Path("/tmp/y"), an_index=Index())
    return given.critique, type(made).__name__, made.critique, made.score, w.start_event_class.__name__


EXPECTED = ("critique: about cats in x", "MyStopEvent", "critique: about dogs in y", 0, "MyCustomStartEvent")
