"""Edits to state models, and to what stands in them, for the runs that remember (`test_caches.py`)."""

from __future__ import annotations

from cache_scenarios import Scenario

__all__ = ["STATES"]

USES_STATE = """from .a import State
class W(Workflow):
    @step
    async def begin(self, ctx: Context[State], ev: StartEvent) -> StopEvent:
        return StopEvent()
"""

HELD = """from .a import Held
from pydantic import BaseModel
class State(BaseModel):
    held: Held | None = None
"""
CALL = "from collections.abc import Callable\nfrom pydantic import PlainSerializer\n"

CLIENT = "from pydantic import PlainSerializer\nclass Client: ...\n"
SAVED_STATE = "class State(BaseModel):\n    model_config = ConfigDict(arbitrary_types_allowed=True)\n    client: Saved | None = None\n"


def _state(name: str, before: str, after: str, **others: str) -> Scenario:
    head = "class State(BaseModel):\n    other: int = 0\n    "
    return Scenario(name, head + before, head + after, {"b": USES_STATE, **others})


def _held(name: str, before: str, after: str) -> Scenario:
    """What changes stands inside a state, which is in a module between."""
    return Scenario(name, CALL + before, CALL + after, {"m": HELD, "b": USES_STATE.replace(".a", ".m")})


STATES = (
    _state("default_removed", "count: int = 0", "count: int"),
    _state("default_added", "count: int", "count: int = 0"),
    _state("field_default_removed", "count: int = Field(default=0)", "count: int = Field(gt=0)"),
    _state("positional_default_removed", "count: int = Field(0)", "count: int = Field(...)"),
    _state("dots_instead_of_a_default", "count: int = 0", "count: int = ...  # type: ignore"),
    _state(
        "factory_removed",
        "count: list[int] = Field(default_factory=list)",
        "count: list[int] = Field(min_length=1)",
    ),
    _state(
        "annotated_default_removed", "count: Annotated[int, Field(default=0)]", "count: Annotated[int, Field(gt=0)]"
    ),
    _state("annotated_default_added", "count: Annotated[int, Field(gt=0)]", "count: Annotated[int, Field(default=0)]"),
    Scenario(
        "a_nested_serializer_removed",
        CLIENT + SAVED_STATE.replace("Saved | None = None", "list[Annotated[Client, PlainSerializer(str)]] = []"),
        CLIENT + SAVED_STATE.replace("Saved | None = None", "list[Annotated[Client, Field(title='a list')]] = []"),
        {"b": USES_STATE},
    ),
    Scenario(
        "a_serializer_under_an_alias_removed",
        CLIENT + "Saved = Annotated[Client, PlainSerializer(str)]\n" + SAVED_STATE,
        CLIENT + "Saved = Annotated[Client, Field(title='world')]\n" + SAVED_STATE,
        {"b": USES_STATE},
    ),
    Scenario(
        "a_default_under_an_alias_removed",
        "Count = Annotated[int, Field(default=0)]\nclass State(BaseModel):\n    count: Count\n",
        "Count = Annotated[int, Field(gt=0, lt=9)]\nclass State(BaseModel):\n    count: Count\n",
        {"b": USES_STATE},
    ),
    _state("a_field_is_added", "count: int = 0", "count: int = 0\n    name: str"),
    _state("exclude_removed", "call: type = Field(int, exclude=True)", "call: type = Field(int)"),
    Scenario(
        "default_removed_in_the_base_of_a_state",
        "class Parent(BaseModel):\n    count: int = 0\n",
        "class Parent(BaseModel):\n    count: int\n",
        {"m": "from .a import Parent\nclass State(Parent):\n    x: int = 0\n", "b": USES_STATE.replace(".a", ".m")},
    ),
    Scenario(
        "a_state_is_no_model_any_more",
        "class State(BaseModel):\n    count: int = 0\n",
        "class State:\n    count: int = 0\n",
        {"b": USES_STATE},
    ),
    Scenario(
        "states_leave_their_line",
        "class State(BaseModel): ...\nclass More(State): ...\n",
        "class State(BaseModel): ...\nclass More(BaseModel): ...\n",
        {
            "b": USES_STATE.replace("import State", "import State, More")
            + "    @step\n    async def more(self, ctx: Context[More], ev: StartEvent) -> None: ...\n"
        },
    ),
    Scenario(
        "the_alias_of_a_field_is_replaced",
        CLIENT + "Saved = Annotated[Client, PlainSerializer(str)]\n" + 12 * "\n" + SAVED_STATE,
        CLIENT
        + "Saved = Annotated[Client, PlainSerializer(str)]\n"
        + 12 * "\n"
        + SAVED_STATE.replace("Saved", "Client"),
        {"b": USES_STATE},
    ),
    Scenario(
        "the_alias_of_an_alias_is_replaced",
        CLIENT + "First = Annotated[Client, PlainSerializer(str)]\n" + 12 * "\n" + "Saved = First\n" + SAVED_STATE,
        CLIENT + "First = Annotated[Client, PlainSerializer(str)]\n" + 12 * "\n" + "Saved = Client\n" + SAVED_STATE,
        {"b": USES_STATE},
    ),
    _held(
        "what_a_state_holds_saves_a_function",
        "class Held(BaseModel):\n    call: Callable[[], int] = Field(default=int, exclude=True)\n",
        "class Held(BaseModel):\n    call: Callable[[], int] = Field(default=int, title='call')\n",
    ),
    _held(
        "a_serializer_inside_of_what_a_state_holds_is_gone",
        "class Held(BaseModel):\n    call: Annotated[Callable[[], int], PlainSerializer(str)] = int\n",
        "class Held(BaseModel):\n    call: Annotated[Callable[[], int], Field(title='call')] = int\n",
    ),
    _held(
        "what_an_event_in_a_state_holds_is_excluded_no_more",
        "class Held(Event):\n    call: Callable[[], int] = Field(default=int, exclude=True)\n",
        "class Held(Event):\n    call: Callable[[], int] = Field(default=int, title='call')\n",
    ),
    _held(
        "a_serializer_in_a_dataclass_in_a_state_is_gone",
        "from dataclasses import dataclass\n@dataclass\nclass Held:\n"
        "    call: Annotated[Callable[[], int], PlainSerializer(str)] = int\n",
        "from dataclasses import dataclass\n@dataclass\nclass Held:\n"
        "    call: Annotated[Callable[[], int], Field(title='call')] = int\n",
    ),
    _held(
        "a_member_of_a_named_tuple_in_a_state_becomes_a_function",
        "from typing import NamedTuple\nclass Held(NamedTuple):\n    call: int\n",
        "from typing import NamedTuple\nclass Held(NamedTuple):\n    call: Callable[[], int]\n",
    ),
    _held(
        "a_member_of_a_typed_dict_in_a_state_gets_a_serializer",
        "from typing import TypedDict\nclass Held(TypedDict):\n    call: Callable[[], int]\n",
        "from typing import TypedDict\nclass Held(TypedDict):\n    call: Annotated[Callable[[], int], PlainSerializer(str)]\n",
    ),
    Scenario(
        "a_class_in_a_state_says_how_it_is_saved",
        "class Client: ...\n",
        "class Client:\n    @classmethod\n"
        "    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:\n        return handler(str)\n",
        {
            "m": "from .a import Client\nfrom pydantic import BaseModel, ConfigDict\nclass State(BaseModel):\n"
            "    model_config = ConfigDict(arbitrary_types_allowed=True)\n    client: Client | None = None\n",
            "b": USES_STATE.replace(".a", ".m"),
        },
    ),
    Scenario(
        "a_base_that_is_no_model_gives_no_value_any_more",
        "class Named:\n    name: str = ''\n",
        "class Named:\n    name: str\n",
        {
            "m": "from .a import Named\nfrom pydantic import BaseModel\nclass State(Named, BaseModel):\n    x: int = 0\n",
            "b": USES_STATE.replace(".a", ".m"),
        },
    ),
    Scenario(
        "a_base_that_is_no_model_hides_a_default",
        "class Named:\n    name: str\n",
        "class Named:\n    name: Annotated[str, Field(default='')]\n",
        {
            "m": "from .a import Named\nfrom pydantic import BaseModel\nclass State(Named, BaseModel):\n    x: int = 0\n",
            "b": USES_STATE.replace(".a", ".m"),
        },
    ),
)
"""Each changes the verdict on a workflow that uses the state."""
