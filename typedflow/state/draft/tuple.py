"""Tuples that hold models or containers: read through a draft, such a tuple is a plain tuple of drafts.

A tuple cannot be changed, what it holds can: `state.pair[0].x = 1`. The drafts are made all at once, when the tuple is
read.
"""

from __future__ import annotations

from typing import Any

from typedflow.state.draft.registry import OPENERS, DraftHost

__all__ = ["open_tuple", "retuple"]


def retuple(like: tuple[Any, ...], items: list[Any]) -> tuple[Any, ...]:
    """A tuple of `items` of the class of `like`, named tuples included."""
    return tuple.__new__(type(like), items)


def open_tuple(value: tuple[Any, ...], scope: DraftHost) -> tuple[Any, ...]:
    """The same tuple where nothing in it can be edited, else one of drafts."""
    items = list(value)
    drafted = False
    for place, item in enumerate(items):
        opener = OPENERS[type(item)]
        if opener is not None:
            items[place] = opener(item, scope)
            drafted = drafted or items[place] is not item
    return retuple(value, items) if drafted else value


OPENERS.by_kind["tuple"] = open_tuple
