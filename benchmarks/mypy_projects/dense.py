"""A workflow that has little else in it than what the plugin looks at."""

from __future__ import annotations

__all__ = ["dense"]


def dense(number: int, steps: int) -> str:
    """A workflow with a state, a chain of steps, an edit in each, a helper, and a caller."""
    lines = [
        "from __future__ import annotations",
        "from pydantic import BaseModel, Field",
        "from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step",
        f"class Begin{number}(StartEvent):\n    by: int\n    name: str = ''",
        f"class State{number}(BaseModel):\n    count: int = 0\n    names: list[str] = Field(default_factory=list)",
        *(f"class Event{n}(Event):\n    value: int\n    label: str = ''" for n in range(1, steps)),
        f"class Flow{number}(Workflow):",
    ]
    for n in range(steps):
        takes = f"Begin{number}" if n == 0 else f"Event{n}"
        returns = "StopEvent[int]" if n == steps - 1 else f"Event{n + 1}"
        made = "StopEvent(result=total)" if n == steps - 1 else f"Event{n + 1}(value=total, label=self.label(total))"
        lines.append(
            f"    @step\n"
            f"    async def step{n}(self, ctx: Context[State{number}], ev: {takes}) -> {returns}:\n"
            f"        async with ctx.store.edit_state() as state:\n"
            f"            state.count += 1\n"
            f"            state.names.append(str(ev))\n"
            f"        total = await ctx.store.get('count') + ctx.state.count\n"
            f"        for name in ctx.state.names:\n"
            f"            total += len(name)\n"
            f"        return {made}"
        )
    lines.append("    def label(self, total: int) -> str:\n        return f'{total:05}'")
    lines.append(f"async def main() -> int:\n    return await Flow{number}().run(by={number})")
    return "\n".join(lines) + "\n"
