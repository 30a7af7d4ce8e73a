"""The survey on small trees: the numbers, the reports, and the ways that it can end."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from examples.survey.events import Begin, Progress, Report
from examples.survey.flow import Survey, worker_pool
from examples.survey.state import SurveyState
from typedflow.resource import override

TREE = {
    "shop/__init__.py": '"""A shop."""\n',
    "shop/cart.py": (
        "from shop.money import add\nimport json\n\n\n"
        "class Cart:\n"
        '    """Holds things."""\n\n'
        "    def total(self, prices: list[int]) -> int:\n"
        '        """Sum them up."""\n'
        "        return sum(p for p in prices if p)\n\n"
        "    async def pay(self, how):\n"
        "        if how and self:\n"
        "            return 1\n"
        "        return 2\n"
    ),
    "shop/money.py": "# of whole cents\ndef add(a: int, b: int) -> int:\n    return a + b\n",
    "tools/report.py": "import shop.cart\nfrom shop import money\n\nprint(1)\n",
    "lone.py": "import tools.report, lone, shop\n",
    "tests/test_cart.py": "def test_one():\n    assert True\n",
    "broken/bad.py": "def f(:\n",
    "broken/worse.py": "# coding: nonsense\n",
    "notes.txt": "not Python",
    ".hidden/a.py": "x = 1\n",
    "env/pyvenv.cfg": "",
    "env/lib/b.py": "x = 1\n",
    "shop/__pycache__/c.py": "x = 1\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for path, text in TREE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


async def survey(root: Path, out: Path, **options: Any) -> tuple[Report, SurveyState, list[Progress]]:
    with ThreadPoolExecutor(2) as threads, override(worker_pool, threads):
        handler = Survey().run(start_event=Begin(root=root, out=out, **options))
        progress = [event async for event in handler.stream_events(only=Progress)]
        return await handler, handler.ctx.state, progress


async def test_the_numbers_are_exact(tree: Path, tmp_path: Path) -> None:
    report, state, _ = await survey(tree, tmp_path / "out")
    assert report.outcome == "surveyed"
    assert report.message == "6 files parsed, 2 broken"
    totals = state.totals
    assert (totals.files, totals.lines, totals.code, totals.text, totals.blank) == (5, 24, 15, 4, 5)
    assert (totals.classes, totals.functions, totals.async_functions) == (1, 3, 1)
    assert (totals.annotated, totals.public, totals.documented) == (2, 3, 1)
    assert (state.tests.files, state.tests.code) == (1, 2)
    assert [(name, counts.code) for name, counts in state.by_code()] == [("shop", 11), ("tools", 3), ("lone", 1)]
    assert [(f.name, f.complexity, f.lines) for f in state.most_complex] == [
        ("Cart.total", 3, 3),
        ("Cart.pay", 3, 4),
        ("add", 1, 2),
    ]
    assert [(f.name, f.path, f.line) for f in state.longest[:2]] == [
        ("Cart.pay", "shop/cart.py", 12),
        ("Cart.total", "shop/cart.py", 8),
    ]
    assert state.bands == [3, 0, 0, 0, 0]


async def test_imports_between_packages_are_counted_by_file(tree: Path, tmp_path: Path) -> None:
    _, state, _ = await survey(tree, tmp_path / "out")
    assert {name: package.imports for name, package in state.packages.items()} == {
        "shop": {},
        "tools": {"shop": 1},
        "lone": {"tools": 1, "shop": 1},
    }
    assert state.importers() == [("shop", 2, 2), ("tools", 1, 1)]


async def test_broken_files_are_listed_with_their_reasons(tree: Path, tmp_path: Path) -> None:
    report, state, _ = await survey(tree, tmp_path / "out")
    assert [broken.path for broken in state.broken] == ["broken/bad.py", "broken/worse.py"]
    assert state.broken[0].reason.startswith("line 1: ")
    assert state.broken[1].reason == "unknown encoding: nonsense"
    assert report.markdown is not None
    assert "| `broken/worse.py` | unknown encoding: nonsense" in report.markdown.read_text()


async def test_tests_can_be_counted_like_all_other_code(tree: Path, tmp_path: Path) -> None:
    _, state, _ = await survey(tree, tmp_path / "out", tests_apart=False)
    assert state.tests.files == 0
    assert state.packages["tests"].counts.code == 2


async def test_a_package_is_surveyed_by_its_modules(tree: Path, tmp_path: Path) -> None:
    _, state, _ = await survey(tree / "shop", tmp_path / "out")
    assert sorted(state.packages) == ["cart", "money", "shop"]
    assert state.packages["cart"].imports == {"money": 1}


async def test_many_batches_give_the_same_numbers_as_one(tmp_path: Path) -> None:
    root = tmp_path / "many"
    for package in range(10):
        (root / f"p{package}").mkdir(parents=True)
        for number in range(10):
            (root / f"p{package}" / f"m{number}.py").write_text(f"def f{number}():\n" + "    x = 1\n" * (number + 1))
    report, state, progress = await survey(root, tmp_path / "out", top=3)
    assert report.message == "100 files parsed, 0 broken"
    assert (state.totals.files, state.totals.code, state.totals.functions) == (100, 650, 100)
    assert [(f.path, f.lines) for f in state.longest] == [("p0/m9.py", 11), ("p1/m9.py", 11), ("p2/m9.py", 11)]
    parsing = [event for event in progress if event.phase == "parsing"]
    assert [event.total for event in parsing] == [100] * 9
    assert parsing[-1].done == 100
    assert [event.done for event in parsing] == sorted(event.done for event in parsing)


async def test_the_walk_goes_on_batch_by_batch(tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    place = deep
    for level in range(60):
        place = place / f"d{level}"
    place.mkdir(parents=True)
    (place / "a.py").write_text("x = 1\n")
    _, state, progress = await survey(deep, tmp_path / "out")
    assert state.files[0].path.endswith("d59/a.py")
    assert sum(event.phase == "walking" for event in progress) == 61


async def test_where_there_is_nothing_it_says_so(tmp_path: Path) -> None:
    report, _, _ = await survey(tmp_path, tmp_path / "out")
    assert report == Report(outcome="nothing found", message=f"there is no Python source under {tmp_path}")
    assert not (tmp_path / "out").exists()


async def test_a_tree_that_is_too_big_is_left_alone(tree: Path, tmp_path: Path) -> None:
    report, state, _ = await survey(tree, tmp_path / "out", max_files=2)
    assert report.outcome == "too big"
    assert "2 files that a survey may parse" in report.message
    assert "raise --max-files" in report.message
    assert state.parsed == 0


async def test_the_page_needs_nothing_from_elsewhere_and_its_charts_are_well_formed(tree: Path, tmp_path: Path) -> None:
    report, _, _ = await survey(tree, tmp_path / "out")
    assert report.html is not None
    page = report.html.read_text()
    assert not re.search(r"https?:|<script|<link|url\(|@import", page)
    charts = [ET.fromstring(chart) for chart in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    assert [chart.get("aria-label") for chart in charts] == [
        "Lines of code, text and blank lines by package",
        "Functions by complexity",
        "Most imported packages",
        "Which package imports which",
    ]
    for chart in charts:
        _, _, width, height = map(float, (chart.get("viewBox") or "").split())
        for bar in chart.iter("rect"):
            x, y, w, h = (float(bar.get(name) or 0) for name in ("x", "y", "width", "height"))
            assert x >= 0
            assert y >= 0
            assert w > 0
            assert x + w <= width
            assert y + h <= height
    titles = {title.text for title in charts[0].iter("title")}
    assert {"shop: 11 lines of code", "shop: 4 lines of text", "shop: 4 blank lines"} <= titles


async def test_names_from_the_tree_cannot_break_the_reports(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a&b<c>.py").write_text("def f(:\n")
    (root / "x|y.py").write_text("x = 1\n")
    report, _, _ = await survey(root, tmp_path / "out")
    assert report.html is not None
    assert report.markdown is not None
    assert "a&amp;b&lt;c&gt;.py" in report.html.read_text()
    assert r"`x\|y`" in report.markdown.read_text()
