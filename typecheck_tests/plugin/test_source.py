"""What is kept of the files that the plugin reads: their text, and the syntax trees of a few."""

from __future__ import annotations

import ast
import weakref
from pathlib import Path

from typedflow_mypy import source as sources
from typedflow_mypy.source import MOST_WITH_TREES, Source, source_of

TEXT = "def one(a):\n    return a\n\n\nclass C:\n    def two(self):\n        return self\n"


def files(folder: Path, number: int) -> list[Source]:
    found = []
    for name in range(number):
        path = folder / f"m{name}.py"
        path.write_text(TEXT)
        source = source_of(str(path))
        assert source is not None
        found.append(source)
    return found


def test_the_trees_of_a_few_files_are_kept_and_no_more(tmp_path: Path) -> None:
    trees: list[weakref.ref[ast.AST]] = []
    for source in files(tmp_path, 3 * MOST_WITH_TREES):
        node = source.function_at(1, 2)
        assert node is not None
        trees += [weakref.ref(source.tree), weakref.ref(node)]
        del node
    assert sum(tree() is not None for tree in trees) <= 2 * MOST_WITH_TREES
    assert len(sources._with_trees) <= MOST_WITH_TREES


def test_a_file_whose_trees_are_gone_is_read_again(tmp_path: Path) -> None:
    first, *others = files(tmp_path, 1 + 2 * MOST_WITH_TREES)
    before = first.function_named(("C", "two"))
    assert before is not None
    for source in others:
        assert source.function_named(("one",)) is not None
    after = first.function_named(("C", "two"))
    assert after is not None
    assert after is not before
    assert ast.dump(after) == ast.dump(before)


def test_a_file_that_is_asked_for_in_turn_with_others_keeps_its_trees(tmp_path: Path) -> None:
    helpers, *flows = files(tmp_path, 1 + 2 * MOST_WITH_TREES)
    kept = helpers.function_named(("one",))
    for flow in flows:
        flow.function_at(1, 2)
        assert helpers.function_named(("one",)) is kept
