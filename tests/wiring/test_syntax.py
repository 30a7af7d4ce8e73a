"""The walks through a syntax tree come to what `ast.walk` comes to, operators and contexts left out, and in its order."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from typedflow.wiring.syntax import children, walk

SOURCES = sorted(Path(__file__).parents[1].rglob("*.py"))
OTHERS = ast.expr_context | ast.operator | ast.boolop | ast.unaryop | ast.cmpop


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_all_nodes_of_a_file_are_found(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for statement in body:
        assert walk([statement]) == [one for one in ast.walk(statement) if not isinstance(one, OTHERS)]
        below = [one for one in ast.iter_child_nodes(statement) if not isinstance(one, OTHERS)]
        assert children(statement) == below


def test_every_kind_of_node_is_gone_through() -> None:
    source = """
async def go(a, /, b: int = 1, *c: str, d: float = 2, **e) -> None:
    async with a as f, b:
        global g
        x = y = [*c, {**e}, {1: 2}, {3}, f"{a!r:>{b}}", not a, a if b else c, lambda q=1: q, a[1:2, 3], (yield)]
    for i, j in zip(a, b): del i[0]
    else: pass
    try: raise KeyError from None
    except (KeyError, ValueError) as error: print(error)
    finally: assert a, "b"
    match a:
        case {"k": [1, *rest], **others} if b: pass
        case Point(x=0) | Other(1) as name: pass
        case None: pass
    import os.path as p
    from . import q as r
    while (n := a) and 1 < b <= 2: break
    z: int
    return [k async for k in a if k for l in k]
@decorated(by=1)
class C(Base, metaclass=M): x += 1
"""
    body = ast.parse(source).body
    assert walk(body) != [], "the source is read"
    assert [ast.dump(one) for one in walk(body)] == [
        ast.dump(one) for one in ast.walk(ast.Module(body, [])) if not isinstance(one, OTHERS | ast.Module)
    ]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is that of Python 3.12")
def test_parameters_of_types_are_gone_through() -> None:
    source = """
def first[T: (int, str), *Ts, **P](one: T) -> T: return one
class Box[T: int](Base[T]): value: T
type Pair[T] = tuple[T, T]
async def go[T](): pass
"""
    body = ast.parse(source).body
    assert [ast.dump(one) for one in walk(body)] == [
        ast.dump(one) for one in ast.walk(ast.Module(body, [])) if not isinstance(one, OTHERS | ast.Module)
    ]
