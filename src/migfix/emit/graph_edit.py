"""Changes of the revision graph as text: module variables set in place, and the file of a merge revision."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from migfix.change import Change
from migfix.emit.module_edit import assignment, line_end, spliced
from migfix.emit.revision_file import NewRevision, directory_beside, revision_file, revision_id
from migfix.model.revision import Span
from migfix.plan import GraphPlan, Unfixable
from migfix.read.project import ProjectLayout
from migfix.read.site import Reading
from migfix.read.source import Source, encoding_of

_REVISES = re.compile(r"^([ \t]*Revises:)[^\r\n]*", re.MULTILINE)


def graph_changes(
    plan: GraphPlan,
    readings: Mapping[str, Reading],
    layout: ProjectLayout,
    *,
    created: datetime | None = None,
    run_template: bool = False,
) -> tuple[Change, ...] | Unfixable:
    """The files the plan changes and adds, or why it cannot be carried out.

    readings               every revision file by id.
    created, run_template  for the merge revision, as `revision_file` takes them.
    """
    changes: list[Change] = []
    for revision, variables in plan.edits.items():
        reading = readings.get(revision)
        if reading is None:
            return Unfixable(why=f"the file of revision {revision} could not be read")
        after = _edited(reading, variables)
        if isinstance(after, Unfixable):
            return after
        path = reading.revision.path
        changes.append(Change(path=path, before=reading.text, after=after, encoding=_encoding(reading.text)))
    if plan.merge:
        made = _merge_file(plan.merge, readings, layout, created, run_template)
        if isinstance(made, Unfixable):
            return made
        changes.append(made)
    return tuple(changes)


def _encoding(text: str) -> str:
    found = encoding_of(text.encode("utf-8", "replace"))
    return "utf-8" if found == "utf-8-sig" else found


def _edited(reading: Reading, variables: Mapping[str, str]) -> str | Unfixable:
    source = Source(reading.text, reading.revision.path)
    spans = reading.revision.ids.spans
    edits: list[tuple[Span, str]] = []
    for name, value in variables.items():
        anchor = name if name in spans else "down_revision"
        set_by = assignment(source, anchor)
        if set_by is None:
            return Unfixable(why=f"`{anchor}` is not set by one plain assignment")
        old = source.span(set_by[1])
        if name in spans:
            edits.append((old, _quoted_alike(value, source.slice(old), reading.text)))
        else:
            edits.append((line_end(source, set_by[0]), _inserted(name, value, set_by, source)))
        if name == "down_revision":
            edits += list(_docstring(source, value))
    bom = "\ufeff" if reading.text.startswith("\ufeff") else ""
    return bom + spliced(source, edits)


def _quoted_alike(value: str, old: str, text: str) -> str:
    """The value in the quotes that the file uses."""
    double = old.startswith('"') or (not old.startswith("'") and text.count('"') > text.count("'"))
    return value.replace("'", '"') if double else value


def _inserted(name: str, value: str, after: tuple[ast.stmt, ast.expr], source: Source) -> str:
    """A new assignment on the line below, annotated where its neighbour is."""
    newline = "\r\n" if "\r\n" in source.text else "\n"
    note = f": {source.segment(after[0].annotation)}" if isinstance(after[0], ast.AnnAssign) else ""
    return f"{newline}{name}{note} = {_quoted_alike(value, source.segment(after[1]), source.text)}"


def _docstring(source: Source, value: str) -> Iterator[tuple[Span, str]]:
    """The "Revises: …" line that Alembic writes into the docstring; nothing reads it, people do."""
    body = ast.parse(source.text).body
    if not body or ast.get_docstring(ast.Module(body[:1], []), clean=False) is None:
        return
    span = source.span(body[0])
    old = source.slice(span)
    named = ast.literal_eval(value)
    revises = ", ".join([named] if isinstance(named, str) else named)
    yield span, _REVISES.sub(lambda m: f"{m[1]} {revises}", old, count=1)


def merge_id(heads: tuple[str, ...]) -> str:
    """The merge revision's id: the same for the same heads, so that a second run finds it again."""
    return revision_id(*sorted(heads))


def _merge_file(
    heads: tuple[str, ...],
    readings: Mapping[str, Reading],
    layout: ProjectLayout,
    created: datetime | None,
    run_template: bool,
) -> Change | Unfixable:
    last = readings.get(heads[-1])
    if last is None:
        return Unfixable(why=f"the file of revision {heads[-1]} could not be read")
    new = NewRevision(
        revision=merge_id(heads),
        down_revisions=heads,
        message=f"merge {' and '.join(heads)}",
        upgrade="pass",
        downgrade="pass",
        directory=directory_beside(layout, Path(last.revision.path)),
    )
    return revision_file(new, layout, created=created, run_template=run_template)
