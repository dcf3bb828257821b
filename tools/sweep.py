"""Runs every rewrite over every open corpus and holds the results against what must always be true.

    python tools/sweep.py [NAME…] [--review] [--write DIR] [--layout split]

For each revision: no crash, the output compiles, a second run changes nothing, no comment is lost, the file's other
lines stay. With --layout split the same of all files of a chain, and Alembic's own graph takes it. Prints a table of sites found, rewritten, refused with the reasons, and unread. Exit 1 on any violation.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import tokenize
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from alembic.script.revision import Revision, RevisionMap

from migfix.config import read_configuration
from migfix.engine import examine, fix, replace
from migfix.moves.split import Split, split
from migfix.read.project import find_project
from migfix.read.site import Reading
from migfix.read.workspace import Workspace, load_workspace

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
_NAMES = re.compile(r"[`'\"(]?\b[\w./]*[_.\d][\w./()]*|\d+|\b(?:on|of|table) \w+")


@dataclass
class Outcome:
    """What happened in one corpus."""

    name: str
    revisions: int = 0
    operations: int = 0
    found: Counter[str] = field(default_factory=Counter)
    rewritten: Counter[str] = field(default_factory=Counter)
    files: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    chains: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def _comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text.lstrip("\ufeff")).readline)
    return Counter(t.string for t in tokens if t.type == tokenize.COMMENT)


def _shape(reason: str) -> str:
    """A reason without the names in it, so that like ones count together."""
    return _NAMES.sub("…", reason.splitlines()[0])[:150]


def sweep(name: str, review: bool, out: Path | None, layout: str) -> Outcome:
    """One corpus, revision by revision."""
    folder = CORPORA / name
    outcome = Outcome(name=name)
    project = find_project(folder, config=folder / "alembic.ini", name="run")
    workspace = load_workspace(project, read_configuration(folder, environ={}))
    report = examine(workspace)
    outcome.revisions = report.revisions
    outcome.operations = sum(len(r.revision.upgrade.ops) for r in workspace.readings.values())
    outcome.found = Counter(f"{f.code} {f.rule}" for f in report.findings)
    outcome.unread = Counter(_shape(u.reason) for _, u in report.unread)
    if layout == "split":
        _sweep_chains(outcome, workspace, review, out)
        return outcome
    for identifier, reading in workspace.readings.items():
        try:
            done = fix(workspace, identifier, review=review)
            outcome.rewritten.update(f"{f.code} {f.rule}" for f in done.applied)
            outcome.refused.update(_shape(why) for f, why in done.left if f.index is not None)
            if done.change is None:
                continue
            outcome.files += 1
            after = done.change.after
            compile(after.lstrip("\ufeff"), reading.revision.path, "exec")
            lost = _comments(reading.text) - _comments(after)
            if lost:
                outcome.broken.append(f"{reading.revision.path}: comments lost: {list(lost)[:3]}")
            if not isinstance(
                workspace.with_text(after, Path(reading.revision.path)).at(Path(reading.revision.path)), Reading
            ):
                outcome.broken.append(f"{reading.revision.path}: the result cannot be read")
            again = fix(workspace.with_text(after, Path(reading.revision.path)), identifier, review=review)
            if again.change is not None:
                outcome.broken.append(f"{reading.revision.path}: a second run changes it again")
            if out is not None:
                target = out / name / Path(reading.revision.path).name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.with_suffix(".diff").write_text(done.change.diff())
                target.write_text(after)
        except Exception:
            outcome.broken.append(f"{reading.revision.path}: {traceback.format_exc(limit=-4)}")
    return outcome


def _sweep_chains(outcome: Outcome, workspace: Workspace, review: bool, out: Path | None) -> None:
    """Every revision that can be rewritten as a chain, one at a time, and what must be true of all files of it."""
    for identifier, reading in workspace.readings.items():
        path = reading.revision.path
        try:
            done = split(workspace, identifier, review=review)
            outcome.rewritten.update(f"{f.code} {f.rule}" for f in done.applied)
            outcome.refused.update(_shape(why) for f, why in done.left if f.index is not None)
            if done.chain is None:
                refused = [why for _, why in done.left if "--layout single" in why]
                outcome.chains.update("refused: " + _shape(why) for why in refused[:1])
                continue
            outcome.files += 1
            outcome.chains[f"{len(done.chain.links)} revisions"] += 1
            outcome.broken += [f"{path}: {why}" for why in _broken(reading, done, workspace, review)]
            if out is not None:
                for number, change in enumerate(done.changes):
                    target = out / outcome.name / Path(path).stem / f"{number}_{Path(change.path).name}"
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(change.after)
        except Exception:
            outcome.broken.append(f"{path}: {traceback.format_exc(limit=-4)}")


def _broken(reading: Reading, done: Split, workspace: Workspace, review: bool) -> Iterator[str]:
    for change in done.changes:
        compile(change.after.lstrip("\ufeff"), change.path, "exec")
    lost = _comments(reading.text) - sum((_comments(c.after) for c in done.changes), Counter())
    if lost:
        yield f"comments lost: {list(lost)[:3]}"
    after = replace(workspace, done.changes)
    ids = [link.revision for link in done.chain.links] if done.chain else []
    graph = after.graph
    if sorted(graph.heads) != sorted(workspace.graph.heads) or set(graph.missing) != set(workspace.graph.missing):
        yield "the graph has other heads or parents that are missing"
    if any(r not in after.readings for r in ids):
        yield "a revision of the chain cannot be read"
        return
    found = {(f.code, f.subject) for f in examine(after).findings if f.revision in ids}
    new = found - {(f.code, f.subject) for f, _ in done.left}
    if new:
        yield f"the chain has findings that the revision had not: {sorted(new)[:3]}"
    for revision in ids:
        if split(after, revision, review=review).changes:
            yield f"a second run changes {revision} again"
    _loaded(after)


def _loaded(workspace: Workspace) -> None:
    """Alembic's own map of the graph takes the ids as they are. Raises what Alembic raises."""
    known = [r.revision.ids for r in workspace.readings.values()]
    down = {i.revision: i.down_revisions for i in known}
    made = [
        Revision(i.revision, down[i.revision] or None, dependencies=i.depends_on or None, branch_labels=i.branch_labels)
        for i in known
    ]
    dict(RevisionMap(lambda: made)._revision_map)


def _print(outcomes: list[Outcome]) -> None:
    print(
        f"{'corpus':14}{'revisions':>10}{'ops':>8}{'found':>8}{'rewritten':>10}{'files':>7}{'left':>7}{'unread':>8}{'broken':>8}"
    )
    for o in outcomes:
        found, done, left, unread = (sum(c.values()) for c in (o.found, o.rewritten, o.refused, o.unread))
        print(
            f"{o.name:14}{o.revisions:>10}{o.operations:>8}{found:>8}{done:>10}{o.files:>7}{left:>7}{unread:>8}{len(o.broken):>8}"
        )
    for title, pick in (
        ("found", "found"),
        ("rewritten", "rewritten"),
        ("not rewritten because", "refused"),
        ("unread because", "unread"),
        ("chains", "chains"),
    ):
        total: Counter[str] = Counter()
        for o in outcomes:
            total.update(getattr(o, pick))
        print(f"\n{title}: {sum(total.values())}")
        for what, count in total.most_common(40):
            print(f"{count:6} {what}")
    for o in outcomes:
        for line in o.broken:
            print(f"BROKEN {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--review", action="store_true", help="apply REVIEW plans too")
    parser.add_argument("--write", type=Path, help="a folder for the rewritten files and their diffs")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--layout", choices=["single", "split"], default="single")
    given = parser.parse_args()
    names = given.names or sorted(p.name for p in CORPORA.iterdir() if p.is_dir())
    with ProcessPoolExecutor(2) as pool:
        many = ([value] * len(names) for value in (given.review, given.write, given.layout))
        outcomes = list(pool.map(sweep, names, *many))
    _print(outcomes)
    if given.json:
        given.json.write_text(json.dumps([vars(o) for o in outcomes], indent=1))
    return 1 if any(o.broken for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
