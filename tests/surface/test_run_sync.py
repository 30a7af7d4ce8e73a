"""`run_sync`: from a script, from a notebook, from a step."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from typing import Annotated

import pytest

from typedflow import Context, Resource, StartEvent, StopEvent, Workflow, step
from typedflow.context import current_run
from typedflow.errors import WorkflowRuntimeError, WorkflowTimeoutError, WorkflowValidationError


class Begin(StartEvent):
    n: int


class Double(Workflow):
    start_event = Begin

    @step
    async def double(self, ctx: Context, ev: Begin) -> StopEvent[int]:
        await asyncio.sleep(0)
        if ev.n < 0:
            raise ValueError("negative")
        await ctx.store.set("n", ev.n)
        return StopEvent(result=2 * ev.n)


def test_in_a_script_it_gives_the_result() -> None:
    assert Double().run_sync(n=4) == 8


def test_it_takes_what_run_takes() -> None:
    workflow = Double()
    ctx = Context(workflow)
    assert workflow.run_sync(start_event=Begin(n=3), ctx=ctx, run_id="mine") == 6
    assert ctx.state["n"] == 3
    assert workflow.run_sync(ctx=ctx, n=5) == 10


def test_it_raises_what_the_run_raises() -> None:
    with pytest.raises(ValueError, match="negative") as caught:
        Double().run_sync(n=-1)
    assert any("in step 'double'" in note for note in getattr(caught.value, "__notes__", []))
    with pytest.raises(WorkflowValidationError, match="'m'"):
        Double().run_sync(n=1, m=2)  # type: ignore[typedflow-run-arguments]  # the point of the test

    class Slow(Workflow):
        @step
        async def wait(self, ev: StartEvent) -> StopEvent:
            await asyncio.sleep(5)
            return StopEvent()

    with pytest.raises(WorkflowTimeoutError):
        Slow(timeout=0.01).run_sync()


async def test_where_a_loop_is_running_as_in_a_notebook_it_works_in_another_thread() -> None:
    seen = []

    class Where(Workflow):
        @step
        async def look(self, ev: StartEvent) -> StopEvent[str]:
            seen.append(threading.current_thread())
            return StopEvent(result="done")

    assert Where().run_sync() == "done"
    assert seen[0] is not threading.current_thread()
    assert not seen[0].is_alive()
    with pytest.raises(ValueError, match="negative"):
        Double().run_sync(n=-1)


async def test_an_async_step_is_told_to_await_instead() -> None:
    class Outer(Workflow):
        @step
        async def call(self, ev: StartEvent) -> StopEvent[int]:
            return StopEvent(result=Double().run_sync(n=1))

    with pytest.raises(
        WorkflowRuntimeError, match=r"run_sync\(\) of Double was called by an async step of Outer.*await Double"
    ):
        await Outer().run()


async def test_a_plain_step_may_run_another_workflow() -> None:
    class Outer(Workflow):
        @step
        def call(self, ctx: Context, ev: StartEvent) -> StopEvent[int]:
            result = Double().run_sync(n=2)
            assert ctx.retry_info().retry_number == 0  # it is still in its own run
            return StopEvent(result=result)

    assert await Outer().run() == 4
    assert current_run.get() is None


def test_resources_are_closed_and_a_plain_one_serves_several_calls() -> None:
    log = []

    def model() -> str:
        log.append("loaded")
        return "model"

    def client(model: Annotated[str, Resource(model)]):  # type: ignore[no-untyped-def]  # what it yields is said below
        log.append("opened")
        yield model
        log.append("closed")

    class Asking(Workflow):
        @step
        async def ask(self, ev: StartEvent, client: Annotated[str, Resource(client)]) -> StopEvent[str]:
            return StopEvent(result=client)

    workflow = Asking()
    assert workflow.run_sync() == "model"
    assert workflow.run_sync() == "model"
    assert log == ["loaded", "opened", "closed", "opened", "closed"]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX does")
@pytest.mark.parametrize("notebook", [False, True])
def test_ctrl_c_cancels_the_run_and_lets_the_steps_clean_up(notebook: bool) -> None:
    code = """
        import asyncio, signal, sys
        from typedflow import StartEvent, StopEvent, Workflow, step

        signal.signal(signal.SIGINT, signal.default_int_handler)  # which a process in the background does not have

        class Long(Workflow):
            @step
            async def wait(self, ev: StartEvent) -> StopEvent:
                print("begun", flush=True)
                try:
                    await asyncio.sleep(30)
                finally:
                    await asyncio.sleep(0.01)
                    print("cleaned up", flush=True)
                return StopEvent()

        async def cell():
            Long().run_sync()

        try:
            if sys.argv[1] == "True":  # as a notebook's kernel does: asyncio.run would keep the first Ctrl-C for itself
                asyncio.new_event_loop().run_until_complete(cell())
            else:
                Long().run_sync()
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(notebook)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert out.splitlines() == ["cleaned up", "interrupted"]
