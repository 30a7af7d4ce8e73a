"""The page about workflows within workflows: its programs run."""

from __future__ import annotations

from typing import Any

from snippets import DOCS, program

PAGE = DOCS / "subworkflows.md"


def names_of_the_page() -> dict[str, Any]:
    """What the page's program defines."""
    names: dict[str, Any] = {"__name__": "subworkflows_page"}
    exec(compile(program(PAGE), str(PAGE), "exec", dont_inherit=True), names)
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
