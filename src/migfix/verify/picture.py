"""The lock timeline of both runs as SVG, made by hand: one time axis, lock bars per table, a lane per operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from migfix.verify.figures import exit_of, heading, plain
from migfix.verify.results import Lane, LockSpan, Measured
from migfix.verify.verdict import Verdict

WIDTH, GUTTER, RIGHT = 960, 212, 24
ROW, LANE, GAP = 18, 14, 34
TITLE, LABEL, STRONG = 96, 30, 25
"""Characters that fit."""
LEAST = 1.5
"""Pixels below which a bar would not be seen."""
STYLE = """
text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.paper{fill:#fff}.title{font-size:15px;font-weight:600}.head{font-weight:600}.faint{fill:#59636e}
.row{fill:#8c959f;fill-opacity:.12}.axis{stroke:#d1d9e0;stroke-width:1}.all{fill:#d1242f}.writes{fill:#e8850c}.none{fill:#afb8c1}
.step{fill:#0969da}.tick{stroke:#59636e;stroke-width:1;fill:none}.error{stroke:#e8850c;stroke-width:2;fill:none}
.stall{fill:#d1242f;fill-opacity:.85}.on{fill:#fff;font-size:10.5px;font-weight:600}.small{font-size:10.5px}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.faint{fill:#9198a1}
.axis{stroke:#30363d}.all,.stall{fill:#f85149}.writes{fill:#f0a03c}.error{stroke:#f0a03c}.none{fill:#545d68}
.step{fill:#4493f8}.tick{stroke:#9198a1}.on{fill:#fff}}
"""
KINDS = {"reads and writes": "all", "writes": "writes", "": "none"}
WORST = ("reads and writes", "writes", "")
LEGEND = (("all", "blocks reads and writes"), ("writes", "blocks writes"), ("none", "blocks neither"))


class _Axis:
    """Seconds to pixels, the same for all runs."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(seconds, 0.05)
        self.scale = (WIDTH - GUTTER - RIGHT) / self.seconds

    def x(self, at: float) -> float:
        return GUTTER + min(max(at, 0.0), self.seconds) * self.scale

    def bar(self, start: float, end: float) -> tuple[float, float]:
        """Left edge and width, wide enough to be seen."""
        left = self.x(start)
        return left, max(self.x(end) - left, LEAST)

    def marks(self) -> Iterator[float]:
        """Round numbers of seconds, five to ten of them."""
        step = 0.001
        while self.seconds / step > 10:
            step *= 2 if not str(f"{step:e}").startswith("2") else 2.5
        at = 0.0
        while at <= self.seconds + 1e-9:
            yield at
            at += step


def svg(verdict: Verdict) -> str:
    """The picture: a whole SVG document, legible on light and dark paper."""
    runs = [("original", verdict.original)]
    if verdict.rewritten is not None:
        runs.append(("rewritten", verdict.rewritten))
    axis = _Axis(max(measured.total_seconds for _name, measured in runs))
    parts = [_text(16, 28, _title(verdict), "title")]
    y = 44.0
    for name, measured in runs:
        section, y = _run(name, measured, axis=axis, top=y)
        parts += section
    parts += _legend(y + 4)
    height = y + 34
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" aria-label="{_safe(verdict.path)}: lock timeline">\n<style>{STYLE}</style>\n'
        f'<rect class="paper" width="{WIDTH}" height="{height:.0f}"/>\n{body}\n</svg>\n'
    )


def _title(verdict: Verdict) -> str:
    """The end of a long path says more than its beginning."""
    said = f" — {heading(verdict)}"
    room = TITLE - len(said)
    path = verdict.path if len(verdict.path) <= room else f"…{verdict.path[1 - room :]}"
    return path + said


def _run(name: str, measured: Measured, *, axis: _Axis, top: float) -> tuple[list[str], float]:
    """One run's rows from `top` on, and where they end."""
    longest = measured.traffic.longest_stall_ms if measured.traffic else 0.0
    said = f", longest stalled request {longest / 1000:.2f} s" if longest else ""
    parts = [_text(16, top + 16, f"{name}: {exit_of(measured)}, {measured.total_seconds:.2f} s{said}", "head")]
    y = top + 26
    parts += _steps(measured, axis, y)
    y += ROW
    for table in _tables(measured):
        parts += _locks(table, [s for s in measured.lock_spans if s.table == table], axis, y)
        y += ROW
        lanes = measured.traffic.lanes if measured.traffic else ()
        for lane in sorted((x for x in lanes if x.table == table), key=lambda x: (x.writes, x.operation)):
            parts += _lane(lane, axis, y)
            y += LANE
        y += 3
    return [*_scale(axis, y, top + 24), *parts], y + GAP


def _tables(measured: Measured) -> list[str]:
    """Locked ones first, the harmful before the harmless, then those that only had traffic."""
    worst: dict[str, int] = {}
    for span in measured.lock_spans:
        rank = WORST.index(span.blocks)
        worst[span.table] = min(rank, worst.get(span.table, 9))
    lanes = measured.traffic.lanes if measured.traffic else ()
    return sorted(worst, key=lambda t: (worst[t], t)) + sorted({x.table for x in lanes} - set(worst))


def _steps(measured: Measured, axis: _Axis, y: float) -> Iterator[str]:
    yield _label("statements", y + 13)
    yield _track(y, ROW - 4)
    for step in measured.statements:
        left, width = axis.bar(step.started, step.started + step.seconds)
        title = f"{step.number}: {' '.join(step.sql.split())[:300]}"
        yield _bar(left, y + 1, max(width - 1, LEAST), ROW - 6, "step", title)
        if width > 9 + 6 * len(str(step.number)):
            yield _text(left + 4, y + 10.5, str(step.number), "on")


def _locks(table: str, spans: Sequence[LockSpan], axis: _Axis, y: float) -> Iterator[str]:
    yield _label(plain(table), y + 13, strong=True)
    yield _track(y, ROW - 4)
    for span in sorted(spans, key=lambda s: WORST.index(s.blocks), reverse=True):
        left, width = axis.bar(span.start, span.end)
        harm = f"blocks {span.blocks}" if span.blocks else "blocks neither reads nor writes"
        title = f"{span.mode} for {span.seconds * 1000:,.0f} ms: {harm} (statement {span.step})"
        yield _bar(left, y + 1, width, ROW - 6, KINDS[span.blocks], title)


def _lane(lane: Lane, axis: _Axis, y: float) -> Iterator[str]:
    """A tick for each request; time that requests stood still as a block; failed ones in orange."""
    yield _label(lane.operation, y + 10, faint=True)
    quiet = [t for t in lane.ticks if not t.failed and not t.stalled and t.at >= 0]
    yield _ticks((axis.x(t.at) for t in quiet), y + 3, 6, "tick")
    for start, end in _merged((t.at, t.at + t.latency_ms / 1000) for t in lane.ticks if t.stalled):
        left, width = axis.bar(start, end)
        words = f"{end - start:.1f} s stalled" if end - start >= 0.95 else f"{(end - start) * 1000:,.0f} ms stalled"
        yield _bar(left, y, width, LANE - 2, "stall", words)
        if width > 6.2 * len(words):
            yield _text(left + 5, y + 9.5, words, "on")
    yield _ticks((axis.x(t.at) for t in lane.ticks if t.failed), y + 1, 10, "error")


def _merged(spans: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Intervals that overlap, as one."""
    last: tuple[float, float] | None = None
    for start, end in sorted(spans):
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


def _scale(axis: _Axis, y: float, top: float) -> Iterator[str]:
    for at in axis.marks():
        x = axis.x(at)
        yield f'<path class="axis" d="M{x:.1f} {top:.1f}V{y:.1f}"/>'
        shown = f"{at * 1000:.0f} ms" if axis.seconds < 0.5 else f"{at:g} s" if at >= 1 or at == 0 else f"{at:.2g} s"
        yield f'<text class="faint small" x="{x:.1f}" y="{y + 13:.1f}" text-anchor="middle">{shown}</text>'


def _legend(y: float) -> Iterator[str]:
    x = GUTTER / 2
    for kind, words in LEGEND:
        yield f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="14" height="10" rx="2"/>'
        yield _text(x + 19, y + 9, words, "small")
        x += 34 + 6.2 * len(words)
    yield f'<rect class="stall" x="{x:.1f}" y="{y:.1f}" width="14" height="10" rx="2"/>'
    yield _text(x + 19, y + 9, "requests stalled", "small")
    x += 34 + 6.2 * len("requests stalled")
    yield f'<path class="error" d="M{x + 4:.1f} {y:.1f}v10"/>'
    yield _text(x + 12, y + 9, "old application fails", "small")
    yield f'<path class="tick" d="M{x + 146:.1f} {y + 2:.1f}v6"/>'
    yield _text(x + 153, y + 9, "a request", "small")


def _ticks(places: Iterable[float], y: float, length: float, kind: str) -> str:
    path = "".join(f"M{x:.1f} {y:.1f}v{length:g}" for x in places)
    return f'<path class="{kind}" d="{path}"/>' if path else ""


def _bar(x: float, y: float, width: float, height: float, kind: str, title: str) -> str:
    shape = f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}" rx="2">'
    return f"{shape}<title>{_safe(title)}</title></rect>"


def _track(y: float, height: float) -> str:
    return f'<rect class="row" x="{GUTTER}" y="{y:.1f}" width="{WIDTH - GUTTER - RIGHT}" height="{height:g}"/>'


def _label(text: str, y: float, *, strong: bool = False, faint: bool = False) -> str:
    room = STRONG if strong else LABEL
    short = text if len(text) <= room else text[: room - 1] + "…"
    kind = "head" if strong else "faint small" if faint else "faint"
    return f'<text class="{kind}" x="{GUTTER - 8}" y="{y:.1f}" text-anchor="end">{_safe(short)}</text>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{_safe(text)}</text>'


def _safe(text: str) -> str:
    """Text for XML: markup escaped, characters that XML forbids replaced."""
    return escape("".join(c if c in "\t\n" or ord(c) >= 32 else "\ufffd" for c in text))
