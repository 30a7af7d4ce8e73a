"""Packages made at random, and edits to them: what may differ stands in the text of their modules, between two marks.

    async def begin(self, ev: «Begin¦StartEvent») -> First: ...

is one text or the other; slots may hold others, and those of one name (`«how|step¦tf.step»`) have the same turn in the whole package.
An edit takes another turn at one slot. All names that a module imports from another are there at every turn, so that what is
wrong after an edit is mostly of the plugin's sort.
"""

from __future__ import annotations

import re
from random import Random

from package_texts import TEXTS

__all__ = ["Package"]

USUAL = 0.75
"""How often a slot has its first text."""

SIGN = re.compile("([«¦»])")


class _Slot:
    def __init__(self, key: str, turns: list[_Text]) -> None:
        self.key = key
        self.turns = turns


_Text = list["str | _Slot"]


def _parsed(signs: list[str], module: str, counted: list[int]) -> _Text:
    """The text until the sign that ends it, which is left."""
    found: _Text = []
    while signs and signs[0] not in "¦»":
        sign = signs.pop(0)
        if sign == "«":
            counted[0] += 1
            key = f"{module}:{counted[0]}"
            named = re.match(r"(\w+)\|", signs[0])
            if named is not None:
                key, signs[0] = named[1], signs[0][named.end() :]
            turns = [_parsed(signs, module, counted)]
            while signs.pop(0) == "¦":
                turns.append(_parsed(signs, module, counted))
            found.append(_Slot(key, turns))
        else:
            found.append(sign)
    return found


PARSED = {module: _parsed([sign or "\0" for sign in SIGN.split(text)], module, [0]) for module, text in TEXTS.items()}


class Package:
    """The package of that number, and its edits one after the other."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.edits: list[str] = []
        self._turns: dict[str, int] = {}
        self._edited = Random(f"{seed} edits")

    def modules(self) -> dict[str, str]:
        """name -> text."""
        return {name: self._written(text, {}) for name, text in PARSED.items()}

    def edit(self) -> dict[str, str]:
        """Take another turn at one slot; the modules that this changes, with their new texts."""
        before = self.modules()
        slots: dict[str, int] = {}
        for text in PARSED.values():
            self._written(text, slots)
        while True:
            key = self._edited.choice(list(slots))
            old = self._turn(key, slots[key])
            new = self._edited.choice([turn for turn in range(slots[key]) if turn != old])
            self._turns[key] = new
            after = self.modules()
            changed = {name: text for name, text in after.items() if text != before[name]}
            if changed:
                self.edits.append(f"{key}: {old} -> {new} in {', '.join(changed)}")
                return changed
            self._turns[key] = old

    def _written(self, text: _Text, slots: dict[str, int]) -> str:
        """The text with its slots filled, which are told to `slots` with the number of their turns."""
        parts: list[str] = []
        for part in text:
            if isinstance(part, _Slot):
                slots[part.key] = len(part.turns)
                parts.append(self._written(part.turns[self._turn(part.key, len(part.turns))], slots))
            else:
                parts.append(part.replace("\0", ""))
        return "".join(parts)

    def _turn(self, key: str, number: int) -> int:
        if key not in self._turns:
            random = Random(f"{self.seed} {key}")
            self._turns[key] = 0 if random.random() < USUAL else random.randrange(number)
        return self._turns[key]
