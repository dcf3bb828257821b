"""Every statement and every call of a file is found by its span, whatever it stands in."""

from __future__ import annotations

import ast

import libcst as cst

from migfix.emit.locate import Locator
from migfix.read.source import Source

TEXT = '''
import a; b = f(1); c = g(h(2), k=[i(j) for j in m()])

@decorated(by(1))
async def upgrade(x=default()):
    """ä"""; first("ß", second("é"))
    if one(): two(); three()
    elif four(five()):
        with six() as s, seven():
            async with eight(): nine()
    else:
        if ten(): eleven()
    try:
        a().b(c()).d(e())[f()]
    except (A, g2()) as error:
        raise h2(error) from i2()
    except B:
        pass
    else:
        (j2())(k2() if l2() else m2())
    finally:
        assert n2(), o2()
    for x in p2():
        while q2(): x += r2()
        else: s2()
    else:
        return lambda: t2(u2())
    match v2():
        case w2(x=1) if x2(): y2()
        case _:
            class Z(a3()): b3: c3() = d3()
'''


def test_statements_and_calls_are_found_by_their_spans() -> None:
    module, source = cst.parse_module(TEXT), Source(TEXT, "x.py")
    locator = Locator(module, source)
    statements = [n for n in ast.walk(ast.parse(TEXT)) if isinstance(n, ast.stmt)]
    for node in statements:
        found = locator.statement(source.span(node))
        assert found is not None
        assert type(found).__name__ == type(node).__name__.removeprefix("Async")
    simple = [n for n in statements if isinstance(n, ast.Expr | ast.Assign | ast.Raise | ast.Assert | ast.Return)]
    calls = [c for s in simple for c in ast.walk(s) if isinstance(c, ast.Call)]
    assert len(calls) > 25
    for call in calls:
        made = locator.call(source.span(call))
        assert made is not None
        assert module.code_for_node(made.with_changes(lpar=(), rpar=())) == source.segment(call)
