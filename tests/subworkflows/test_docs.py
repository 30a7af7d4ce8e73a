"""The page about workflows within workflows: its programs run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "subworkflows.md"


def names_of_the_page() -> dict[str, Any]:
    """What the page's blocks define, run one after the other."""
    names: dict[str, Any] = {"__name__": "subworkflows_page"}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)
    return names


async def test_the_programs_of_the_page_run() -> None:
    page = names_of_the_page()
    assert await page["Answers"]().run(question="ships") == 2
    assert await page["Shows"]().run(question="ships") == 2
    assert await page["Writes"]().run() == 3
    handler = page["PassesOn"]().run()
    async for question in handler.stream_events(only=page["Question"]):
        await handler.send_event(page["Answer"](text=question.prompt))
    assert await handler == "who?"
