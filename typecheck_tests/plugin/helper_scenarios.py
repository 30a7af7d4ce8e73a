"""Edits to functions of other modules, to which steps hand their contexts: what these do stands in no type."""

from __future__ import annotations

from textwrap import indent

from cache_scenarios import Scenario

__all__ = ["EVENTS", "HELPERS", "SENDS_ANOTHER", "TELLING", "hands_on"]

TELLING = """class Done(Event): ...
class Other(Event): ...
def tell(ctx: Context) -> None:
    ctx.send_event(Done())
def other(ctx: Context) -> None:
    ctx.send_event(Other())
"""

EVENTS = "class Done(Event): ...\nclass Other(Event): ...\n"


def hands_on(call: str, imports: str = "from .a import *\nfrom .a import Done\n", bases: str = "Workflow") -> str:
    """A workflow that is right if what is called sends `Done`."""
    return f"""{imports}
class W({bases}):
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> None:
        {call}
    @step
    async def end(self, ev: Done) -> StopEvent:
        return StopEvent()
"""


def _helper(name: str, before: str, after: str, call: str = "tell(ctx)", **others: str) -> Scenario:
    """What is called stands in the module that changes, or in one that imports it."""
    return Scenario(f"a_helper_elsewhere_{name}", before, after, {"b": hands_on(call), **others})


def _in_a_function(functions: str, call: str, imports: str = "from . import a\nfrom .a import Done\n") -> str:
    """The workflow in a function in which there are others."""
    return f"{imports}def made() -> object:\n" + indent(functions + hands_on(call, "") + "return W\n", "    ")


SENDS_ANOTHER = TELLING.replace("event(Done", "event(Other", 1)

WRAPS = """import functools
def noted(function: Any) -> Any:
    @functools.wraps(function)
    def inner(*args: Any) -> Any: ...
    return inner
"""

NAMED = "from .e import Done, Other\n"

HELPERS = (
    _helper("sends_another", TELLING, SENDS_ANOTHER),
    _helper(
        "sends_another_in_a_class",
        TELLING.replace("def tell(ctx", "class Teller:\n  @staticmethod\n  def tell(ctx"),
        SENDS_ANOTHER.replace("def tell(ctx", "class Teller:\n  @staticmethod\n  def tell(ctx"),
        "Teller.tell(ctx)",
    ),
    _helper(
        "sends_another_by_its_module",
        TELLING,
        SENDS_ANOTHER,
        b=hands_on("a.tell(ctx)", "from . import a\nfrom .a import Done"),
    ),
    _helper(
        "sends_another_two_modules_away",
        TELLING,
        SENDS_ANOTHER,
        "hand(ctx)",
        m="from .a import tell\ndef hand(ctx: Context) -> None:\n    tell(ctx)\n",
        b=hands_on("hand(ctx)", "from .m import hand\nfrom .a import Done\n"),
    ),
    _helper(
        "sends_another_two_modules_away_and_the_class_knows_nothing_of_it",
        TELLING.replace(EVENTS, "from .e import *\n"),
        SENDS_ANOTHER.replace(EVENTS, "from .e import *\n"),
        "hand(ctx)",
        e=EVENTS,
        m="from . import a\ndef hand(ctx: Context) -> None:\n    a.tell(ctx)\n",
        b=hands_on("hand(ctx)", "from .m import hand\nfrom .e import Done\n"),
    ),
    _helper(
        "sends_another_after_being_given_on",
        TELLING,
        SENDS_ANOTHER,
        "say(ctx)",
        m="from .a import tell as said\n",
        n="from . import m\nfrom .m import said as say\n",
        b=hands_on("say(ctx)", "from .n import say\nfrom .a import Done\n"),
    ),
    _helper(
        "sends_another_in_a_circle",
        TELLING.replace("def tell", "from . import b\ndef tell"),
        SENDS_ANOTHER.replace("def tell", "from . import b\ndef tell"),
    ),
    _helper("does_nothing_any_more", TELLING, TELLING.replace("ctx.send_event(Done())", "...", 1)),
    _helper(
        "hands_on_to_another",
        TELLING + "def hand(ctx: Context) -> None:\n    tell(ctx)\n",
        TELLING + "def hand(ctx: Context) -> None:\n    other(ctx)\n",
        "hand(ctx)",
    ),
    _helper(
        "waits_for_an_answer",
        "from typedflow import HumanResponseEvent\nclass Reply(HumanResponseEvent): ...\nclass Done(Event): ...\nclass Other(Event): ...\nasync def tell(ctx: Context) -> None:\n    ctx.send_event(Done())\n    await ctx.wait_for_event(Reply)\n",
        "from typedflow import HumanResponseEvent\nclass Reply(HumanResponseEvent): ...\nclass Done(Event): ...\nclass Other(Event): ...\nasync def tell(ctx: Context) -> None:\n    ctx.send_event(Done())\n    await ctx.wait_for_event(Other)\n",
        "await tell(ctx)",
    ),
    _helper(
        "is_decorated",
        "def noted(function: Any) -> Any: ...\n" + SENDS_ANOTHER,
        "def noted(function: Any) -> Any: ...\n" + SENDS_ANOTHER.replace("def tell", "@noted\ndef tell"),
    ),
    *[
        Scenario(
            f"a_decorator_of_a_helper_elsewhere_{name}",
            before,
            after,
            {
                "m": "from .a import noted\n" + SENDS_ANOTHER.replace("def tell", "@noted\ndef tell"),
                "b": hands_on("tell(ctx)", "from .m import Done, tell\n"),
            },
        )
        for name, before, after in (
            ("wraps_no_more", WRAPS, WRAPS.replace("    @functools.wraps(function)\n", "")),
            ("begins_to_wrap", WRAPS.replace("    @functools.wraps(function)\n", ""), WRAPS),
            ("wraps_another", WRAPS, WRAPS.replace("wraps(function)", "wraps(print)")),
            (
                "wraps_by_what_is_no_wraps",
                WRAPS,
                WRAPS.replace("import functools\n", "class functools:\n    wraps: Any = None\n"),
            ),
            ("is_given_anew", WRAPS, WRAPS + "if bool(0):\n    def noted(function: Any) -> Any: ...\n"),
        )
    ],
    _helper(
        "is_decorated_by_another",
        "import functools\ndef noted(function: Any) -> Any: ...\n"
        + SENDS_ANOTHER.replace("def tell", "@functools.cache\ndef tell"),
        "import functools\ndef noted(function: Any) -> Any: ...\n"
        + SENDS_ANOTHER.replace("def tell", "@noted\ndef tell"),
    ),
    _helper("is_replaced", SENDS_ANOTHER, SENDS_ANOTHER + "tell = other\n"),
    _helper(
        "stands_twice",
        SENDS_ANOTHER.replace("def tell", "if bool(0):\n    pass\ndef tell"),
        SENDS_ANOTHER.replace(
            "def tell(ctx: Context) -> None:\n    ctx.send_event(Other())\n",
            "if bool(0):\n    def tell(ctx: Context) -> None:\n        ctx.send_event(Other())\nelse:\n    def tell(ctx: Context) -> None:\n        ctx.send_event(Done())\n",
        ),
    ),
    _helper(
        "names_its_context_otherwise",
        SENDS_ANOTHER,
        SENDS_ANOTHER.replace("tell(ctx: Context)", "tell(of: Any)").replace("ctx.send_event(O", "of.send_event(O", 1),
    ),
    _helper("becomes_a_variable", TELLING, TELLING.replace("def tell(", "def told(") + "tell: Any = other\n"),
    _helper(
        "takes_it_at_another_place",
        TELLING.replace("def tell(ctx: Context)", "def tell(ctx: Context, more: Context)").replace(
            "    ctx.send_event(Done())", "    ctx.send_event(Done()); more.send_event(Other())"
        ),
        TELLING.replace("def tell(ctx: Context)", "def tell(more: Any, ctx: Context)"),
        "tell(ctx, None)  # type: ignore[arg-type]",
    ),
    _helper("is_another_under_that_name", TELLING + "say = tell\n", TELLING + "say = other\n", "say(ctx)"),
    Scenario(
        "a_helper_elsewhere_is_imported_from_another",
        "from .m import tell\n",
        "from .n import tell\n",
        {
            "e": EVENTS,
            "m": "from .e import *\nfrom .e import Done, Other\n" + TELLING.removeprefix(EVENTS),
            "n": "from .e import *\nfrom .e import Done, Other\n" + SENDS_ANOTHER.removeprefix(EVENTS),
            "b": hands_on("tell(ctx)", "from .a import tell\nfrom .e import Done\n"),
        },
    ),
    Scenario(
        "a_helper_elsewhere_is_imported_from_another_by_its_module",
        "from .m import tell\n",
        "from .n import tell\n",
        {
            "e": EVENTS,
            "m": "from .e import Done, Other\n" + TELLING.removeprefix(EVENTS),
            "n": "from .e import Done, Other\n" + SENDS_ANOTHER.removeprefix(EVENTS),
            "b": hands_on("a.tell(ctx)", "from . import a\nfrom .e import Done\n"),
        },
    ),
    *[
        Scenario(
            f"a_helper_elsewhere_sends_{name}",
            before,
            after,
            {
                "e": EVENTS,
                "m": f"{imports}\ndef tell(ctx: Context) -> None:\n    ctx.send_event({told}())\n",
                "b": hands_on("tell(ctx)", "from .m import tell\nfrom .e import Done\n"),
            },
        )
        for name, before, after, imports, told in (
            (
                "what_is_imported_from_another",
                "from .e import Done as Told\n",
                "from .e import Other as Told\n",
                "from .a import Told",
                "Told",
            ),
            (
                "what_is_imported_from_another_by_its_module",
                "from .e import Done as Told\n",
                "from .e import Other as Told\n",
                "from . import a",
                "a.Told",
            ),
            (
                "what_an_alias_stands_for",
                "from . import e\nTold = e.Done\n",
                "from . import e\nTold = e.Other\n",
                "from .a import *\nfrom .a import Told",
                "Told",
            ),
            (
                "what_an_alias_of_an_alias_stands_for",
                "from . import e\nFirst = e.Done\n",
                "from . import e\nFirst = e.Other\n",
                "from . import a\nTold = a.First\n",
                "Told",
            ),
            (
                "what_is_an_event_no_more",
                "from .e import Other\nclass Told(Other): ...\n",
                "class Told(BaseModel): ...\n",
                "from .a import Told",
                "Told",
            ),
            (
                "what_becomes_a_stop_event",
                "class Told(Event): ...\n",
                "class Told(StopEvent): ...\n",
                "from . import a",
                "a.Told",
            ),
            (
                "what_has_another_base",
                "class Mid(Event): ...\n",
                "class Mid(StopEvent): ...\n",
                "from .a import Mid\nclass Told(Mid): ...\n",
                "Told",
            ),
            (
                "what_is_no_longer_there",
                "from .e import Other\nclass Told(Other): ...\n",
                "",
                "from . import a",
                "a.Told",
            ),
        )
    ],
    _helper(
        "of_a_class_is_overridden",
        TELLING.replace(
            "def tell(",
            "class Teller:\n  @classmethod\n  def hand(cls, ctx: Context) -> None:\n    cls.tell(ctx)\n  @classmethod\n  def tell(cls, ",
        )
        + "class Sub(Teller):\n    ...\n",
        TELLING.replace(
            "def tell(",
            "class Teller:\n  @classmethod\n  def hand(cls, ctx: Context) -> None:\n    cls.tell(ctx)\n  @classmethod\n  def tell(cls, ",
        )
        + "class Sub(Teller):\n    @classmethod\n    def tell(cls, ctx: Context) -> None:\n        ctx.send_event(Other())\n",
        "Sub.hand(ctx)",
    ),
    _helper(
        "is_of_another_object",
        TELLING.replace("def tell(", "class Teller:\n  def tell(self, ")
        + "class Sub(Teller):\n    def tell(self, ctx: Context) -> None:\n        ctx.send_event(Other())\nteller: Teller = Teller()\n",
        TELLING.replace("def tell(", "class Teller:\n  def tell(self, ")
        + "class Sub(Teller):\n    def tell(self, ctx: Context) -> None:\n        ctx.send_event(Other())\nteller: Teller = Sub()\n",
        "teller.tell(ctx)",
    ),
    Scenario(
        "the_body_of_a_mixin_without_steps_changes",
        TELLING.replace("def tell(", "class Teller:\n  def tell(self, "),
        SENDS_ANOTHER.replace("def tell(", "class Teller:\n  def tell(self, "),
        {"b": hands_on("self.tell(ctx)", "from .a import Done, Teller\n", "Teller, Workflow")},
    ),
    *[
        Scenario(
            f"a_base_{name}",
            before + hands_on("tell(ctx)", "", "Workflow, open_steps=True"),
            after + hands_on("tell(ctx)", "", "Workflow, open_steps=True"),
            {
                "e": EVENTS,
                "m": "from .e import Done, Other\n" + SENDS_ANOTHER.removeprefix(EVENTS),
                "n": "from .e import Done, Other\n" + TELLING.removeprefix(EVENTS),
                "b": "from .a import W\nclass V(W): ...\n",
            },
        )
        for name, before, after in (
            ("imports_its_helper_from_another", NAMED + "from .m import tell\n", NAMED + "from .n import tell\n"),
            (
                "imports_its_helper_from_either",
                NAMED + "from .m import tell\n",
                NAMED + "from .m import tell\nif bool(0):\n    from .n import tell\n",
            ),
            (
                "gives_the_name_of_its_helper_to_another",
                NAMED + "from .m import tell\nfrom . import n\n",
                NAMED + "from .m import tell\nfrom . import n\ntell = n.tell\n",
            ),
        )
    ],
    Scenario(
        "a_helper_of_a_base_in_a_third_module_sends_another",
        TELLING,
        SENDS_ANOTHER,
        {"m": hands_on("tell(ctx)", bases="Workflow, open_steps=True"), "b": "from .m import W\nclass V(W): ...\n"},
    ),
    Scenario(
        "a_helper_elsewhere_of_a_class_in_a_function_sends_another",
        TELLING,
        SENDS_ANOTHER,
        {
            "b": "from . import a\nfrom .a import Done\ndef made() -> object:"
            + hands_on("a.tell(ctx)", "").replace("\n", "\n    ")
            + "\n    return W\n"
        },
    ),
    Scenario(
        "a_helper_elsewhere_of_one_beside_a_class_in_a_function_sends_another",
        TELLING,
        SENDS_ANOTHER,
        {"b": _in_a_function("def hand(ctx: Context) -> None:\n    a.tell(ctx)\n", "hand(ctx)")},
    ),
    Scenario(
        "what_a_helper_beside_a_class_in_a_function_sends_is_another",
        EVENTS + "Told = Done\n",
        EVENTS + "Told = Other\n",
        {"b": _in_a_function("def hand(ctx: Context) -> None:\n    ctx.send_event(a.Told())\n", "hand(ctx)")},
    ),
    Scenario(
        "a_helper_beside_a_class_in_a_function_sends_another",
        "from .e import Done, Other\n"
        + _in_a_function("def hand(ctx: Context) -> None:\n    ctx.send_event(Done())\n", "hand(ctx)", ""),
        "from .e import Done, Other\n"
        + _in_a_function("def hand(ctx: Context) -> None:\n    ctx.send_event(Other())\n", "hand(ctx)", ""),
        {"e": EVENTS},
    ),
    *[
        Scenario(
            f"a_caller_changes_of_a_helper_elsewhere_that_{name}",
            hands_on("tell(ctx)", "from .b import Done, tell\n"),
            hands_on("tell(ctx)", "from .b import Done, tell\n") + "class V(W): ...\nx: int = ''\n",
            {"e": EVENTS, "b": text},
        )
        for name, text in (
            ("is_right", TELLING),
            ("is_wrong", SENDS_ANOTHER),
            ("is_decorated", "import functools\n" + SENDS_ANOTHER.replace("def tell", "@functools.cache\ndef tell")),
            (
                "is_given_on",
                "from .e import Done, Other\nfrom .e import Other as Told\ndef tell(ctx: Context) -> None:\n    ctx.send_event(Told())\n",
            ),
            (
                "is_unknown",
                "def noted(function: Any) -> Any: ...\n" + SENDS_ANOTHER.replace("def tell", "@noted\ndef tell"),
            ),
        )
    ],
)
