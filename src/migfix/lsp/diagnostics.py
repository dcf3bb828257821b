"""Findings and places not read, as the protocol's diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
)
from pygls.uris import from_fs_path

from migfix.engine import Report
from migfix.lsp.client import Client
from migfix.lsp.findings import Shown, moved, same, shown_in
from migfix.lsp.pages import page_url
from migfix.lsp.projects import Project
from migfix.lsp.text import Text
from migfix.model.revision import Span, Unread
from migfix.read.site import NotRevision
from migfix.words import ERROR, INFORMATION, cannot_be_read, not_read, said, weight

SOURCE = "migfix"


class Diagnoser:
    """Makes the diagnostics of one document from the last report that understood it."""

    def __init__(self, project: Project, path: Path, text: str, client: Client, rules_url: str = "") -> None:
        self._project, self._path, self._client, self._rules_url = project, path, client, rules_url
        self._text = Text(text, client.encoding)
        self._reading = project.reading(path)
        self._old = Text(self._reading.text, client.encoding).lines if self._reading else []
        self._stale = path in project.held

    def all(self, report: Report) -> list[Diagnostic]:
        """What a report of the project says of the document."""
        found = [self.of(shown) for shown in shown_in(report, self._path)]
        found += [self._unread(u) for p, u in report.unread if same(p, self._path)]
        found += [self._unused(u.line, u.column, u.message) for u in report.unused_ignores if same(u.path, self._path)]
        return [*found, *self._problem()]

    def of(self, shown: Shown) -> Diagnostic:
        """One finding. Others may have what is published, and it is not edited in place: that weighs less."""
        finding = shown.finding
        diagnostic = Diagnostic(
            range=self._text.range(self._now(shown.span)),
            message=said(finding),
            severity=DiagnosticSeverity(weight(finding, editable=self._project.may_edit(finding.revision))),
            code=finding.code,
            source=SOURCE,
            data={"key": list(shown.key)},
        )
        url = page_url(finding.code, finding.rule, self._rules_url) if self._client.links else None
        if url:
            diagnostic.code_description = CodeDescription(href=url)
        if self._client.related:
            diagnostic.related_information = list(self._related(shown)) or None
        return diagnostic

    def _related(self, shown: Shown) -> Iterator[DiagnosticRelatedInformation]:
        for path, span, message in shown.related:
            other = self._project.reading(Path(path).absolute())
            if other is not None:
                text = Text(other.text, self._client.encoding)
                uri = from_fs_path(str(Path(path).absolute()))
                yield DiagnosticRelatedInformation(
                    location=Location(uri=uri or path, range=text.range(span)), message=message
                )

    def _unread(self, unread: Unread) -> Diagnostic:
        return Diagnostic(
            range=self._text.range(self._now(unread.span)),
            message=not_read(unread),
            severity=DiagnosticSeverity(ERROR if unread.stops else INFORMATION),
            source=SOURCE,
        )

    def _unused(self, line: int, column: int, message: str) -> Diagnostic:
        end = len(self._old[line - 1]) if line <= len(self._old) else column
        return Diagnostic(
            range=self._text.range(self._now(Span(line, column, line, end))),
            message=message,
            severity=DiagnosticSeverity.Information,
            source=SOURCE,
            tags=[DiagnosticTag.Unnecessary],
        )

    def _problem(self) -> Iterator[Diagnostic]:
        """A file that was never understood says why, once."""
        found = self._project.workspace.at(self._path)
        if isinstance(found, NotRevision) and found.broken:
            yield Diagnostic(
                range=self._text.range(found.span or Span(1, 0, 1, 0)),
                message=cannot_be_read(found.reason, found.span),
                severity=DiagnosticSeverity.Error,
                source=SOURCE,
            )

    def _now(self, span: Span) -> Span:
        return moved(span, self._old, self._text.lines) if self._stale else span


def trouble(message: str, client: Client) -> list[Diagnostic]:
    """A revision whose project cannot be opened says so in its first line."""
    place = Text("", client.encoding).range(Span(1, 0, 1, 0))
    return [Diagnostic(range=place, message=message, severity=DiagnosticSeverity.Error, source=SOURCE)]
