"""The guide's first program: one step makes, the next one judges, with a model held by the class."""

from __future__ import annotations

from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent


class Model:
    async def complete(self, prompt: str) -> str:
        return f"<{prompt}>"


class JokeEvent(Event):
    joke: str


class JokeFlow(Workflow):
    model = Model()

    @step
    async def generate_joke(self, ev: StartEvent) -> JokeEvent:
        topic = ev.topic
        return JokeEvent(joke=await self.model.complete(f"a joke about {topic}"))

    @step
    async def critique_joke(self, ev: JokeEvent) -> StopEvent:
        return StopEvent(result=await self.model.complete(f"a critique of {ev.joke}"))


async def main() -> object:
    w = JokeFlow(timeout=60, verbose=False)
    return await w.run(topic="pirates"), JokeFlow().workflow_name.endswith("JokeFlow")


EXPECTED = ("<a critique of <a joke about pirates>>", True)
