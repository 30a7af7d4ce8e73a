"""What a wiring rule says when it finds something."""

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Part", "Problem"]

Part: TypeAlias = Literal["function", "decorator", "parameter", "return", "body", "attribute", "field"]
"""What a finding is about: a part of the step, an attribute of `self`, a field of the state or of an event."""


class Problem(NamedTuple):
    """One finding: which rule, where, what is wrong, what to do.

    `code` is the rule's name (`unproduced-event`); `step` and `event` are names, None where the finding has none;
    `message` is one sentence about what is wrong, `hint` one about what to do. `part` says what it is about, and `name` which
    parameter, attribute or field; a parameter without a name is the one that takes `event`.
    """

    code: str
    message: str
    hint: str = ""
    step: str | None = None
    event: str | None = None
    part: Part | None = None
    name: str | None = None

    def __str__(self) -> str:
        """`[code] message` and, indented on a line of its own, the hint."""
        return f"[{self.code}] {self.message}" + (f"\n    {self.hint}" if self.hint else "")
