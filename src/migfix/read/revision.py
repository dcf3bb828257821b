"""A revision file's text as ops: the one way in."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from functools import cache

from migfix.model import ops
from migfix.model.revision import Body, Revision, Span, Unread
from migfix.read.flow import TooLong, Walker
from migfix.read.identifiers import assignments, message, read_identifiers
from migfix.read.record import Recorder, Where
from migfix.read.scope import Bound, ClassOf, Defined, Env, Handle, Imported
from migfix.read.site import NotRevision, Reading, Site
from migfix.read.source import Source


def read_revision(text: str, path: str) -> Reading | NotRevision:
    """The revision that `text` holds, ops in order of execution. Runs nothing of it, reads no other file, never raises.

    Spans count lines from 1 and columns from 0 in characters; a BOM at the start of `text` is no part of line 1.
    """
    if "revision" not in text:
        return NotRevision(path=path, reason="it has no `revision` variable", broken=False)
    source = Source(text, path)
    try:
        return _read(source, text)
    except SyntaxError as error:
        line = error.lineno or 1
        column = max((error.offset or 1) - 1, 0)
        return NotRevision(
            path=path,
            reason=f"line {line}: not valid Python 3: {error.msg}",
            span=Span(line, column, line, column + 1),
        )
    except (RecursionError, MemoryError):
        return NotRevision(path=path, reason="its expressions are nested too deeply to be read")
    except TooLong:
        return NotRevision(path=path, reason="its loops and functions unroll to more statements than can be read")
    except ValueError as error:
        return NotRevision(path=path, reason=f"not valid Python 3: {error}")


def _read(source: Source, text: str) -> Reading | NotRevision:
    module = _parse(source.text)
    found = assignments(module)
    if "revision" not in found:
        return NotRevision(path=source.path, reason="it has no `revision` variable", broken=False)
    env = Env(source)
    ids: dict[ast.stmt, int] = {}
    top = Walker(Recorder(source, ids), "op")
    top.at_module = True
    top.walk(module.body, env, Where(function=""))
    identifiers = read_identifiers(found, env, source)
    if isinstance(identifiers, NotRevision):
        return identifiers
    alias = _alias(env)
    up = _body("upgrade", module, env, Walker(Recorder(source, ids), alias)).recorder
    up.unread += top.recorder.unread
    walked = cache(lambda: _body("downgrade", module, env, Walker(Recorder(source, ids), alias)).recorder)
    shared = up.reached & walked().reached if up.reached else set()
    upgrade, sites = up.finish(shared, "downgrade", _def_span("upgrade", env, source))
    down = cache(lambda: _downgrade(walked, up.reached, _def_span("downgrade", env, source)))
    revision = Revision(
        path=source.path,
        ids=identifiers,
        message=message(module),
        upgrade=upgrade,
        read_downgrade=lambda: down()[0],
    )
    return Reading(text=text, revision=revision, upgrade=sites, read_downgrade=lambda: down()[1], names=_names(env))


def _downgrade(walked: Callable[[], Recorder], reached: set[str], span: Span | None) -> tuple[Body, tuple[Site, ...]]:
    """The body of downgrade() and its sites; one that goes too deep is unread as a whole."""
    try:
        recorder = walked()
    except (RecursionError, MemoryError, TooLong):
        place = span or Span(1, 0, 1, 0)
        return Body(span=span, unread=(Unread(span=place, reason="downgrade() is too deep to be read"),)), ()
    return recorder.finish(reached & recorder.reached, "upgrade", span)


def _parse(text: str) -> ast.Module:
    # An invalid escape in the author's file is a warning of the compiler, not of ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _alias(env: Env) -> str:
    """How the module spells `alembic.op`."""
    for name, bound in env.names.items():
        if isinstance(bound, Imported) and bound.path == "alembic.op":
            return name
    for name, bound in env.names.items():
        if isinstance(bound, Imported) and bound.path == "alembic":
            return f"{name}.op"
    return "op"


def _def_span(name: str, env: Env, source: Source) -> Span | None:
    found = env.names.get(name)
    return source.span(found.node) if isinstance(found, Defined) else None


def _body(name: str, module: ast.Module, env: Env, walker: Walker) -> Walker:
    """Walk one of the two functions; what is bound by its name but is no function of this file is unread."""
    found = env.names.get(name)
    if isinstance(found, Defined) and not isinstance(found.node, ast.AsyncFunctionDef):
        inner = Env(env.source, env)
        arguments = found.node.args
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            inner.names[parameter.arg] = Handle("op") if parameter.arg == "op" else None
        if "op" in inner.names:
            walker.alias = "op"
        where = Where(function=name, calls=(found.node,))
        if found.node.decorator_list:
            why = f"a decorator around {name}() may do anything"
            walker.recorder.begin(found.node)
            walker.unread(found.node.decorator_list[0], why)
            op = ops.Opaque(code=env.source.brief(found.node.decorator_list[0]), why=why)
            walker.recorder.add(op, found.node.decorator_list[0], where, alias=walker.alias)
            where = where.kept(why)
        walker.walk(found.node.body, inner, where)
    elif name in env.names:
        _unread_body(name, module, walker)
    return walker


def _unread_body(name: str, module: ast.Module, walker: Walker) -> None:
    statement = next(s for s in reversed(module.body) if name in _bound_by(s))
    reason = f"{name} is not a plain function of this file"
    walker.recorder.begin(statement)
    walker.unread(statement, reason)
    op = ops.Opaque(code=walker.recorder.source.brief(statement), why=reason)
    walker.recorder.add(op, statement, Where(function=name), alias=walker.alias)


def _bound_by(statement: ast.stmt) -> set[str]:
    names = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
    names |= {n.name for n in ast.walk(statement) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    return names | {(a.asname or a.name) for a in ast.walk(statement) if isinstance(a, ast.alias)}


def _names(env: Env) -> dict[str, str]:
    said = {Defined: "def", ClassOf: "class", Bound: "value", Handle: "value", type(None): "value"}
    return {n: b.path if isinstance(b, Imported) else said[type(b)] for n, b in env.names.items()}
