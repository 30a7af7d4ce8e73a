"""The pages about the surface: their snippets print what their comments say, each row of a table has its test."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
from snippets import DOCS, program

HERE = Path(__file__).parent
PAGES = ["failing", "fan-out", "observability", "resources", "streaming", "sync", "testing", "waiting"]
TESTS = {
    name
    for file in (*HERE.glob("test_*.py"), *(HERE.parent / "engine").glob("test_*.py"))
    for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("page", PAGES)
def test_the_snippets_of_a_page_print_what_their_comments_say(page: str) -> None:
    source = program(DOCS / f"{page}.md")
    said = re.findall(r"^ *(?:print\(.*\)|asyncio\.run\(main\(\)\))  # (.+)$", source, re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, f"docs/{page}.md", "exec", dont_inherit=True), {"__name__": "__main__"})
    assert sorted(printed.getvalue().splitlines()) == sorted(said)


@pytest.mark.parametrize("page", PAGES)
def test_each_row_of_a_table_has_its_test(page: str) -> None:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    tables = re.findall(r"((?:^\|[^\n]*\n)+)(?:\n<!-- tests:(.*?)-->)?", text, re.MULTILINE | re.DOTALL)
    assert tables
    for table, tests in tables:
        rows = table.strip().splitlines()[2:]
        named = tests.split()
        assert len(named) == len(rows), f"{page}: {len(rows)} rows after {rows[0]!r} and {len(named)} tests"
        assert set(named) <= TESTS, f"{page}: {set(named) - TESTS}"
