"""Changes of the revision graph as text: module variables set in place, and the file of a merge revision."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from migfix.change import Change
from migfix.model.revision import Span
from migfix.plan import GraphPlan, Unfixable
from migfix.read.site import Reading
from migfix.read.source import Source, encoding_of

DEFAULT_TEMPLATE = "%(rev)s_%(slug)s"
_SLUG_LENGTH = 40
_REVISES = re.compile(r"^([ \t]*Revises:)[^\r\n]*", re.MULTILINE)


def graph_changes(
    plan: GraphPlan,
    readings: Mapping[str, Reading],
    *,
    file_template: str = DEFAULT_TEMPLATE,
    created: str | None = None,
) -> tuple[Change, ...] | Unfixable:
    """The files the plan changes and adds, or why it cannot be carried out.

    readings  every revision file by id. created: the merge file's "Create Date"; the line is left out when None.
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
        made = _merge_file(plan.merge, readings, file_template, created)
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
        assignment = _assignment(source, anchor)
        if assignment is None:
            return Unfixable(why=f"`{anchor}` is not set by one plain assignment")
        old = source.span(assignment[1])
        if name in spans:
            edits.append((old, _quoted_alike(value, source.slice(old), reading.text)))
        else:
            edits.append((_line_end(source, assignment[0]), _inserted(name, value, assignment, source)))
        if name == "down_revision":
            edits += list(_docstring(source, value))
    bom = "\ufeff" if reading.text.startswith("\ufeff") else ""
    return bom + _spliced(source, edits)


def _assignment(source: Source, name: str) -> tuple[ast.stmt, ast.expr] | None:
    """The last module-level statement that sets the variable alone, and its value."""
    found: tuple[ast.stmt, ast.expr] | None = None
    for node in ast.parse(source.text).body:
        targets = (
            [node.target] if isinstance(node, ast.AnnAssign) else node.targets if isinstance(node, ast.Assign) else []
        )
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            found = (node, value) if value is not None and len(targets) == 1 else None
    return found


def _quoted_alike(value: str, old: str, text: str) -> str:
    """The value in the quotes that the file uses."""
    double = old.startswith('"') or (not old.startswith("'") and text.count('"') > text.count("'"))
    return value.replace("'", '"') if double else value


def _inserted(name: str, value: str, after: tuple[ast.stmt, ast.expr], source: Source) -> str:
    """A new assignment on the line below, annotated where its neighbour is."""
    newline = "\r\n" if "\r\n" in source.text else "\n"
    note = f": {source.segment(after[0].annotation)}" if isinstance(after[0], ast.AnnAssign) else ""
    return f"{newline}{name}{note} = {_quoted_alike(value, source.segment(after[1]), source.text)}"


def _line_end(source: Source, statement: ast.stmt) -> Span:
    """Behind the statement's last line, and a comment on it."""
    line = source.span(statement).end_line
    column = len(source.lines[line - 1].rstrip("\r\n"))
    return Span(line, column, line, column)


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


def _spliced(source: Source, edits: list[tuple[Span, str]]) -> str:
    lines = source.lines
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = source.text
    for span, new in sorted(edits, key=lambda e: e[0], reverse=True):
        start, end = starts[span.line - 1] + span.column, starts[span.end_line - 1] + span.end_column
        text = text[:start] + new + text[end:]
    return text


def merge_id(heads: tuple[str, ...]) -> str:
    """The merge revision's id: the same for the same heads, so that a second run finds it again."""
    return sha256("\n".join(sorted(heads)).encode()).hexdigest()[:12]


def _merge_file(
    heads: tuple[str, ...], readings: Mapping[str, Reading], template: str, created: str | None
) -> Change | Unfixable:
    last = readings.get(heads[-1])
    if last is None:
        return Unfixable(why=f"the file of revision {heads[-1]} could not be read")
    revision, message = merge_id(heads), f"merge {' and '.join(heads)}"
    slug = "_".join(re.findall(r"\w+", message)).lower()
    if len(slug) > _SLUG_LENGTH:
        slug = slug[:_SLUG_LENGTH].rsplit("_", 1)[0] + "_"
    parts = {"rev": revision, "slug": slug}
    named = set(re.findall(r"%\((\w+)\)", template)) <= parts.keys()
    name = (template if named else DEFAULT_TEMPLATE) % parts
    path = os.path.join(os.path.dirname(last.revision.path), f"{name}.py")
    return Change(path=path, before=None, after=_merge_text(revision, message, heads, created))


def _merge_text(revision: str, message: str, heads: tuple[str, ...], created: str | None) -> str:
    """As Alembic's stock template spells it; the project's own template is code and is not run here."""
    date = f"Create Date: {created}\n" if created else ""
    listed = ", ".join(f'"{h}"' for h in heads)
    return f'''"""{message}

Revision ID: {revision}
Revises: {", ".join(heads)}
{date}
"""

# revision identifiers, used by Alembic.
revision = "{revision}"
down_revision = ({listed})
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
'''
