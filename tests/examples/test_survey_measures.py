"""What the survey counts in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.survey.measure import Broken, Source, measure_batch, measure_source


@pytest.mark.parametrize(
    ("source", "code", "text", "lines"),
    [
        ("", 0, 0, 0),
        ("\n", 0, 0, 1),
        ("x = 1", 1, 0, 1),
        ("# only\n\nx = 1  # both\n", 1, 1, 3),
        ('"""One."""\nx = 1\n', 1, 1, 2),
        ('"""One.\n\nTwo.\n"""\nx = 1\n', 1, 3, 5),
        ('x = """\n# no comment\n"""\n', 3, 0, 3),
        ('def f():\n    """Doc."""\n    return 1\n', 2, 1, 3),
        ("x = 1\n\x0c\ny = 2\n", 2, 0, 3),
    ],
)
def test_each_line_is_code_text_or_blank(source: str, code: int, text: int, lines: int) -> None:
    measured = measure_source("m.py", source, "m")
    assert (measured.code_lines, measured.text_lines, measured.lines) == (code, text, lines)


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        ("return 1", 1),
        ("if x: return 1\n    elif y: return 2", 3),
        ("return x and y and z", 3),
        ("return [a for a in x if a if a > 1]", 4),
        ("try: x()\n    except A: pass\n    except B: pass", 3),
        ("while x:\n        for a in x: pass", 3),
        ("return 1 if x else 2", 2),
        ("match x:\n        case 1: pass\n        case _: pass", 3),
        ("def g():\n        if x: pass", 1),
    ],
)
def test_complexity_is_one_plus_the_branches(body: str, complexity: int) -> None:
    measured = measure_source("m.py", f"def f(x):\n    {body}\n", "m")
    assert {f.name: f.complexity for f in measured.most_complex}["f"] == complexity


@pytest.mark.parametrize(
    ("source", "annotated"),
    [
        ("def f(): pass", 0),
        ("def f() -> None: pass", 1),
        ("def f(a, b: int) -> None: pass", 0),
        ("def f(a: int, *b: int, c: int, **d: int) -> None: pass", 1),
        ("def f(*b) -> None: pass", 0),
        ("class C:\n  def f(self, a: int) -> None: pass", 1),
        ("class C:\n  def __init__(self, a: int): pass", 1),
        ("class C:\n  @staticmethod\n  def f(a) -> None: pass", 0),
    ],
)
def test_a_function_is_annotated_when_everything_but_self_is(source: str, annotated: int) -> None:
    assert measure_source("m.py", source + "\n", "m").annotated == annotated


def test_public_functions_are_those_without_an_underscore_on_the_way() -> None:
    source = """
def public():
    "Documented."
    def inner(): pass
def _private(): "Documented."
class C:
    def method(self): pass
    @property
    def value(self): "Documented."
    @value.setter
    def value(self, to): pass
class _P:
    def method(self): "Documented."
"""
    measured = measure_source("m.py", source, "m")
    assert (measured.functions, measured.public, measured.documented, measured.classes) == (7, 3, 2, 2)


@pytest.mark.parametrize(
    ("path", "module", "statement", "imported"),
    [
        ("a.py", "a", "import os.path as p, re", {"os.path", "re"}),
        ("a.py", "a", "from os import path", {"os.path"}),
        ("p/a.py", "p.a", "from . import b", {"p.b"}),
        ("p/a.py", "p.a", "from .b import c", {"p.b.c"}),
        ("p/q/a.py", "p.q.a", "from ..b import c", {"p.b.c"}),
        ("p/__init__.py", "p", "from .b import c", {"p.b.c"}),
        ("p/q/__init__.py", "p.q", "from .. import c", {"p.c"}),
    ],
)
def test_imports_are_absolute(path: str, module: str, statement: str, imported: set[str]) -> None:
    assert measure_source(path, statement + "\n", module).imports == imported


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"def f(:\n", "line 1: "),
        (b"# coding: nonsense\n", "unknown encoding: nonsense"),
        (b'x = 1\ny = 2\nz = "\xff"\n', "byte 17 is not utf-8"),
        (b"x = \x00\n", "null bytes"),
        (b"(" * 500, ""),
    ],
)
def test_a_broken_file_comes_back_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "bad.py").write_bytes(content)
    (tmp_path / "good.py").write_bytes(b"x = 1\n")
    bad, good = measure_batch(str(tmp_path), [Source("bad.py", "bad"), Source("good.py", "good")])
    assert isinstance(bad, Broken)
    assert reason in bad.reason
    assert not isinstance(good, Broken)
    assert good.code_lines == 1


def test_a_file_that_is_gone_is_broken(tmp_path: Path) -> None:
    assert measure_batch(str(tmp_path), [Source("gone.py", "gone")]) == [Broken("gone.py", "No such file or directory")]
