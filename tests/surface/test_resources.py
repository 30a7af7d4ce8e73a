"""Resources: made once, by the rule of their scope, closed when their time is over, replaced by tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from typedflow import Context, Event, Resource, StartEvent, StepFailedEvent, StopEvent, Workflow, catch_error, step
from typedflow.errors import StepTimeoutError, WorkflowCancelledByUser, WorkflowValidationError
from typedflow.events import WorkflowFailedEvent
from typedflow.resource import ResourceConfig, ResourceManager, override
from typedflow.retry_policy import ConstantDelayRetryPolicy
from typedflow.testing import virtual_time

log: list[str] = []
"""What the factories of the test in progress did."""


@pytest.fixture(autouse=True)
def _fresh_log() -> None:
    log.clear()


class Client:
    def __init__(self, name: str = "client") -> None:
        self.name = name


class Task(Event):
    n: int = 0


class Done(Event):
    n: int = 0


def workflow_of(factory: Callable[..., Any], cache: Any = "workflow") -> type[Workflow]:
    """Two steps that each ask for the resource; the result says whether they were given the same one."""

    class Two(Workflow):
        @step
        async def first(self, ctx: Context, ev: StartEvent, client: Annotated[Any, Resource(factory, cache)]) -> Task:
            async with ctx.store.edit_state() as state:
                state["first"] = id(client)
            log.append("first")
            return Task()

        @step
        async def second(
            self, ctx: Context, ev: Task, client: Annotated[Any, Resource(factory, cache)]
        ) -> StopEvent[Any]:
            log.append("second")
            return StopEvent(result=(ctx.state["first"] == id(client), client))

    return Two


def plain() -> Client:
    log.append("made")
    return Client()


async def coroutine() -> Client:
    await asyncio.sleep(0)
    log.append("made")
    return Client()


def generator() -> Iterator[Client]:
    log.append("opened")
    yield Client()
    log.append("closed")


async def async_generator() -> AsyncIterator[Client]:
    log.append("opened")
    yield Client()
    await asyncio.sleep(0)
    log.append("closed")


@contextmanager
def manager() -> Iterator[Client]:
    log.append("opened")
    yield Client()
    log.append("closed")


@asynccontextmanager
async def async_manager() -> AsyncIterator[Client]:
    log.append("opened")
    yield Client()
    log.append("closed")


class Entered:
    async def __aenter__(self) -> Client:
        log.append("opened")
        return Client()

    async def __aexit__(self, *_: object) -> None:
        log.append("closed")


def gives_a_manager() -> AbstractAsyncContextManager[Client]:
    return Entered()


CLOSING = [generator, async_generator, manager, async_manager, gives_a_manager]


# -- the forms of a factory


@pytest.mark.parametrize("factory", [plain, coroutine, *CLOSING, Client, lambda: Client(), partial(Client, "bound")])
async def test_a_factory_of_any_form_gives_its_value(factory: Callable[..., Any]) -> None:
    same, client = await workflow_of(factory)().run()
    assert same
    assert isinstance(client, Client)


@pytest.mark.parametrize("factory", CLOSING)
async def test_what_has_to_be_closed_is_closed_when_the_run_ends(factory: Callable[..., Any]) -> None:
    workflow = workflow_of(factory)()
    await workflow.run()
    assert log == ["opened", "first", "second", "closed"]
    await workflow.run()
    assert log == ["opened", "first", "second", "closed"] * 2


async def test_a_value_that_only_happens_to_be_a_context_manager_is_not_entered() -> None:
    def lock() -> asyncio.Lock:
        return asyncio.Lock()

    _, value = await workflow_of(lock)().run()
    assert not value.locked()
    _, value = await workflow_of(asyncio.Lock)().run()
    assert not value.locked()


# -- how long one value serves


@pytest.mark.parametrize("factory", [plain, coroutine])
@pytest.mark.parametrize(
    ("cache", "runs", "made"),
    [("workflow", 2, 1), ("run", 2, 2), ("step", 2, 4), (True, 2, 1), (False, 2, 4)],
)
async def test_cache_says_how_often_it_is_made(
    factory: Callable[..., Any], cache: object, runs: int, made: int
) -> None:
    workflow = workflow_of(factory, cache)()
    for _ in range(runs):
        await workflow.run()
    assert log.count("made") == made


async def test_two_workflow_objects_share_nothing_unless_they_share_a_manager() -> None:
    flow = workflow_of(plain)
    await flow().run()
    await flow().run()
    assert log.count("made") == 2
    shared = ResourceManager()
    await flow(resource_manager=shared).run()
    await flow(resource_manager=shared).run()
    assert log.count("made") == 3


def test_what_an_async_factory_made_belongs_to_its_event_loop() -> None:
    by_coroutine, by_function = workflow_of(coroutine)(), workflow_of(plain)()

    async def main(workflow: Workflow) -> None:
        await workflow.run()
        await workflow.run()

    for _ in range(3):
        asyncio.run(main(by_coroutine))
    assert log.count("made") == 3
    for _ in range(3):
        asyncio.run(main(by_function))
    assert log.count("made") == 4


async def test_a_step_scoped_resource_is_closed_after_each_attempt_and_sees_its_error() -> None:
    def session() -> Iterator[Client]:
        try:
            yield Client()
            log.append("commit")
        except OSError:
            log.append("rollback")
            raise

    class Writing(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(delay=0))
        async def write(
            self, ctx: Context, ev: StartEvent, db: Annotated[Client, Resource(session, "step")]
        ) -> StopEvent:
            if not ctx.retry_info().retry_number:
                raise OSError
            return StopEvent()

    await Writing().run()
    assert log == ["rollback", "commit"]


async def test_a_resource_that_swallows_the_error_does_not_make_the_step_succeed() -> None:
    def forgiving() -> Iterator[Client]:
        try:
            yield Client()
        except OSError:
            log.append("swallowed")

    class Failing(Workflow):
        @step
        async def fail(self, ev: StartEvent, client: Annotated[Client, Resource(forgiving, "step")]) -> StopEvent:
            raise OSError("the step's")

    with pytest.raises(OSError, match="the step's"):
        await Failing().run()
    assert log == ["swallowed"]


# -- closing, however the run ends


class Held(Workflow):
    """Ends as it is told."""

    @step
    async def hold(self, ev: StartEvent, client: Annotated[Client, Resource(async_generator)]) -> StopEvent[str]:
        if ev["how"] == "fails":
            raise ValueError("no")
        if ev["how"] == "hangs":
            await asyncio.sleep(60)
        return StopEvent(result="done")


async def test_it_is_closed_before_the_handler_gives_the_result() -> None:
    assert await Held().run(how="ends") == "done"
    assert log == ["opened", "closed"]


def failing_open() -> Iterator[Client]:
    log.append("opened")
    try:
        yield Client()
    except BaseException as error:
        log.append(type(error).__name__)
        raise
    finally:
        log.append("closed")


class Seeing(Workflow):
    @step
    async def hold(self, ev: StartEvent, client: Annotated[Client, Resource(failing_open)]) -> StopEvent[str]:
        if ev["how"] == "fails":
            raise ValueError("no")
        await asyncio.sleep(60)
        return StopEvent(result="done")


async def test_a_resource_of_a_failed_run_sees_the_error_and_is_closed() -> None:
    with pytest.raises(ValueError, match="no") as caught:
        await Seeing().run(how="fails")
    assert log == ["opened", "ValueError", "closed"]
    frames = []
    trace = caught.value.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    assert frames[-1] == "hold"
    assert "failing_open" not in frames


async def test_a_resource_of_a_cancelled_run_is_closed_before_cancel_run_returns() -> None:
    handler = Seeing().run(how="hangs")
    await asyncio.sleep(0.01)
    await handler.cancel_run()
    assert log == ["opened", "WorkflowCancelledByUser", "closed"]
    with pytest.raises(WorkflowCancelledByUser):
        await handler


@virtual_time
async def test_a_resource_of_a_run_that_times_out_is_closed() -> None:
    with pytest.raises(TimeoutError):
        await Seeing(timeout=5).run(how="hangs")
    assert log == ["opened", "WorkflowTimeoutError", "closed"]


async def test_resources_are_closed_in_the_reverse_order_of_their_opening() -> None:
    def first() -> Iterator[str]:
        yield "first"
        log.append("first closed")

    def second(one: Annotated[str, Resource(first)]) -> Iterator[str]:
        yield one
        log.append("second closed")

    await workflow_of(second)().run()
    assert log == ["first", "second", "second closed", "first closed"]


async def test_a_resource_that_fails_to_close_fails_a_run_that_would_have_succeeded() -> None:
    def bad() -> Iterator[Client]:
        yield Client()
        raise OSError("cannot close")

    handler = workflow_of(bad)().run()
    with pytest.raises(OSError, match="cannot close") as caught:
        await handler
    assert any("while closing the resource 'bad'" in note for note in caught.value.__notes__)  # type: ignore[attr-defined]  # an attribute from Python 3.11 on
    assert isinstance(handler.get_stop_event(), WorkflowFailedEvent)


async def test_in_a_failed_run_the_steps_error_comes_before_that_of_a_resource(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bad() -> Iterator[Client]:
        try:
            yield Client()
        finally:
            raise OSError("cannot close")

    class Failing(Workflow):
        @step
        async def fail(self, ev: StartEvent, client: Annotated[Client, Resource(bad)]) -> StopEvent:
            raise ValueError("the step's")

    with pytest.raises(ValueError, match="the step's"):
        await Failing().run()
    assert "a resource failed to close" in caplog.text


@virtual_time
async def test_a_resource_that_does_not_close_is_not_waited_for_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    async def stuck() -> AsyncIterator[Client]:
        yield Client()
        await asyncio.sleep(3600)

    await workflow_of(stuck)().run()
    assert "without waiting any longer for its resource 'stuck' to close" in caplog.text


async def test_a_resource_is_left_by_the_task_that_entered_it() -> None:
    tasks = []

    async def scoped() -> AsyncIterator[Client]:
        tasks.append(asyncio.current_task())
        yield Client()
        tasks.append(asyncio.current_task())

    await workflow_of(scoped)().run()
    assert tasks[0] is tasks[1]


async def test_no_task_is_left_behind() -> None:
    before = asyncio.all_tasks()
    handler = Held().run(how="hangs")
    await asyncio.sleep(0.01)
    await handler.cancel_run()
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == before


# -- concurrent first use


class Fan(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> list[Task]:
        return [Task(n=n) for n in range(8)]

    @step(num_workers=8)
    async def work(self, ev: Task, client: Annotated[Client, Resource(coroutine)]) -> Done:
        return Done(n=id(client))

    @step
    async def join(self, evs: list[Done]) -> StopEvent[int]:
        return StopEvent(result=len({ev.n for ev in evs}))


async def test_steps_that_first_ask_at_once_wait_for_one_making() -> None:  # defect 19 of the nearest peer
    assert await Fan().run() == 1
    assert log == ["made"]


async def test_runs_that_first_ask_at_once_share_one_value_of_the_workflow() -> None:
    workflow = workflow_of(coroutine)()
    results = await asyncio.gather(*(_result(workflow.run()) for _ in range(5)))
    assert len({id(client) for _, client in results}) == 1
    assert log.count("made") == 1


async def _result(handler: Any) -> Any:
    return await handler


async def test_when_the_first_asker_is_cancelled_the_others_get_the_value_all_the_same() -> None:
    gate = asyncio.Event()

    async def slow() -> Client:
        log.append("begun")
        await gate.wait()
        return Client()

    workflow = workflow_of(slow)()
    first, second = workflow.run(), workflow.run()
    await asyncio.sleep(0.01)
    await first.cancel_run()
    gate.set()
    assert (await second)[0]
    assert log.count("begun") == 1
    with pytest.raises(WorkflowCancelledByUser):
        await first


async def test_when_the_only_asker_is_cancelled_so_is_the_making() -> None:
    async def slow() -> Client:
        try:
            await asyncio.sleep(60)
        finally:
            log.append("cancelled")
        return Client()

    handler = workflow_of(slow)().run()
    await asyncio.sleep(0.01)
    await handler.cancel_run()
    await asyncio.sleep(0)
    assert log == ["cancelled"]


async def test_two_closures_of_one_function_are_two_resources() -> None:  # defect 18 of the nearest peer
    def make(name: str) -> Callable[[], str]:
        def factory() -> str:
            return name

        return factory

    a, b = make("a"), make("b")

    class Both(Workflow):
        @step
        async def ask(
            self, ev: StartEvent, one: Annotated[str, Resource(a)], two: Annotated[str, Resource(b)]
        ) -> StopEvent[str]:
            return StopEvent(result=one + two)

    assert await Both().run() == "ab"


async def test_a_factory_that_cannot_be_hashed_is_its_own_resource() -> None:
    class Maker:
        __hash__ = None  # type: ignore[assignment]  # the point of the test

        def __call__(self) -> Client:
            log.append("made")
            return Client()

    await workflow_of(Maker())().run()
    assert log.count("made") == 1


# -- a factory that fails


async def test_a_factory_that_fails_fails_the_step_and_a_retry_asks_it_again() -> None:
    async def flaky() -> Client:
        log.append("tried")
        if len(log) < 3:
            raise ConnectionError("not yet")
        return Client()

    class Retrying(Workflow):
        @step(retry_policy=ConstantDelayRetryPolicy(delay=0))
        async def ask(self, ev: StartEvent, client: Annotated[Client, Resource(flaky)]) -> StopEvent[str]:
            return StopEvent(result=client.name)

    assert await Retrying().run() == "client"
    assert log == ["tried"] * 3


async def test_the_error_of_a_factory_names_the_resource() -> None:
    def broken() -> Client:
        raise ConnectionError("no network")

    with pytest.raises(ConnectionError) as caught:
        await workflow_of(broken)().run()
    assert any("while making the resource 'broken' (workflow) of Two" in note for note in caught.value.__notes__)  # type: ignore[attr-defined]  # an attribute from Python 3.11 on


@virtual_time
async def test_the_time_that_the_making_takes_counts_for_the_steps_timeout() -> None:
    async def slow() -> Client:
        await asyncio.sleep(10)
        return Client()

    class Asking(Workflow):
        @step(timeout=5)
        async def ask(self, ev: StartEvent, client: Annotated[Client, Resource(slow)]) -> StopEvent:
            return StopEvent()

    with pytest.raises(StepTimeoutError, match="'ask'"):
        await Asking().run()


# -- resources of resources


def settings() -> dict[str, str]:
    log.append("settings")
    return {"url": "db://"}


def pool(config: Annotated[dict[str, str], Resource(settings)], size: int = 3) -> Iterator[str]:
    log.append("pool")
    yield f"{config['url']}{size}"
    log.append("pool closed")


async def repository(
    pool: Annotated[str, Resource(pool)], config: Annotated[dict[str, str], Resource(settings)]
) -> str:
    log.append("repository")
    return f"repository of {pool}"


class Nested(Workflow):
    @step
    async def ask(self, ev: StartEvent, users: Annotated[str, Resource(repository)]) -> StopEvent[str]:
        return StopEvent(result=users)


async def test_a_factory_is_given_the_resources_that_it_asks_for() -> None:
    workflow = Nested()
    assert await workflow.run() == "repository of db://3"
    assert log == ["settings", "pool", "repository", "pool closed"]


async def test_a_value_lives_no_longer_than_what_it_is_made_of() -> None:
    workflow = Nested()
    await workflow.run()
    await workflow.run()
    assert log.count("settings") == 1  # nothing bounds it
    assert log.count("pool") == 2  # it has to be closed
    assert log.count("repository") == 2  # it holds the pool


async def test_an_unshared_resource_of_a_shared_one_lives_as_long_as_that() -> None:
    def session() -> Iterator[str]:
        log.append("session opened")
        yield "session"
        log.append("session closed")

    def shared(own: Annotated[str, Resource(session, "step")]) -> str:
        log.append("shared made")
        return own

    await workflow_of(shared, "run")().run()
    assert log == ["session opened", "shared made", "first", "second", "session closed"]


async def test_within_one_step_an_unshared_resource_is_made_once() -> None:
    def session() -> Client:
        log.append("made")
        return Client()

    def users(session: Annotated[Client, Resource(session, "step")]) -> Client:
        return session

    class Asking(Workflow):
        @step
        async def ask(
            self,
            ev: StartEvent,
            a: Annotated[Client, Resource(users, "step")],
            b: Annotated[Client, Resource(session, "step")],
        ) -> StopEvent[bool]:
            return StopEvent(result=a is b)

    assert await Asking().run() is True
    assert log == ["made"]


# -- what can never be made is told before anything runs


def make_cycle() -> Callable[..., str]:
    def a(b: Any) -> str: ...  # type: ignore[empty-body]  # never called
    def b(c: Any) -> str: ...  # type: ignore[empty-body]  # never called
    def c(a: Any) -> str: ...  # type: ignore[empty-body]  # never called

    a.__annotations__["b"] = Annotated[str, Resource(b)]
    b.__annotations__["c"] = Annotated[str, Resource(c)]
    c.__annotations__["a"] = Annotated[str, Resource(a)]
    return a


def test_a_cycle_is_reported_by_name_when_the_workflow_is_made() -> None:
    with pytest.raises(
        WorkflowValidationError, match=r"Step 'first', parameter 'client': .*a -> b -> c -> a"
    ) as caught:
        workflow_of(make_cycle())()
    assert {problem.code for problem in caught.value.problems} == {"resource-type"}


def test_a_parameter_that_nothing_is_injected_for_is_reported() -> None:
    def needy(url: str) -> Client: ...  # type: ignore[empty-body]  # never called

    with pytest.raises(WorkflowValidationError, match="the factory 'needy' needs 'url', which nothing is injected for"):
        workflow_of(needy)()


async def test_one_resource_on_two_ways_is_no_cycle() -> None:
    class Diamond(Workflow):
        @step
        async def ask(
            self, ev: StartEvent, users: Annotated[str, Resource(repository)], p: Annotated[str, Resource(pool)]
        ) -> StopEvent[str]:
            return StopEvent(result=p)

    assert await Diamond().run() == "db://3"


def test_a_value_in_place_of_a_factory_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes a function that makes the value, not the value itself \(int\)"):
        Resource(3)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(ValueError, match="'workflow', 'run' or 'step'"):
        Resource(plain, "session")  # type: ignore[arg-type]  # the point of the test


# -- plain steps, free functions, joins


async def test_a_step_that_runs_in_a_thread_is_given_resources_too() -> None:
    class Threaded(Workflow):
        @step
        def work(self, ev: StartEvent, client: Annotated[Client, Resource(async_generator)]) -> StopEvent[bool]:
            return StopEvent(result=threading.current_thread() is not threading.main_thread())

    assert await Threaded().run() is True
    assert log == ["opened", "closed"]


async def test_a_free_function_and_a_fan_in_are_given_resources() -> None:
    class Free(Workflow, open_steps=True):
        @step
        async def begin(self, ev: StartEvent) -> list[Done]:
            return [Done(n=1), Done(n=2)]

    @step(workflow=Free)
    async def join(client: Annotated[Client, Resource(plain)], evs: list[Done], ctx: Context) -> StopEvent[int]:
        return StopEvent(result=sum(ev.n for ev in evs))

    assert await Free().run() == 3


# -- replaced by tests


async def test_override_gives_steps_another_value_and_does_not_call_the_factory() -> None:
    fake = Client("fake")
    workflow = workflow_of(generator)()
    with override(generator, fake):
        _, client = await workflow.run()
    assert client is fake
    assert log == ["first", "second"]
    _, client = await workflow.run()
    assert client is not fake


async def test_what_was_made_from_a_replaced_resource_is_not_used_afterwards_nor_the_other_way_round() -> None:
    workflow = workflow_of(coroutine)()

    def outer(inner: Annotated[Client, Resource(coroutine)]) -> str:
        return inner.name

    workflow = workflow_of(outer)()
    assert (await workflow.run())[1] == "client"
    with override(coroutine, Client("fake")):
        assert (await workflow.run())[1] == "fake"
        with override(coroutine, Client("inner fake")):
            assert (await workflow.run())[1] == "inner fake"
        assert (await workflow.run())[1] == "fake"
    assert (await workflow.run())[1] == "client"


async def test_a_value_given_to_the_manager_is_used_by_name_or_by_factory() -> None:
    for name in (plain, "plain"):
        manager = ResourceManager()
        await manager.set(name, "given")
        assert (await workflow_of(plain)(resource_manager=manager).run())[1] == "given"
        assert manager.get_all() == {"plain": "given"}
    assert "made" not in log


def test_override_wants_the_factory() -> None:
    with pytest.raises(TypeError, match="takes the factory"), override("plain", 1):  # type: ignore[arg-type]  # wrong
        pass


# -- from a file


class Settings(BaseModel):
    host: str
    port: int


class Configured(Workflow):
    @step
    async def ask(
        self, ev: StartEvent, settings: Annotated[Settings, ResourceConfig("settings.json", "server.http")]
    ) -> StopEvent[Settings]:
        return StopEvent(result=settings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"server": {"http": {"host": "h", "port": 80}}}', Settings(host="h", port=80)),
        (
            '{"server": {"http": {"host": "h", "port": "x"}}}',
            "settings.json does not fit Settings:\n  server.http.port: Input",
        ),
        ('{"server": {}}', "settings.json has no 'http' at 'server'"),
        ('{"server": 3}', "settings.json has no 'http' at 'server': 3 is no object"),
        ("{", "is no valid JSON"),
        (None, "settings.json"),
    ],
)
async def test_a_config_is_read_from_its_part_of_the_file_and_validated(
    text: str | None, expected: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "settings.json").write_text(text)
    if isinstance(expected, Settings):
        assert await Configured().run() == expected
    else:
        with pytest.raises((ValueError, FileNotFoundError), match=str(expected)):
            await Configured().run()


def test_a_config_file_is_json_by_its_name() -> None:
    with pytest.raises(ValueError, match=r"reads JSON files, not 'settings\.yaml'"):
        ResourceConfig("settings.yaml")


async def test_a_config_is_read_once_for_a_workflow_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "settings.json"
    file.write_text('{"server": {"http": {"host": "h", "port": 80}}}')
    workflow = Configured()
    await workflow.run()
    file.unlink()
    assert (await workflow.run()).port == 80
    with pytest.raises(FileNotFoundError):
        await Configured().run()


def test_a_factory_that_gives_another_type_is_reported() -> None:
    def entered() -> AbstractAsyncContextManager[int]: ...  # type: ignore[empty-body]  # never called

    class Wrong(Workflow):
        @step
        async def ask(
            self,
            ev: StartEvent,
            a: Annotated[str, Resource(plain)],  # type: ignore[typedflow-resource-type]  # the mistake under test
            b: Annotated[str, Resource(entered)],  # type: ignore[typedflow-resource-type]  # the mistake under test
        ) -> StopEvent:
            return StopEvent()

    with pytest.raises(WorkflowValidationError) as caught:
        Wrong()
    assert [problem.code for problem in caught.value.problems] == ["resource-type"] * 2


@virtual_time
async def test_a_cancellation_does_not_interrupt_a_resource_that_is_closing() -> None:
    async def slow_to_close() -> AsyncIterator[Client]:
        yield Client()
        await asyncio.sleep(2)
        log.append("closed")

    class Quick(Workflow):
        @step
        async def ask(self, ev: StartEvent, client: Annotated[Client, Resource(slow_to_close, "step")]) -> StopEvent:
            return StopEvent()

    handler = Quick().run()
    await asyncio.sleep(1)  # the step's body is over
    await handler.cancel_run()
    assert log == ["closed"]
    with pytest.raises(WorkflowCancelledByUser):
        await handler


async def test_a_catch_error_step_is_given_resources() -> None:
    class Recovering(Workflow):
        @step
        async def fail(self, ev: StartEvent) -> StopEvent[str]:
            raise OSError

        @catch_error
        async def recover(
            self, ev: StepFailedEvent, client: Annotated[Client, Resource(async_generator)]
        ) -> StopEvent[str]:
            return StopEvent(result=client.name)

    assert await Recovering().run() == "client"
    assert log == ["opened", "closed"]


async def test_a_run_that_a_step_starts_has_resources_of_its_own() -> None:
    class Outer(Workflow):
        @step
        async def call(self, ev: StartEvent, client: Annotated[Client, Resource(generator)]) -> StopEvent[bool]:
            _, inner = await workflow_of(generator)().run()
            return StopEvent(result=inner is client)

    assert await Outer().run() is False
    assert log == ["opened", "opened", "first", "second", "closed", "closed"]


class Rehearsed(Workflow):
    @step
    async def ask(
        self,
        ev: StartEvent,
        settings: Annotated[Settings, ResourceConfig("settings.json")],
        client: Annotated[Client, Resource(async_generator)],
    ) -> StopEvent:
        return StopEvent()


@pytest.mark.parametrize("in_loop", [False, True])
def test_validate_makes_the_resources_that_it_is_asked_for_and_names_what_cannot_be_made(
    in_loop: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def main() -> None:
        (tmp_path / "settings.json").write_text('{"host": "h"}')
        with pytest.raises(
            WorkflowValidationError, match=r"Step 'ask', parameter 'settings': .*\n.*port: Field required"
        ):
            Rehearsed().validate()
        assert Rehearsed().validate(validate_resource_configs=False) is False
        assert log == []
        (tmp_path / "settings.json").write_text('{"host": "h", "port": 1}')
        assert Rehearsed().validate(validate_resources=True) is False
        assert log == ["opened", "closed"]

    async def as_in_a_notebook() -> None:
        main()

    if in_loop:
        asyncio.run(as_in_a_notebook())
    else:
        main()


def test_validate_names_every_resource_that_cannot_be_made_or_closed() -> None:
    def broken() -> Client:
        raise ConnectionError("no network")

    def unclosable() -> Iterator[Client]:
        yield Client()
        raise OSError("stuck")

    class Bad(Workflow):
        @step
        async def ask(
            self, ev: StartEvent, a: Annotated[Client, Resource(broken)], b: Annotated[Client, Resource(unclosable)]
        ) -> StopEvent:
            return StopEvent()

    with pytest.raises(WorkflowValidationError) as caught:
        Bad().validate(validate_resources=True)
    first, second = caught.value.problems
    assert first.message == "Step 'ask', parameter 'a': ConnectionError: no network"
    assert second.message.startswith("OSError: stuck (while closing the resource 'unclosable' of Bad.validate()")
