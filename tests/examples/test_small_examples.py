"""The small examples, each on input whose outcome is known."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from pathlib import Path

import pytest

from examples import first_matches, flaky_import, pause_resume, reflection, todo_review
from typedflow import Context

TEXT = """
Modules are files of Python code that other modules import by name. This is why the module system matters to modules.
The module system finds modules by name and runs the code of modules once for each module name. However, modules change.
Packages are modules that contain other modules by name. See the section on modules, modules and modules.

A sentence about something else entirely stands here too.
"""


async def test_reflection_ends_with_a_text_that_breaks_no_rule() -> None:
    handler = reflection.Reflection().run(text=TEXT, max_words=30)
    complaints = [event.reason async for event in handler.stream_events(only=reflection.Complaint)]
    abstract = await handler
    state = handler.ctx.state
    assert complaints
    assert state.drafts == len(complaints) + 1
    assert [reflection.complaint(state.sentences[number]) for number in state.chosen] == [None] * len(state.chosen)
    assert 0 < len(abstract.split()) <= 30
    assert "This is why" not in abstract


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("It is not said what.", "points at something that is not there"),
        ("Items are not It.", None),
        ("See the example of it.", "refers to another place"),
        ("the start is missing.", "begins in the middle"),
        ("Word " * 31, "is longer than 30 words"),
    ],
)
def test_the_checker_says_what_is_wrong(sentence: str, reason: str | None) -> None:
    found = reflection.complaint(sentence)
    assert found is None if reason is None else reason in (found or "")


def packages(root: Path, names: list[str]) -> None:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").write_text("x = 1\n\n\ndef wanted(): ...\n")


@pytest.mark.parametrize(("there", "found"), [(0, 0), (1, 1), (2, 2), (3, 3), (12, 3)])
async def test_the_first_three_answers_are_taken_or_as_many_as_there_are(
    tmp_path: Path, there: int, found: int
) -> None:
    packages(tmp_path, [f"p{number}" for number in range(there)])
    (tmp_path / "other.py").write_text("unwanted = 1\n")
    matches = await first_matches.FirstMatches().run(name="wanted", root=tmp_path)
    assert len(matches) == found
    assert {match.text for match in matches} <= {"def wanted(): ..."}
    assert {match.line for match in matches} <= {4}


@pytest.fixture
def todos(tmp_path: Path) -> Path:
    root = tmp_path / "src"
    (root / "sub").mkdir(parents=True)
    (root / "a.py").write_text("x = 1  # TODO: tidy up\n# nothing\n# FIXME\n")
    (root / "sub" / "b.py").write_text("# XXX why?\n# TODO later\n")
    return root


async def test_each_answer_decides_on_one_comment(todos: Path) -> None:
    answers = iter(["k", "d", "ask Ann", "q"])
    text = await todo_review.main(todos, 10, lambda: next(answers))
    assert text.splitlines() == [
        "# Tasks: 1",
        "- [ ] ask Ann (`sub/b.py:1`: why?)",
        "",
        "And 1 kept, 1 dropped, 1 open.",
    ]


async def test_only_as_many_questions_are_asked_as_allowed(todos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await todo_review.main(todos, 2, lambda: "k")
    assert [line for line in capsys.readouterr().out.splitlines() if ".py:" in line] == [
        "a.py:1: tidy up",
        "a.py:3: FIXME",
    ]


async def test_a_review_can_be_saved_while_it_waits_and_asks_again_when_restored(todos: Path) -> None:
    workflow = todo_review.TodoReview(timeout=None)
    handler = workflow.run(root=todos, limit=2)
    async for question in handler.stream_events(only=todo_review.Question):
        if question.number == 0:
            await handler.send_event(todo_review.Answer(number=0, text="d"))
        else:
            await handler.cancel_run()
            break
    saved = json.loads(json.dumps(handler.ctx.to_dict()))
    again = workflow.run(ctx=Context.from_dict(workflow, saved))
    async for question in again.stream_events(only=todo_review.Question):
        assert question.number == 1
        await again.send_event(todo_review.Answer(number=1, text="k"))
    assert (await again).splitlines()[-1] == "And 1 kept, 1 dropped, 0 open."


async def test_what_is_locked_is_tried_again_and_what_cannot_be_is_noted(tmp_path: Path) -> None:
    root = tmp_path / "src"
    root.mkdir()
    (root / "empty.py").write_text("")
    for number in range(5):
        (root / f"m{number}.py").write_text("x" * (number + 1))
    database = tmp_path / "files.db"
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    connection.execute(flaky_import.TABLE)
    connection.execute("BEGIN EXCLUSIVE")
    unlock = threading.Timer(0.3, connection.execute, ["ROLLBACK"])
    unlock.start()
    handler = flaky_import.FlakyImport().run(root=root, database=database)
    assert await handler == 1 + 2 + 3 + 4 + 5
    unlock.join()
    assert connection.execute("SELECT count(*), sum(bytes) FROM files").fetchone() == (5, 15)
    connection.close()
    state = handler.ctx.state
    assert state.retries >= 5
    assert state.rejected == {"empty.py": "CHECK constraint failed: bytes > 0"}


def signed(root: Path) -> str:
    lines = sorted(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}" for path in root.glob("*.py"))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@pytest.mark.parametrize("stop_after", [1, 5])
async def test_a_paused_run_goes_on_and_ends_as_one_without_a_pause(tmp_path: Path, stop_after: int) -> None:
    for number in range(10):
        (tmp_path / f"m{number}.py").write_text(f"x = {number}\n")
    signature = signed(tmp_path)
    workflow = pause_resume.Manifest()
    assert await workflow.run(root=tmp_path) == signature

    saved = await pause_resume.one_process(tmp_path, None, stop_after)
    assert saved is not None
    ctx = Context.from_dict(workflow, json.loads(saved))
    assert stop_after <= len(ctx.state.done) < 10
    assert await workflow.run(ctx=ctx) == signature
    assert len(ctx.state.done) == 10
