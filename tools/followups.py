"""Looks for what every open corpus leaves behind, writes the follow-up in memory, and holds it against what must be true.

    python tools/followups.py [NAME…] [--list] [--run NAME]

All revisions count as applied. For each corpus: the follow-up for everything that is ready compiles, is read whole,
has no findings of its own, and a second command finds nothing more to write. `--run` also runs a corpus that needs
nothing but Alembic (skyvern) on a throw-away PostgreSQL: what is said of foreign keys and indexes is true there, the
follow-up passes, its downgrade restores the schema, and upgrading again arrives at the same end. Exit 1 otherwise.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from migfix.change import Change, apply
from migfix.config import read_configuration
from migfix.engine import examine
from migfix.followups.api import Leftover
from migfix.model.applied import Knowledge
from migfix.moves.follow_up import follow_ups
from migfix.moves.new_revision import Choice, new_revisions
from migfix.plan import Unfixable
from migfix.read.project import find_project
from migfix.read.workspace import Workspace, load_workspace

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
WITHOUT_INDEX = """
SELECT k.conrelid::regclass::text || '.' || string_agg(a.attname, ', ' ORDER BY o.n)
FROM pg_constraint k CROSS JOIN unnest(k.conkey) WITH ORDINALITY o(att, n)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.att
WHERE k.contype = 'f' AND NOT EXISTS (
  SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = ANY (k.conkey))
GROUP BY k.oid, k.conrelid ORDER BY 1
"""


def opened(folder: Path) -> tuple[Workspace, Knowledge]:
    """A corpus, all of it applied."""
    layout = find_project(folder, config=folder / "alembic.ini", name="run")
    workspace = load_workspace(layout, read_configuration(folder, environ={}))
    return workspace, Knowledge(source="through", applied=frozenset(workspace.graph.nodes))


def written(workspace: Workspace, knowledge: Knowledge) -> tuple[Change, ...] | Unfixable:
    """The follow-up for all that is ready."""
    ready = [f for f in follow_ups(workspace, knowledge) if f.is_ready]
    made = new_revisions(workspace, knowledge, ready, Choice(head=workspace.graph.heads[0]))
    return made if isinstance(made, Unfixable) else made.changes


def broken(workspace: Workspace, knowledge: Knowledge) -> Iterator[str]:
    """What is wrong with the follow-up, as text."""
    changes = written(workspace, knowledge)
    if isinstance(changes, Unfixable):
        yield changes.why
        return
    for change in changes:
        path = Path(change.path).absolute()
        workspace = workspace.with_text(change.after, path)
        compile(change.after, change.path, "exec")
        report = examine(workspace, paths=frozenset({str(path)}))
        yield from (f"finding: {f.code} {f.message}" for f in report.findings)
        yield from (f"unread: {u.reason}" for _, u in report.unread)
    again = Knowledge(source="through", applied=frozenset(workspace.graph.nodes))
    more = written(workspace, again)
    yield from (f"a second command writes {c.path}" for c in (() if isinstance(more, Unfixable) else more))


def on_server(name: str) -> Iterator[str]:
    """What is wrong with a corpus' follow-up on a server, as text."""
    from migfix.verify import Runner, Server, chosen_server

    with tempfile.TemporaryDirectory() as place, Server(chosen_server()) as server, Runner(server) as runner:
        folder = Path(shutil.copytree(CORPORA / name, Path(place) / name))
        workspace, knowledge = opened(folder)
        with server.scratch() as database:
            yield from _run(runner, folder, database, workspace, knowledge)


def _run(runner, folder: Path, database: str, workspace: Workspace, knowledge: Knowledge) -> Iterator[str]:  # type: ignore[no-untyped-def]
    from migfix.verify import Order
    from migfix.verify.catalog import dump_schema

    def alembic(*argv: str, database: str = database) -> str | None:
        environment = {"DATABASE_URL": runner.server.url(database)}
        done = runner.run(folder, Order(argv=("-n", "run", *argv), environment=environment), database=database)
        return None if done.code == 0 else f"{argv}: {done.complaint}"

    head = workspace.graph.heads[0]
    failed = alembic("upgrade", "head")
    if failed:
        yield failed
        return
    yield from _claims(follow_ups(workspace, knowledge), runner, database)
    before = dump_schema(runner.server, database)
    changes = written(workspace, knowledge)
    if isinstance(changes, Unfixable):
        yield changes.why
        return
    apply(changes)
    runner.server.disconnect(database)
    with runner.server.scratch(template=database) as worse:
        _invalidate(follow_ups(workspace, knowledge), runner, worse)
        failed = alembic("upgrade", "head", database=worse)
        if failed:
            yield failed
            return
        repaired = dump_schema(runner.server, worse)
    ends = []
    for step in (("upgrade", "head"), ("downgrade", head), ("upgrade", "head")):
        failed = alembic(*step)
        if failed:
            yield failed
            return
        ends.append(dump_schema(runner.server, database))
    if ends[0] != repaired:
        yield "where indexes were invalid, another schema comes out:"
        yield from sorted({*ends[0].splitlines()} ^ {*repaired.splitlines()})
    if ends[1] != before:
        yield "the downgrade does not restore the schema"
    if ends[0] != ends[2]:
        yield "upgrading again arrives at another schema"
    with runner.server.connect(database) as connection:
        left = [row[0] for row in connection.execute(WITHOUT_INDEX)]
    if any(f.kind == "foreign-key-without-index" for f in follow_ups(workspace, knowledge)) and left:
        print(f"  foreign keys still without an index, never said: {', '.join(left)}")


def _invalidate(found: Sequence[Leftover], runner, database: str) -> None:  # type: ignore[no-untyped-def]
    """What interrupted builds leave."""
    with runner.server.connect(database) as connection:
        for each in found:
            if each.kind == "invalid-index":
                name = each.subject.rpartition(".")[2]
                query = (
                    "UPDATE pg_index SET indisvalid = false FROM pg_class c WHERE c.oid = indexrelid AND relname = %s"
                )
                connection.execute(query, [name])


def _claims(found: Sequence[Leftover], runner, database: str) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """Every foreign key that is said to have no index has none; every index that is to be looked at is there."""
    with runner.server.connect(database) as connection:
        bare = {row[0] for row in connection.execute(WITHOUT_INDEX)}
        names = {row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'i'")}
    said = {f.subject for f in found if f.kind == "foreign-key-without-index"}
    print(
        f"  foreign keys without an index: {len(bare)} on the server, {len(said)} said, {len(said & bare)} of them true"
    )
    yield from (f"{subject} has an index, or is no foreign key" for subject in sorted(said - bare))
    for each in found:
        if each.kind == "invalid-index" and each.subject.rpartition(".")[2] not in names:
            yield f"{each.subject} does not exist"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true", help="print every leftover")
    parser.add_argument("--run", metavar="NAME", help="run this corpus on a server too")
    given = parser.parse_args()
    wrong: list[str] = []
    for name in given.names or sorted(p.name for p in CORPORA.iterdir() if p.is_dir()):
        workspace, knowledge = opened(CORPORA / name)
        found = follow_ups(workspace, knowledge)
        counts = Counter(f"{f.kind} {f.applicability.name.lower()}" for f in found)
        print(f"{name:14}{len(workspace.graph.nodes):>6} revisions  {dict(counts) or 'nothing left'}")
        for each in found if given.list else ():
            print(f"  {each.kind} {each.revision} {Path(each.path).name}:{each.span.line} {each.message}")
        wrong += [f"{name}: {line}" for line in broken(workspace, knowledge)]
    if given.run:
        wrong += [f"{given.run} on a server: {line}" for line in on_server(given.run)]
    for line in wrong:
        print(f"BROKEN {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
