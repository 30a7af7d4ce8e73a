"""The snippets of docs/state.md run, and print what their comments say."""

from __future__ import annotations

import contextlib
import io

from snippets import DOCS, program

PAGE = DOCS / "state.md"


def test_the_snippets_of_the_page_print_what_it_says() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program(PAGE), str(PAGE), "exec", dont_inherit=True), {"__name__": "__main__"})
    lines = printed.getvalue().splitlines()
    assert lines[0] == "3 1"
    assert lines[1].startswith("state.items.0.qty: ")
    assert lines[-7:] == [
        "1 1",
        "{'count': 1, 'user': {'address': {'city': 'Ulm'}}}",
        "1 [{'op': 'replace', 'path': '/count', 'value': 1}] None",
        "2 [{'op': 'replace', 'path': '/count', 'value': 2}] None",
        "1",
        "1 3",
        "[1, 2, 3]",
    ]
