"""The HTML report: one file that needs no other, with the table, the picture, and what the table cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from migfix.verify.causes import shown_rows
from migfix.verify.figures import conclusion, errors, figures, heading, offences
from migfix.verify.picture import svg
from migfix.verify.verdict import Verdict

STYLE = """
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem .9rem;text-align:right;font-variant-numeric:tabular-nums}
th:first-child,td:first-child,td:last-child{text-align:left}tr+tr td{border-top:1px solid #8884}
pre{overflow-x:auto;padding:.6rem .8rem;background:#8881;border-radius:4px;white-space:pre-wrap}
svg{max-width:100%;height:auto}.proven{color:#1a7f37}.against{color:#d1242f}
@media (prefers-color-scheme:dark){.proven{color:#3fb950}.against{color:#f85149}}
"""


def html(verdicts: Iterable[Verdict]) -> str:
    """A whole document."""
    body = "\n".join(line for verdict in verdicts for line in _section(verdict))
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>migfix verify</title>\n<style>{STYLE}</style>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _section(verdict: Verdict) -> Iterator[str]:
    kind = "proven" if verdict.proven else "against"
    yield f'<h2>{escape(verdict.path)}: <span class="{kind}">{conclusion(verdict)}</span></h2>'
    both = verdict.rewritten is not None
    heads = ["original", "rewritten"] if both else ["original"]
    yield f"<table><tr><th>{escape(heading(verdict))}</th>{''.join(f'<th>{h}</th>' for h in heads)}<th></th></tr>"
    for line in figures(verdict):
        cells = [line.label, line.original, *([line.rewritten or ""] if both else []), line.note]
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</table>"
    if both:
        yield f"<p>schema: {verdict.schema}; data: {verdict.data}</p>"
    yield from (f'<pre class="against">{escape(failure)}</pre>' for failure in verdict.failures)
    for who, why in offences(verdict):
        yield f"<p>Fails on these rows ({who}): {escape(why.error)}</p>"
        yield f"<pre>{escape(why.statement)}\n\n{escape(chr(10).join(shown_rows(why)))}</pre>"
        yield f"<p>{escape(why.advice)}</p>" if why.advice else ""
    for error in errors(verdict):
        after = f" after step {error.step}" if error.step is not None else ""
        yield f"<p>The application as it was fails{after}: {escape(error.operation)} on {escape(error.table)}: "
        yield f"{escape(error.sqlstate)} {escape(error.message)}</p>"
    yield from (f"<p>{escape(note)}</p>" for note in verdict.notes)
    if verdict.original.statements:
        yield svg(verdict)
