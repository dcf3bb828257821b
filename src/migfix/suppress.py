"""Ignore comments: which findings they silence, which of them silence nothing, and how to write one.

`# migfix: ignore[MF201] -- reason` counts on the statement's lines and on comment lines directly above it,
`# migfix: ignore-file[MF201] -- reason` anywhere in the file, `# noqa: MF201` like the first, and
`-- squawk-ignore name` inside an SQL string for the statement it stands in or before. Rule names work like codes.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from migfix.model.record import record
from migfix.plan import Finding

_REASON = r"(?:\s*--\s*(?P<reason>.*?)(?=\s*#\s*(?:noqa|migfix|type|pragma|pylint)\s*:|$))?"
_OURS = re.compile(r"#\s*migfix\s*:\s*ignore(?P<file>-file)?\s*(?:\[(?P<codes>[^\]]*)\])?" + _REASON, re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)" + _REASON, re.IGNORECASE)
_SQUAWK = re.compile(r"--\s*squawk-ignore\s+(?P<names>[a-z-]+(?:\s*,\s*[a-z-]+)*)")
_CODE = re.compile(r"MF\d{3}", re.IGNORECASE)
_STRINGS = frozenset({tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)})
_LAYOUT = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER})

SQUAWK: Mapping[str, tuple[str, ...]] = {
    "adding-field-with-default": ("MF102",),
    "adding-foreign-key-constraint": ("MF104", "MF303"),
    "adding-not-nullable-field": ("MF103",),
    "adding-required-field": ("MF101",),
    "adding-serial-primary-key-field": ("MF302",),
    "ban-concurrent-index-creation-in-transaction": ("MF205",),
    "ban-drop-column": ("MF402",),
    "ban-drop-table": ("MF701",),
    "ban-truncate-cascade": ("MF606",),
    "changing-column-type": ("MF401",),
    "constraint-missing-not-valid": ("MF303", "MF304"),
    "disallowed-unique-constraint": ("MF105", "MF301"),
    "renaming-column": ("MF403",),
    "renaming-table": ("MF702",),
    "require-concurrent-index-creation": ("MF201", "MF202"),
    "require-concurrent-index-deletion": ("MF203",),
    "transaction-nesting": ("MF603",),
}
"""squawk's rule names and the codes that find the same harm."""


@record
class Ignore:
    """One comment. `names` are codes or rule names as written; it counts from line `first` to line `last`."""

    kind: Literal["ignore", "ignore-file", "noqa", "squawk-ignore"]
    line: int
    column: int
    names: tuple[str, ...]
    reason: str | None
    first: int
    last: int

    def naming(self, finding: Finding) -> tuple[str, ...]:
        """The names, as written, that mean the finding's rule."""
        return tuple(n for n in self.names if n.upper() == finding.code or n.lower() == finding.rule)


@record
class UnusedIgnore:
    """An ignore comment that silences nothing, and why; `column` counts from 0."""

    path: str
    line: int
    column: int
    message: str


@record
class Sifted:
    """One file's findings after its ignore comments."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    unused: tuple[UnusedIgnore, ...] = ()


def sift(
    text: str,
    findings: Sequence[Finding],
    *,
    path: str,
    require_reason: bool,
    known: Collection[str],
    checked: Collection[str],
) -> Sifted:
    """Take out the findings of one file that its comments silence.

    `known` holds every code and rule name there is, `checked` those that were selected in this run: a comment for a
    rule that did not run is not called unused.
    """
    comments = ignores(text)
    if not comments:
        return Sifted(kept=tuple(findings))
    usable = [c for c in comments if c.reason or not require_reason or c.kind == "squawk-ignore"]
    silenced: dict[int, Finding] = {}
    used: set[tuple[int, str]] = set()
    for index, comment in enumerate(usable):
        for at in _silences(comment, findings):
            silenced[at] = findings[at]
            used |= {(index, name) for name in comment.naming(findings[at])}
    places = {id(c): i for i, c in enumerate(usable)}
    unused = [
        UnusedIgnore(path=path, line=c.line, column=c.column, message=message)
        for c in comments
        for message in _complaints(c, places.get(id(c)), used, known=known, checked=checked)
    ]
    return Sifted(
        kept=tuple(f for i, f in enumerate(findings) if i not in silenced),
        suppressed=tuple(silenced[i] for i in sorted(silenced)),
        unused=tuple(unused),
    )


def _silences(comment: Ignore, findings: Sequence[Finding]) -> list[int]:
    """The findings the comment silences, by position; an SQL comment speaks of the statement around or after it."""
    reached = [
        i
        for i, f in enumerate(findings)
        if comment.naming(f) and f.span.line <= comment.last and f.span.end_line >= comment.first
    ]
    if comment.kind != "squawk-ignore":
        return reached
    around = [i for i in reached if findings[i].span.line <= comment.line <= findings[i].span.end_line]
    after = [i for i in reached if findings[i].span.line > comment.line]
    nearest = min((findings[i].span.line for i in after), default=0)
    return around or [i for i in after if findings[i].span.line == nearest]


def _complaints(
    comment: Ignore, index: int | None, used: set[tuple[int, str]], *, known: Collection[str], checked: Collection[str]
) -> Iterator[str]:
    if comment.kind == "squawk-ignore":
        return
    if not comment.names:
        yield f"`{comment.kind}` names no rule, so it ignores nothing: write {comment.kind}[MF201] -- reason"
        return
    if index is None:
        yield f"{comment.kind}[{', '.join(comment.names)}] gives no reason, so it ignores nothing: add ` -- reason`"
        return
    for name in comment.names:
        if name.upper() not in known and name.lower() not in known:
            yield f"{comment.kind}[{name}]: no rule has that code or name"
        elif (index, name) not in used and (name.upper() in checked or name.lower() in checked):
            yield f"{comment.kind}[{name}] ignores nothing here: remove it"


def ignores(text: str) -> tuple[Ignore, ...]:
    """Every ignore comment of a file, in order."""
    lowered = text.lower()
    if not any(word in lowered for word in ("migfix", "noqa", "squawk-ignore")):
        return ()
    found: list[Ignore] = []
    for line in _logical_lines(text):
        for token in line.tokens:
            if token.type == tokenize.COMMENT:
                found.extend(_in_comment(token, line))
            elif token.type in _STRINGS:
                found.extend(_in_string(token, line))
    return tuple(found)


def _in_comment(token: tokenize.TokenInfo, line: _LogicalLine) -> Iterator[Ignore]:
    row, column = token.start
    for match in _OURS.finditer(token.string):
        names = tuple(n.strip() for n in (match["codes"] or "").split(",") if n.strip())
        whole = bool(match["file"])
        yield Ignore(
            kind="ignore-file" if whole else "ignore",
            line=row,
            column=column + match.start(),
            names=names,
            reason=(match["reason"] or "").strip() or None,
            first=1 if whole else line.first,
            last=10**9 if whole else line.last,
        )
    for match in _NOQA.finditer(token.string):
        codes = tuple(_CODE.findall(match["codes"]))
        if codes:
            reason = (match["reason"] or "").strip() or None
            start = column + match.start()
            yield Ignore(
                kind="noqa", line=row, column=start, names=codes, reason=reason, first=line.first, last=line.last
            )


def _in_string(token: tokenize.TokenInfo, line: _LogicalLine) -> Iterator[Ignore]:
    for match in _SQUAWK.finditer(token.string):
        before = token.string[: match.start()]
        row = token.start[0] + before.count("\n")
        column = len(before) - before.rfind("\n") - 1 + (0 if "\n" in before else token.start[1])
        names = tuple(code for name in re.split(r"[\s,]+", match["names"]) for code in SQUAWK.get(name, ()))
        yield Ignore(
            kind="squawk-ignore", line=row, column=column, names=names, reason=None, first=line.first, last=line.last
        )


@record
class _LogicalLine:
    """A statement's lines (of a compound statement: its head's), with the comment lines directly above it."""

    first: int
    last: int
    code: int
    """The line on which the statement itself begins."""
    tokens: tuple[tokenize.TokenInfo, ...]


def _logical_lines(text: str) -> Iterator[_LogicalLine]:
    held: list[tokenize.TokenInfo] = []
    code = 0
    for token in _tokens(text):
        if token.type == tokenize.NEWLINE:
            yield _LogicalLine(first=_first(held), last=token.start[0], code=code, tokens=tuple(held))
            held, code = [], 0
        elif token.type == tokenize.COMMENT and not code and held and held[-1].start[0] != token.start[0] - 1:
            yield _comments_alone(held)
            held = [token]
        elif token.type not in _LAYOUT:
            if token.type != tokenize.COMMENT and not code:
                code = token.start[0]
                if held and held[-1].start[0] != code - 1:
                    yield _comments_alone(held)
                    held = []
            held.append(token)
    if held:
        yield _comments_alone(held)


def _comments_alone(held: Sequence[tokenize.TokenInfo]) -> _LogicalLine:
    """Comments above nothing: they speak of no statement (only ignore-file has a meaning there)."""
    return _LogicalLine(first=held[-1].start[0], last=held[-1].start[0], code=0, tokens=tuple(held))


def _first(held: Sequence[tokenize.TokenInfo]) -> int:
    return held[0].start[0] if held else 0


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens up to the first place that cannot be one; such a file is reported by its reader."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff"), newline="").readline)
    except (tokenize.TokenError, SyntaxError):
        return


def with_ignore(text: str, finding: Finding, *, reason: str) -> str:
    """`text` with a comment that ignores `finding`, on a line of its own above the statement."""
    at = next((x.code for x in _logical_lines(text) if x.code and x.code <= finding.span.line <= x.last), None)
    row = at if at is not None else finding.span.line
    lines = text.split("\n")
    statement = lines[row - 1]
    indent = statement[: len(statement) - len(statement.lstrip(" \t\f"))]
    end = "\r" if statement.endswith("\r") else ""
    said = " ".join(reason.split())
    lines.insert(row - 1, f"{indent}# migfix: ignore[{finding.code}]{f' -- {said}' if said else ''}{end}")
    return "\n".join(lines)
