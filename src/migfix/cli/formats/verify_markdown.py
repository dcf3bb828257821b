"""Verdicts as a comment for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migfix.cli.screen import Screen, printable
from migfix.verify.causes import shown_rows
from migfix.verify.figures import conclusion, errors, figures, heading, offences
from migfix.verify.verdict import Verdict


def render(verdicts: Sequence[Verdict], screen: Screen) -> None:
    """Print a section for each."""
    for number, verdict in enumerate(verdicts):
        if number:
            screen.out()
        for line in lines(verdict):
            screen.out(line)


def lines(verdict: Verdict) -> Iterator[str]:
    """One section."""
    both = verdict.rewritten is not None
    yield f"### {_cell(verdict.path)}: {conclusion(verdict)}"
    yield ""
    yield f"| {_cell(heading(verdict))} | original |{' rewritten |' if both else ''}"
    yield f"| :-- | --: |{' --: |' if both else ''}"
    for line in figures(verdict):
        label = f"{line.label} ({line.note})" if line.note else line.label
        yield f"| {_cell(label)} | {_cell(line.original)} |" + (f" {_cell(line.rewritten or '')} |" if both else "")
    if both:
        yield f"| schema | | {verdict.schema} |"
        yield f"| data | | {verdict.data} |"
    for failure in verdict.failures:
        yield from ("", *_fenced(failure))
    for who, why in offences(verdict):
        yield from ("", f"Fails on these rows ({who}):", "")
        yield from _fenced("\n".join([why.statement, why.error, *shown_rows(why)]))
        if why.advice:
            yield from ("", _cell(why.advice))
    for error in errors(verdict):
        after = f" after statement {error.step}" if error.step is not None else ""
        yield ""
        said = _cell(f"{error.operation} on {error.table}: {error.sqlstate} {error.message}")
        yield f"- the application as it was fails{after}: {said}"
    for note in verdict.notes:
        yield from ("", f"- {_cell(note)}")


def _fenced(text: str) -> list[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return [fence, *(printable(line) for line in text.splitlines()), fence]


def _cell(text: str) -> str:
    """Text that no Markdown or HTML comes out of."""
    shown = " ".join(printable(part) for part in text.split())
    for char in "\\`*_|[]":
        shown = shown.replace(char, f"\\{char}")
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
