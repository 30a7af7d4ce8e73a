"""Whether a file may have a change of the committed state in it, or a writer inside an edit, by a look at its text.

Most files have neither, and to parse one takes longer than all else that the plugin does with it. So the look lets too much pass
rather than too little; and words are sought before anything is matched, which is far dearer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from typedflow.wiring.store_use import STORE_WRITERS
from typedflow_mypy.lines import end_of_line

__all__ = ["ALL_MUTATORS", "MUTATORS", "may_be_late", "may_change", "may_hand_on", "may_nest"]

MUTATORS = {
    "builtins.list": frozenset({"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"}),
    "builtins.dict": frozenset({"update", "setdefault", "pop", "popitem", "clear"}),
    "builtins.set": frozenset(
        {
            *("add", "update", "discard", "remove", "pop", "clear"),
            *("difference_update", "intersection_update", "symmetric_difference_update"),
        }
    ),
    "collections.OrderedDict": frozenset({"move_to_end"}),
    "collections.Counter": frozenset({"subtract"}),
    "collections.deque": frozenset(
        {
            *("append", "appendleft", "extend", "extendleft", "insert", "remove"),
            *("pop", "popleft", "clear", "rotate", "reverse"),
        }
    ),
}
"""Classes of the values of a state, and their methods that change them."""

ALL_MUTATORS = frozenset().union(*MUTATORS.values())

STATE = ".state"

CHANGED = (
    r"(?m)\b(?:set|del)attr\([^#\n]*\.state\b|\.state\b[^#\n]*(?<![=!<>])=(?!=)|\bdel\b[^#\n]*\.state\b|\bfor\b[^#\n]*\.state\b[^#\n]*\bin\b|=\s*[\w.]+\.state\s*(?:#|$)"
    r"|\.state\b[^#\n]*\.(?:" + "|".join(sorted(ALL_MUTATORS)) + r")\("
)
"""A line that changes something. The patterns that few files come to are compiled by their first use."""

ASSIGNED = re.compile(r"\b(\w+)\s*(?::[^=\n]+)?:?=\s*[\w.]+\.state\b")
LOOPED = re.compile(r"for\s+(?:\w+\s*,\s*)?(\w+)\s+in\s+(?:\w+\()?[\w.]+\.state\b")
"""A name that is given something of the state."""

DELETION = re.compile(r"del(?<!\wdel)\b")

BLOCK = r"\s*(?:async\s+)?with\b.*\.edit_state\("
EDIT = ".edit_state("
WRITERS = tuple(f".{name}(" for name in sorted(STORE_WRITERS))
OTHER_WRITERS = tuple(writer for writer in WRITERS if writer != EDIT)


def may_change(text: str) -> bool:
    """Whether something that a `.state` leads to may be changed, there or under a name that is given it.

    >>> may_change("ctx.state.items.append(1)")
    True
    >>> may_change("for item in ctx.state.items: item.done = True")
    True
    >>> may_change("for item in ctx.state.items: print(item)")
    False
    """
    names: set[str] = set()
    for line in _lines_with_state(text):
        before, _, after = line.partition(STATE)
        again = STATE in after
        if (again or _may_change(before, after)) and re.search(CHANGED, line):
            return True
        if again or "for" in before:
            names.update(LOOPED.findall(line))
        if again or _ends_as_value(before):
            names.update(ASSIGNED.findall(line))
    return bool(names) and _may_change_what_is_held(text, names)


def _lines_with_state(text: str) -> set[str]:
    """The lines that name a `.state`, each once: what steps do with it is much the same in all of them."""
    found: set[str] = set()
    place = text.find(STATE)
    while place >= 0:
        end = text.find("\n", place)
        if end < 0:
            end = len(text)
        found.add(text[text.rfind("\n", 0, place) + 1 : end])
        place = text.find(STATE, end)
    return found


def _may_change(before: str, after: str) -> bool:
    """Whether it is worth to match the line, whose only `.state` stands between the two."""
    return (
        "=" in after
        or "(" in after
        or "del" in before
        or "attr(" in before
        or ("for" in before and "in" in after)
        or ("=" in before and after.lstrip()[:1] in ("", "#"))
    )


def _ends_as_value(before: str) -> bool:
    """Whether the line so far may end with `name = ctx`."""
    _, is_there, value = before.rpartition("=")
    value = value.strip()
    return bool(is_there) and " " not in value and "(" not in value


def _may_change_what_is_held(text: str, names: set[str]) -> bool:
    if "setattr(" in text or "delattr(" in text or DELETION.search(text):
        return True
    return any((f"{name}." in text or f"{name}[" in text) and _change_of(name).search(text) for name in names)


@lru_cache
def _change_of(name: str) -> re.Pattern[str]:
    """What may change something that the name holds. Each of its beginnings is the name: a search runs from one to the next."""
    held, methods = re.escape(name), "|".join(sorted(ALL_MUTATORS))
    return re.compile(
        rf"{held}(?<!\w{held})(?:\s*[.\[][^#\n]*(?:(?<![=!<>])=(?!=)|\.(?:{methods})\()|\.(?:{methods})\()"
    )


def may_nest(text: str) -> bool:
    """Whether a writer is called in a `with ...edit_state()` or in the lines below that are further to the right.

    >>> may_nest("async with store.edit_state() as state:\\n    await store.set('a', 1)")
    True
    >>> may_nest("async with store.edit_state() as state:\\n    state.a = 1\\nawait store.set('a', 1)")
    False
    """
    if not _is_deeper(text):
        return False
    place = text.find(EDIT)
    while place >= 0:
        start, end = text.rfind("\n", 0, place) + 1, end_of_line(text, place)
        opening = text[start:end]
        if re.match(BLOCK, opening):
            if sum(map(opening.count, WRITERS)) > 1:
                return True
            for line in _below(text, start, end):
                if "(" in line and any(map(line.__contains__, WRITERS)):
                    return True
        place = text.find(EDIT, end)
    return False


def may_hand_on(text: str) -> bool:
    """Whether a function may be called in a `with ...edit_state()` and be given the store, or what that is an attribute of.

    >>> may_hand_on("async with ctx.store.edit_state() as state:\\n    await save(ctx)\\nstore.edit_state()")
    True
    >>> may_hand_on("async with ctx.store.edit_state() as state:\\n    save(state)\\nstore.edit_state()")
    False
    """
    openings = _openings(text)
    if not openings or not (text.count(EDIT) > 1 or any(map(text.__contains__, OTHER_WRITERS))):
        return False
    stores = {before.rpartition(" ")[2] for before, _ in openings}
    found = {store: tuple([word for word in _arguments(text, store) if word in text]) for store in stores}
    if not any(found.values()):
        return False
    place = text.find(EDIT)
    while place >= 0:
        start, end = text.rfind("\n", 0, place) + 1, end_of_line(text, place)
        words = found.get(text[start:place].rpartition(" ")[2], ())
        if words and re.match(BLOCK, text[start:end]):
            for line in (text[place:end], *_below(text, start, end)):
                if any(map(line.__contains__, words)):
                    return True
        place = text.find(EDIT, place + 1)
    return False


def may_be_late(text: str) -> bool:
    """Whether a draft may be changed below its block, in the next lines that stand as far to the left as that.

    >>> may_be_late("async with ctx.store.edit_state() as state:\\n    state.a = 1\\nstate.b = 2")
    True
    >>> may_be_late("async with ctx.store.edit_state() as state:\\n    state.a = 1\\nreturn state.a")
    False
    """
    below = {
        f"\n{before[: len(before) - len(before.lstrip())]}{name}{end}"
        for before, after in _openings(text)
        if (name := after.rpartition(" as ")[2].partition(":")[0]).isidentifier()
        for end in ".["
    }
    return any(map(text.__contains__, below)) and any(_is_late(text, line) for line in below)


def _is_late(text: str, line: str) -> bool:
    """Whether a line that begins so stands below an edit, with no other function between the two."""
    place = text.find(line)
    while place >= 0:
        edit = text.rfind(EDIT, 0, place)
        if edit >= 0 and text.find("def ", edit, place) < 0:
            return True
        place = text.find(line, place + 1)
    return False


@lru_cache(maxsize=1)
def _openings(text: str) -> frozenset[tuple[str, str]]:
    """What stands in the lines with `edit_state` before and behind it: it is much the same in all steps."""
    if EDIT not in text:
        return frozenset()
    parts = text.split(EDIT)
    before = [part[part.rfind("\n") + 1 :] for part in parts]
    after = [part.partition("\n")[0] for part in parts]
    return frozenset(zip(before, after[1:], strict=False))


def _arguments(text: str, store: str) -> list[str]:
    """How a store, or what it is an attribute of, stands among the arguments of a call, the last or another."""
    names = [store, store.rpartition(".")[0]]
    if not names[1]:  # `store = ctx.store`
        place = text.find(f" {store} = ")
        names[1] = text[place:].partition("\n")[0].rpartition(" ")[2].rpartition(".")[0] if place >= 0 else ""
    return [f"{name}{end}" for name in names if name for end in "),"]


def _below(text: str, start: int, end: int) -> Iterator[str]:
    """The lines below the one from `start` to `end` that are further to the right."""
    opening = text[start:end]
    indent = len(opening) - len(opening.lstrip())
    while end < len(text):
        following = end_of_line(text, end)
        line = text[end:following]
        stripped = line.lstrip()
        if stripped and len(line) - len(stripped) <= indent:
            return
        yield stripped
        end = following


def _is_deeper(text: str) -> bool:
    """Whether there is another writer than `edit_state`, or one that stands further to the right than that before it."""
    if any(map(text.__contains__, OTHER_WRITERS)):
        return True
    place, last_line, last_indent = text.find(EDIT), -1, len(text)
    while place >= 0:
        line = text.rfind("\n", 0, place) + 1
        before = text[line:place]
        indent = len(before) - len(before.lstrip())
        if line == last_line or indent > last_indent:
            return True
        place, last_line, last_indent = text.find(EDIT, place + 1), line, indent
    return False
