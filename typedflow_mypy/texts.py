"""So that an edit inside an `Annotated[...]`, or in a function that takes a context, is noticed where a verdict rests on it.

    Given = Annotated[Client, Resource(connect)]      # in another module than the steps that take a `Given`

    def tell(ctx: Context) -> None:                   # in another module than the step that calls it
        ctx.send_event(Done())

mypy drops what is written in the first, and a body is no type: an edit there changes nothing that mypy compares. The cache on the
disk compares what a module says to others, of which the future imports are a part: such a file gets one more, which
tells the text. The daemon compares the names of a module: who reads the text of another module puts a name into it, which is gone
when mypy has parsed that module again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Import, ImportFrom, MypyFile

from typedflow_mypy.compat import STEADY, TYPESHED, depend_on_parsing, tell_cache
from typedflow_mypy.source import may_hold, source_of
from typedflow_mypy.told import CONTEXTS
from typedflow_mypy.wrappers import WRAPS

if TYPE_CHECKING:
    from typedflow_mypy.compat import Api

__all__ = ["depend_on_text", "tell"]

NAME = "__typedflow_text__"
WORD = "Annotated"
TYPING = ("typing", "typing_extensions")


def tell(file: MypyFile | None) -> None:
    """Let what others know of a file, which is to be put into mypy's cache, change with what stands in its `Annotated`s and
    in its functions that take a context, or decorate those that do.
    """
    if file is None or file.fullname.partition(".")[0] in STEADY or file.path.startswith(TYPESHED):
        return
    has_functions = not file.is_stub and may_hold(file.path, (*CONTEXTS, WRAPS))
    if not has_functions and not _may_name_it(file):
        return
    source = source_of(file.path)
    if source is None:
        return
    told = source.told if has_functions else 0
    marks = source.marks if _may_name_it(file) else 0
    if told or marks:
        tell_cache(file, f"{NAME}{marks}_{told}")


def _may_name_it(file: MypyFile) -> bool:
    """Whether the imports may bring `Annotated`, or `typing`, of which it may be a part."""
    for one in file.imports:
        if isinstance(one, ImportFrom):
            for name, _ in one.names:
                if name == WORD:
                    return True
        elif not isinstance(one, Import) or one.ids[0][0] in TYPING:
            return True
    return False


def depend_on_text(api: Api, module: MypyFile) -> None:
    """What is being checked depends on what is written inside the `Annotated`s of that module."""
    depend_on_parsing(api, module, NAME)
