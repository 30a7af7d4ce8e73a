"""Fields that have a default in ways of which mypy itself does not approve."""

from typing import Any

from pydantic import BaseModel, Field, computed_field
from shop import Order

from typedflow import Context, StopEvent, Workflow, step

SETTINGS: dict[str, Any] = {"default": 3}


class Computed(BaseModel):
    plain: int = 0

    @computed_field  # type: ignore[prop-decorator]  # mypy issue 1362
    @property
    def double(self) -> int:
        return self.plain * 2


class UsesComputed(Workflow):
    @step
    async def begin(self, ctx: Context[Computed], ev: Order) -> StopEvent:
        return StopEvent()


class Unpacked(BaseModel):
    count: int = Field(**SETTINGS)  # type: ignore[misc]  # mypy does not support it


class UsesUnpacked(Workflow):
    @step
    async def begin(self, ctx: Context[Unpacked], ev: Order) -> StopEvent:
        return StopEvent()
