"""Edits after which a plugin is tempted to repeat what it said before: the files of each, before and after."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SCENARIOS", "Scenario"]

HEAD = """from __future__ import annotations
from typing import Annotated, Any
from pydantic import BaseModel, ConfigDict, Field
from typedflow import *
from typedflow import Context, Event, Resource, StartEvent, StopEvent, Workflow, catch_error, step
from typedflow.events import StepFailedEvent
"""


@dataclass(frozen=True)
class Scenario:
    """`before` and `after` are the text of the module that changes; `others` are modules that stay, by name.

    Modules are packages' neighbours: `from .a import *` is the one that changes. All begin with `head`.
    """

    name: str
    before: str
    after: str
    others: dict[str, str]
    head: str = HEAD


DERIVED = """from .a import *
from .a import Base, Done
class W(Base):
    @step
    async def end(self, ev: Done) -> StopEvent:
        return StopEvent()
"""

BASE = """class Done(Event): ...
class Other(Event): ...
class Base(Workflow, open_steps=True):
"""

RUNS = """from .a import W
async def main() -> None:
    number: int = await W().run(by=3)
    text: str = await W().run(by=3)
    await W().run()
    await W().run(to=3)
    await W().run(by="3")
"""

STARTS = """class W(Workflow):
    @step
    async def begin(self, ev: Begin) -> StopEvent[int]:
        return StopEvent(result=1)
"""

PATHS = """from .a import State
async def main(ctx: Context[State]) -> int:
    await ctx.store.get("count")
    await ctx.store.get("total")
    await ctx.store.set("count", 3)
    await ctx.store.set("inner.name", "a")
    found: int = await ctx.store.get("count")
    return found
"""


def _base(name: str, before: str, after: str, derived: str = DERIVED) -> Scenario:
    return Scenario(name, BASE + before, BASE + after, {"b": derived})


def _step(returns: str, body: str, decorator: str = "@step") -> str:
    return f"""    {decorator}
    async def begin(self, ctx: Context, ev: StartEvent) -> {returns}:
        {body}
"""


SCENARIOS = (
    _base("a_base_step_returns_another", _step("Done", "return Done()"), _step("Other", "return Other()")),
    _base(
        "a_base_step_takes_another",
        _step("Done", "return Done()"),
        _step("Done", "return Done()").replace("StartEvent", "Other"),
    ),
    _base("a_base_step_loses_its_decorator", _step("Done", "return Done()"), _step("Done", "return Done()", "# @step")),
    _base("a_base_step_is_gone", _step("Done", "return Done()"), "    pass\n"),
    _base("a_base_gets_a_step", "    pass\n", _step("Done", "return Done()")),
    _base(
        "a_base_step_sends_another",
        _step("None", "ctx.send_event(Done())"),
        _step("None", "ctx.send_event(Other())"),
    ),
    _base(
        "a_helper_of_the_base_sends_another",
        _step("None", "self.tell(ctx)") + "    def tell(self, ctx: Context) -> None:\n        ctx.send_event(Done())\n",
        _step("None", "self.tell(ctx)")
        + "    def tell(self, ctx: Context) -> None:\n        ctx.send_event(Other())\n",
    ),
    _base(
        "a_function_beside_the_base_sends_another",
        _step("None", "tell(ctx)") + "def tell(ctx: Context) -> None:\n    ctx.send_event(Done())\n",
        _step("None", "tell(ctx)") + "def tell(ctx: Context) -> None:\n    ctx.send_event(Other())\n",
    ),
    _base(
        "a_base_step_assigns_to_self",
        "    x: int = 0\n" + _step("Done", "return Done()"),
        "    x: int = 0\n" + _step("Done", "self.x = 1; return Done()"),
    ),
    _base(
        "a_base_step_takes_subclasses",
        "    class Special(Done): ...\n"
        + _step("Special", "return self.Special()")
        + "    @step\n    async def special(self, ev: Done) -> None: ...\n",
        "    class Special(Done): ...\n"
        + _step("Special", "return self.Special()")
        + "    @step(accept_event_subclasses=True)\n    async def special(self, ev: Done) -> None: ...\n",
    ),
    _base(
        "a_check_of_a_base_step_is_skipped",
        "    x: int = 0\n" + _step("Done", "self.x = 1; return Done()"),
        "    x: int = 0\n" + _step("Done", "self.x = 1; return Done()", '@step(skip_checks=["self-state"])'),
    ),
    _base(
        "a_handler_of_the_base_covers_another",
        _step("Done", "return Done()")
        + '    @catch_error(for_steps=["end"])\n    async def mend(self, ev: StepFailedEvent) -> None: ...\n',
        _step("Done", "return Done()")
        + '    @catch_error(for_steps=["edn"])\n    async def mend(self, ev: StepFailedEvent) -> None: ...\n',
    ),
    Scenario(
        "a_mixin_changes",
        BASE
        + "    pass\nclass Mixin:\n    @step\n    async def begin(self, ev: StartEvent) -> Done:\n        return Done()\n",
        BASE
        + "    pass\nclass Mixin:\n    @step\n    async def begin(self, ev: StartEvent) -> Other:\n        return Other()\n",
        {"b": DERIVED.replace("class W(Base)", "from .a import Mixin\nclass W(Mixin, Base)")},
    ),
    Scenario(
        "the_body_of_a_mixin_changes",
        BASE
        + "    pass\nclass Mixin:\n    @step\n    async def begin(self, ctx: Context, ev: StartEvent) -> None:\n        ctx.send_event(Done())\n",
        BASE
        + "    pass\nclass Mixin:\n    @step\n    async def begin(self, ctx: Context, ev: StartEvent) -> None:\n        ctx.send_event(Other())\n",
        {"b": DERIVED.replace("class W(Base)", "from .a import Mixin\nclass W(Mixin, Base)")},
    ),
    *[
        Scenario(
            f"the_body_of_a_mixin_changes_{name}",
            f"class Mixin:\n    @{step}\n    async def begin(self, ctx: Context, ev: StartEvent) -> None:\n        ctx.send_event(Done())\n",
            f"class Mixin:\n    @{step}\n    async def begin(self, ctx: Context, ev: StartEvent) -> None:\n        ctx.send_event(Other())\n",
            {
                "e": "class Done(Event): ...\nclass Other(Event): ...\n",
                "b": f"from .a import Mixin\nfrom .e import *\nclass W(Mixin, Workflow):\n    @{step}\n"
                "    async def end(self, ev: Done) -> StopEvent:\n        return StopEvent()\n",
            },
            head="from __future__ import annotations\nfrom typedflow import Context, Event, StartEvent, StopEvent, Workflow\n"
            + imported,
        )
        for name, step, imported in (
            ("whose_steps_name_the_module", "tf.step", "import typedflow as tf\nfrom .e import *\n"),
            (
                "whose_steps_are_renamed",
                "part(num_workers=1)",
                "from typedflow import step as part\nfrom .e import *\n",
            ),
        )
    ],
    Scenario(
        "a_base_two_modules_away_changes",
        BASE + _step("Done", "return Done()"),
        BASE + _step("Other", "return Other()"),
        {
            "m": "from .a import Base as First\nclass Middle(First, open_steps=True): ...\n",
            "b": DERIVED.replace("class W(Base)", "from .m import Middle\nclass W(Middle)"),
        },
    ),
    Scenario(
        "an_event_becomes_a_stop_event",
        "class Done(Event): ...\n",
        "class Done(StopEvent): ...\n",
        {
            "b": "from .a import Done\nclass W(Workflow):\n    @step\n    async def begin(self, ev: StartEvent) -> Done:\n        return Done()\n"
        },
    ),
    Scenario(
        "an_event_becomes_no_event",
        "class Done(StopEvent): ...\n",
        "class Done: ...\n",
        {
            "b": "from .a import Done\nclass W(Workflow):\n    @step\n    async def begin(self, ev: StartEvent) -> Done:\n        return Done()\n"
        },
    ),
    Scenario(
        "an_event_becomes_an_answer",
        "class Reply(Event): ...\n",
        "from typedflow import HumanResponseEvent\nclass Reply(HumanResponseEvent): ...\n",
        {
            "b": "from .a import Reply\nclass W(Workflow):\n    @step\n    async def begin(self, ev: StartEvent) -> None: ...\n"
            "    @step\n    async def end(self, ev: Reply) -> StopEvent:\n        return StopEvent()\n"
        },
    ),
    Scenario(
        "an_alias_of_events_changes",
        "class A(Event): ...\nclass B(Event): ...\nBoth = A | B\n",
        "class A(Event): ...\nclass B(Event): ...\nBoth = A\n",
        {
            "b": "from .a import A, B, Both\nclass W(Workflow):\n    @step\n    async def begin(self, ev: StartEvent) -> A | B:\n"
            "        return A()\n    @step\n    async def end(self, ev: Both) -> StopEvent:\n        return StopEvent()\n"
        },
    ),
    Scenario(
        "a_factory_returns_another",
        "def connect() -> str:\n    return ''\n",
        "def connect() -> int:\n    return 1\n",
        {
            "b": "from .a import connect\nclass W(Workflow):\n    @step\n"
            "    async def begin(self, ev: StartEvent, c: Annotated[str, Resource(connect)]) -> StopEvent:\n        return StopEvent()\n"
        },
    ),
    Scenario(
        "a_factory_of_a_base_returns_another",
        "def connect() -> str:\n    return ''\n",
        "def connect() -> int:\n    return 1\n",
        {
            "m": "from .a import connect\nclass Base(Workflow, open_steps=True):\n    @step\n"
            "    async def begin(self, ev: StartEvent, c: Annotated[str, Resource(connect)]) -> StopEvent:\n        return StopEvent()\n",
            "b": "from .m import Base\nclass W(Base): ...\n",
        },
    ),
    *[
        Scenario(
            f"an_alias_{where}_is_of_{what}",
            head + f"Given = Annotated[{before}]\n" + (base if where == "beside_the_base" else ""),
            head + f"Given = Annotated[{after}]\n" + (base if where == "beside_the_base" else ""),
            {
                **({} if where == "beside_the_base" else {"m": "from .a import *\n" + base}),
                "b": f"from .{'a' if where == 'beside_the_base' else 'm'} import Base\nclass W(Base): ...\n",
            },
        )
        for head, base in [
            (
                "from typedflow import Collect, Take\ndef connect() -> str:\n    return ''\ndef other() -> int:\n    return 1\n",
                "class Base(Workflow, open_steps=True):\n    @step\n    async def begin(self, ev: StartEvent, c: Given) -> StopEvent:\n        return StopEvent()\n",
            )
        ]
        for where in ("beside_the_base", "in_a_third_module")
        for what, before, after in (
            ("another_factory", "str, Resource(connect)", "str, Resource(other)"),
            ("no_factory", "str, Resource(connect)", "str, Field(title='none')"),
        )
    ],
    Scenario(
        "a_start_field_is_renamed",
        "class Begin(StartEvent):\n    by: int\n" + STARTS,
        "class Begin(StartEvent):\n    to: int\n" + STARTS,
        {"b": RUNS},
    ),
    Scenario(
        "a_start_field_gets_a_default",
        "class Begin(StartEvent):\n    by: int\n" + STARTS,
        "class Begin(StartEvent):\n    by: int = 0\n" + STARTS,
        {"b": RUNS},
    ),
    Scenario(
        "a_start_field_gets_a_default_in_annotated",
        "class Begin(StartEvent):\n    by: Annotated[int, Field(gt=0)]\n" + STARTS,
        "class Begin(StartEvent):\n    by: Annotated[int, Field(default=0)]\n" + STARTS,
        {"b": RUNS},
    ),
    Scenario(
        "a_start_field_changes_its_type",
        "class Begin(StartEvent):\n    by: int\n" + STARTS,
        "class Begin(StartEvent):\n    by: str\n" + STARTS,
        {"b": RUNS},
    ),
    Scenario(
        "the_result_changes",
        "class Begin(StartEvent):\n    by: int\n" + STARTS,
        "class Begin(StartEvent):\n    by: int\n"
        + STARTS.replace("StopEvent[int]", "StopEvent[str]").replace("result=1", "result=''"),
        {"b": RUNS},
    ),
    Scenario(
        "another_step_stops_with_another_type",
        "class Begin(StartEvent):\n    by: int\n" + STARTS,
        "class Begin(StartEvent):\n    by: int\n"
        + STARTS
        + "    @step\n    async def more(self, ev: Begin) -> StopEvent[str]:\n        return StopEvent(result='')\n",
        {"b": RUNS},
    ),
    Scenario(
        "the_start_event_two_modules_away_changes",
        "class Begin(StartEvent):\n    by: int\n",
        "class Begin(StartEvent):\n    by: int\n    more: int\n",
        {"m": "from .a import Begin\n" + STARTS, "b": RUNS.replace(".a", ".m")},
    ),
    Scenario(
        "a_path_goes",
        "class State(BaseModel):\n    count: int = 0\n    total: int = 0\n",
        "class State(BaseModel):\n    count: int = 0\n",
        {"b": PATHS},
    ),
    Scenario(
        "a_path_comes",
        "class State(BaseModel):\n    count: int = 0\n",
        "class State(BaseModel):\n    count: int = 0\n    total: int = 0\n",
        {"b": PATHS},
    ),
    Scenario(
        "a_path_changes_its_type",
        "class State(BaseModel):\n    count: int = 0\n    total: int = 0\n",
        "class State(BaseModel):\n    count: str = ''\n    total: int = 0\n",
        {"b": PATHS},
    ),
    Scenario(
        "any_path_is_allowed",
        "class State(BaseModel):\n    count: int = 0\n",
        "class State(BaseModel):\n    model_config = ConfigDict(extra='allow')\n    count: int = 0\n",
        {"b": PATHS},
    ),
    Scenario(
        "a_path_two_modules_away_changes",
        "class Inner(BaseModel):\n    name: str = ''\n",
        "class Inner(BaseModel):\n    label: str = ''\n",
        {
            "m": "from .a import Inner\nclass State(BaseModel):\n    count: int = 0\n    total: int = 0\n    inner: Inner = Inner()\n",
            "b": PATHS.replace(".a", ".m"),
        },
    ),
    Scenario(
        "a_caller_of_a_named_tuple_changes",
        "from .b import State\nasync def main(ctx: Context[State]) -> str:\n    return await ctx.store.get('pair.right')\n",
        "from .b import State\nasync def main(ctx: Context[State]) -> int:\n    return await ctx.store.get('pair.right')\n",
        {
            "b": "from typing import NamedTuple\nclass Pair(NamedTuple):\n    left: int\n    right: str\n"
            "class State(BaseModel):\n    pair: Pair = Pair(left=1, right='')\n"
        },
    ),
    Scenario(
        "a_requirement_goes",
        "from typedflow import HumanResponseEvent\nclass Reply(HumanResponseEvent):\n    text: str = ''\n",
        "from typedflow import HumanResponseEvent\nclass Reply(HumanResponseEvent):\n    words: str = ''\n",
        {
            "b": "from .a import Reply\nasync def main(ctx: Context) -> None:\n    await ctx.wait_for_event(Reply, requirements={'text': ''})\n"
        },
    ),
    Scenario(
        "modules_import_each_other",
        "class Begin(StartEvent):\n    by: int\nfrom . import b\ndef both() -> b.W:\n    return b.W()\n",
        "class Begin(StartEvent):\n    by: str\nfrom . import b\ndef both() -> b.W:\n    return b.W()\n",
        {
            "b": "from . import a\nclass W(Workflow):\n    @step\n    async def begin(self, ev: a.Begin) -> StopEvent[int]:\n        return StopEvent(result=1)\nasync def main() -> None:\n    await W().run(by=1)\n"
        },
    ),
    Scenario(
        "nothing_changes_but_a_comment",
        BASE + _step("Done", "return Done()"),
        BASE + _step("Done", "return Done()  # as before"),
        {"b": DERIVED},
    ),
    *(
        Scenario(
            f"a_subclass_changes_whose_base_{name}",
            f"from .b import *\nfrom .b import Base, Done\nclass W(Base):\n    @step\n    async def end(self, ev: {taken}) -> StopEvent:\n        return StopEvent()\n",
            f"from .b import *\nfrom .b import Base, Done\nclass W(Base):\n    @step\n    async def finish(self, ev: {taken}) -> StopEvent:\n        return StopEvent()\n"
            "class V(Base): ...\n",
            {"b": BASE + text},
        )
        for name, taken, text in (
            ("is_plain", "Done", _step("Done", "return Done()")),
            ("sends", "Done", _step("None", "ctx.send_event(Done())")),
            ("has_options", "Done", _step("Done", "return Done()", "@step(num_workers=2, skip_checks=['self-state'])")),
            (
                "takes_subclasses",
                "Other",
                "    class Special(Done): ...\n"
                + _step("Special", "return self.Special()")
                + "    @step(accept_event_subclasses=True)\n    async def special(self, ev: Done) -> Other:\n        return Other()\n",
            ),
            (
                "handles_failures",
                "Done",
                _step("Done", "return Done()")
                + '    @catch_error(for_steps=["begin"])\n    async def mend(self, ev: StepFailedEvent) -> None: ...\n',
            ),
            (
                "has_a_resource",
                "Done",
                "    @step\n    async def begin(self, ev: StartEvent, r: Annotated[str, Resource(str)]) -> Done:\n        return Done()\n",
            ),
            (
                "has_a_state",
                "Done",
                "    class State(BaseModel):\n        x: Annotated[int, Field(default=1)]\n"
                "    @step\n    async def begin(self, ctx: Context[State], ev: StartEvent) -> Done:\n        return Done()\n",
            ),
        )
    ),
    Scenario(
        "a_caller_of_an_open_workflow_changes",
        "from .b import Base\nasync def main() -> None:\n    await Base().run(anything=1)\n",
        "from .b import Base\nasync def main() -> None:\n    await Base().run(anything=1)\n    x: int = ''\n",
        {
            "b": "class Begin(StartEvent):\n    by: int\nclass Base(Workflow, open_steps=True):\n    @step\n    async def begin(self, ev: Begin) -> StopEvent[int]:\n        return StopEvent(result=1)\n"
        },
    ),
    *[
        Scenario(
            f"a_caller_changes_of_a_workflow_that_has_{name}",
            "from .b import W\nasync def main() -> str:\n    return await W().run(by=1)\n",
            "from .b import W\nasync def main() -> int:\n    await W().run(to=1)\n    given = await W().run(by=1)\n    return given + ''\n",
            {
                "b": "import typedflow as tf\nclass Begin(StartEvent):\n    by: int\nclass W(Workflow):\n    @step\n"
                "    async def begin(self, ev: Begin) -> StopEvent[int]:\n        return StopEvent(result=1)\n" + more
            },
        )
        for name, more in (
            (
                "a_free_step",
                "@tf.step(workflow=W)\nasync def more(ev: Begin) -> StopEvent[str]:\n    return StopEvent(result='')\n",
            ),
            ("steps_added", "def made() -> object: ...\nW.add_step(made())  # type: ignore[arg-type]\n"),
        )
    ],
    Scenario(
        "a_workflow_opens",
        "class Begin(StartEvent):\n    by: int\nclass W(Workflow):\n    @step\n    async def begin(self, ev: Begin) -> StopEvent[int]:\n        return StopEvent(result=1)\n",
        "class Begin(StartEvent):\n    by: int\nclass W(Workflow, open_steps=True):\n    @step\n    async def begin(self, ev: Begin) -> StopEvent[int]:\n        return StopEvent(result=1)\n",
        {"b": RUNS},
    ),
    Scenario(
        "a_result_is_no_longer_what_is_declared",
        "class Animal(BaseModel): ...\nclass Dog(Animal): ...\n",
        "class Animal(BaseModel): ...\nclass Dog(BaseModel): ...\n",
        {
            "b": "from .a import Animal, Dog\nclass W(Workflow[DictState, Animal]):\n    @step\n"
            "    async def begin(self, ev: StartEvent) -> StopEvent[Dog]:\n        return StopEvent(result=Dog())\n"
        },
    ),
    Scenario(
        "a_base_declares_another_result",
        "class Base(Workflow[DictState, int], open_steps=True): ...\n",
        "class Base(Workflow[DictState, str], open_steps=True): ...\n",
        {
            "b": "from .a import Base\nclass W(Base):\n    @step\n"
            "    async def begin(self, ev: StartEvent) -> StopEvent[int]:\n        return StopEvent(result=1)\n"
        },
    ),
    Scenario(
        "a_free_step_takes_no_event_any_more",
        "class Begin(StartEvent): ...\n",
        "class Begin(BaseModel): ...\n",
        {
            "b": "from .a import Begin\nclass W(Workflow): ...\n@step(workflow=W)\n"
            "async def begin(ev: Begin) -> StopEvent:\n    return StopEvent()\n"
        },
    ),
)
