"""Reads the snippets of a page: each fenced block with its language and its place, and the programs that they make.

The rule is the same for every page, and every test that runs or checks a page goes by it: a ```python block that is
followed at once by a ```text block of what mypy says of it is a program by itself, wrong on purpose; all other python
blocks of the page are one program, from the top of the page to its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

__all__ = ["DOCS", "MESSAGE", "README", "ROOT", "Block", "Mistaken", "blocks", "mistaken", "program"]

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MESSAGE = re.compile(r"\S+\.py:\d+: (?:error|note): ")


@dataclass(frozen=True)
class Block:
    """What stands between two fences: its language, its text, and the characters of the page that it takes up."""

    language: str
    text: str
    begin: int
    end: int


@dataclass(frozen=True)
class Mistaken:
    """A program that is wrong on purpose, and what the page says mypy says of it, line by line."""

    program: str
    messages: tuple[str, ...]


def blocks(text: str, *languages: str) -> list[Block]:
    """The blocks of a page or a part of one, in order; those in these languages, if any is named."""
    found = [Block(block[1], block[2], block.start(), block.end()) for block in _BLOCK.finditer(text)]
    return [block for block in found if not languages or block.language in languages]


def mistaken(page: Path) -> list[Mistaken]:
    """The programs of the page that are wrong on purpose."""
    text = page.read_text(encoding="utf-8")
    return [Mistaken(wrong.text, tuple(said.text.splitlines())) for wrong, said in _mistakes(text)]


def program(page: Path) -> str:
    """The page as one program: its python blocks, each line where it stands on the page, so that a line number is the page's."""
    text = page.read_text(encoding="utf-8")
    wrong = {block for block, _ in _mistakes(text)}
    lines = [""] * text.count("\n")
    for block in blocks(text, "python"):
        if block not in wrong:
            first = text.count("\n", 0, block.begin) + 1
            own = block.text.splitlines()
            lines[first : first + len(own)] = own
    return "\n".join(lines).rstrip() + "\n"


def _mistakes(text: str) -> list[tuple[Block, Block]]:
    return [
        (block, after)
        for block, after in pairwise(blocks(text))
        if (block.language, after.language) == ("python", "text")
        and not text[block.end : after.begin].strip()
        and MESSAGE.match(after.text)
    ]
