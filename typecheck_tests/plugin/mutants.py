"""Mutants: programs with one small change each."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import islice
from random import Random

from changed_program import Program, events_in
from mutations import MUTATIONS

__all__ = ["Source", "mutant"]


@dataclass(frozen=True)
class Source:
    """A program to change: its name, its text, and the events that it may name and does not define."""

    name: str
    text: str
    events: tuple[str, ...] = ()


def mutant(source: Source, seed: int) -> tuple[str, str]:
    """What is changed, and the text of the program with that change; the same for the same seed. Raises `ValueError`
    where there is nothing to change."""
    random = Random(seed)
    mutations = list(MUTATIONS)
    random.shuffle(mutations)
    for mutation in mutations:
        tree = ast.parse(source.text)
        program = Program(tree, events_in(tree, source.events), random)
        count = sum(1 for _ in mutation(program))
        if count:
            changing = islice(mutation(program), random.randrange(count), None)
            next(changing)
            text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
            if _compiles(text):
                return mutation.__name__, text
    raise ValueError(f"{source.name} has nothing to change")


def _compiles(text: str) -> bool:
    try:
        compile(text, "<mutant>", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
