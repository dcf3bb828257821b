"""A revision's own module variables: its id, its parents, what it depends on, its labels."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from migfix.model.revision import Identifiers, Span
from migfix.read.literals import literal
from migfix.read.scope import Env
from migfix.read.site import NotRevision
from migfix.read.source import Source

NAMES: Final = ("revision", "down_revision", "depends_on", "branch_labels")


def assignments(module: ast.Module) -> dict[str, ast.stmt]:
    """The last module-level assignment of each of a revision's variables."""
    found: dict[str, ast.stmt] = {}
    for statement in module.body:
        for name in _targets(statement):
            if name in NAMES:
                found[name] = statement
    return found


def _targets(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.AnnAssign):
        targets: list[ast.expr] = [statement.target] if statement.value is not None else []
    else:
        targets = list(statement.targets) if isinstance(statement, ast.Assign) else []
    flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])]
    return [t.id for t in flat if isinstance(t, ast.Name)]


def read_identifiers(found: Mapping[str, ast.stmt], env: Env, source: Source) -> Identifiers | NotRevision:
    """The variables as values; NotRevision where one that Alembic needs is absent or not literal."""
    spans = {name: source.span(node) for name, node in found.items()}
    if "revision" not in found:
        return NotRevision(path=source.path, reason="it has no `revision` variable", broken=False)
    values: dict[str, tuple[str, ...]] = {}
    for name in found:
        value = _value(name, env)
        if value is None:
            return _unread(name, source, spans[name])
        values[name] = value
    if "down_revision" not in found:
        return NotRevision(
            path=source.path,
            reason="it has no `down_revision` variable; the first revision says `down_revision = None`",
            span=spans["revision"],
        )
    if len(values["revision"]) != 1:
        return _unread("revision", source, spans["revision"])
    return Identifiers(
        revision=values["revision"][0],
        down_revisions=values["down_revision"],
        depends_on=values.get("depends_on", ()),
        branch_labels=values.get("branch_labels", ()),
        spans=spans,
    )


def _unread(name: str, source: Source, span: Span) -> NotRevision:
    reason = f"line {span.line}: `{name}` is computed, so the revision's place in the history is not known"
    return NotRevision(path=source.path, reason=reason, span=span)


def _value(name: str, env: Env) -> tuple[str, ...] | None:
    """One id, several, or none; None (no tuple) when it is not certain."""
    found = literal(ast.Name(name), env)
    if found is None:
        return None
    value = found[0]
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        return None
    return tuple(value)


def message(module: ast.Module) -> str:
    """The first line of the docstring, as `alembic history` shows it."""
    said = ast.get_docstring(module) or ""
    return said.strip().partition("\n")[0].strip()
