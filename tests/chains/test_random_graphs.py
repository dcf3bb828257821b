"""Random graphs with databases at random places: after any move every database reaches the same end.

The property: no file that a database has run changes, Alembic's own loader accepts the graph, every database can be
upgraded from where it is to the heads, and all have the same schema and `alembic_version` then.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

import hypothesis.strategies as st
import pytest
from alembic.config import Config
from alembic.util import CommandError
from chain_projects import MAKO, SYNC, Project, text
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from migfix.applied.knowledge import gather
from migfix.change import Change, apply
from migfix.cli.core import core
from migfix.cli.opening import Opened
from migfix.engine import examine, propose
from migfix.model.applied import Database, Knowledge
from migfix.model.graph import Graph
from migfix.moves.follow_up import follow_ups
from migfix.moves.journal import digest
from migfix.moves.new_revision import Choice, new_revisions
from migfix.opening import configuration_of
from migfix.plan import Unfixable
from migfix.read.project import find_project
from migfix.read.workspace import Workspace, load_workspace
from migfix.verify import Server
from migfix.verify.catalog import dump_schema

BASE = """
op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Text), sa.Column("b", sa.Text))
"""
BODIES = {
    "plain": ('op.create_table("t_{r}", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("t_{r}")'),
    "index": ('op.create_index("ix_{r}", "users", ["a"])', 'op.drop_index("ix_{r}", table_name="users")'),
    "two indexes": (
        'op.create_index("ix_{r}", "users", ["a"])\nop.create_index("iy_{r}", "users", ["b"])',
        'op.drop_index("iy_{r}", table_name="users")\nop.drop_index("ix_{r}", table_name="users")',
    ),
    "column": ('op.add_column("users", sa.Column("c_{r}", sa.Text, index=True))', 'op.drop_column("users", "c_{r}")'),
}
ON_POSTGRESQL = {
    "check": (
        'op.create_check_constraint("ck_{r}", "users", "a <> \'{r}\'")',
        'op.drop_constraint("ck_{r}", "users", type_="check")',
    ),
    "never validated": (
        'op.create_check_constraint("ck_{r}", "users", "a <> \'{r}\'", postgresql_not_valid=True)',
        'op.drop_constraint("ck_{r}", "users", type_="check")',
    ),
}
MOVES = ("in place", "split", "follow-up", "graph")
NEXT = Path(mkdtemp(prefix="migfix-random-graphs-"))


@dataclass(frozen=True)
class Node:
    """A revision: its parents and what it depends on by number."""

    parents: tuple[int, ...]
    needs: int | None
    body: str
    label: bool


@st.composite
def graphs(draw: st.DrawFn, bodies: tuple[str, ...]) -> tuple[Node, ...]:
    nodes = [Node((), None, "base", False)]
    for number in range(1, draw(st.integers(2, 7))):
        older = st.integers(0, number - 1)
        parents = tuple(draw(st.lists(older, min_size=1, max_size=2, unique=True)))
        parents = tuple(p for p in parents if not any(_above(p, q, nodes) for q in parents if q != p))
        needs = draw(st.one_of(st.none(), st.none(), older))
        if needs is not None and any(needs == p or _above(needs, p, nodes) or _above(p, needs, nodes) for p in parents):
            needs = None
        nodes.append(Node(parents, needs, draw(st.sampled_from(bodies)), draw(st.integers(0, 5)) == 0))
    return tuple(nodes)


def _above(older: int, newer: int, nodes: list[Node]) -> bool:
    """`older` is an ancestor of `newer`."""
    parents = [p for p in (*nodes[newer].parents, nodes[newer].needs) if p is not None]
    return older in parents or any(_above(older, p, nodes) for p in parents)


def name(number: int) -> str:
    return f"r{number:02}"


def written(nodes: tuple[Node, ...], root: Path) -> Project:
    versions = root / "migrations/versions"
    versions.mkdir(parents=True)
    for number, node in enumerate(nodes):
        revision = name(number)
        bodies = {**BODIES, **ON_POSTGRESQL, "base": (BASE, 'op.drop_table("users")')}
        body = tuple(code.replace("{r}", revision) for code in bodies[node.body])
        content = text(
            revision,
            tuple(map(name, node.parents)),
            (body[0], body[1]),
            labels=(f"label{number}",) if node.label else (),
            needs=None if node.needs is None else name(node.needs),
        )
        (versions / f"{revision}.py").write_text(content)
    (root / "migrations/env.py").write_text(SYNC)
    (root / "migrations/script.py.mako").write_text(MAKO)
    (root / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (root / ".git").mkdir()

    def config(output: io.StringIO) -> Config:
        return Config(str(root / "alembic.ini"), stdout=output, cmd_opts=Namespace(x=None))

    return Project(root, config)


def opened(project: Project, layout: str, dialect: str, databases: tuple[Database, ...]) -> Opened:
    found = find_project(project.root, config=None)
    configuration = configuration_of(
        found, overrides={"layout": layout, "dialects": tuple(dict.fromkeys(("postgresql", dialect)))}
    )
    workspace = load_workspace(found, configuration)
    paths = {i: r.revision.path for i, r in workspace.readings.items()}
    known = gather(workspace.graph, paths=paths, databases=databases)
    workspace = replace(workspace, knowledge=lambda: known)
    editable = frozenset(str(Path(p).absolute()) for i, p in paths.items() if known.may_edit(i))
    return Opened(workspace=workspace, paths=editable)


def moved(move: str, place: Opened, choice: int) -> tuple[Change, ...]:
    """The changes of a move; empty where there is none, or where the command line would refuse it."""
    workspace, known = place.workspace, place.knowledge
    changes: tuple[Change, ...]
    if move in ("in place", "split"):
        order = [r for r in workspace.graph.order if known.may_edit(r)]
        order = order[choice % len(order) :] + order[: choice % len(order)] if order else []
        fixed = (core().fix(workspace, r, review=True, choose={}).changes for r in order)
        changes = next((c for c in fixed if c), ())
    elif move == "graph":
        plans = [(f, len(f.plans) + i) for f in examine(workspace).findings for i in range(len(f.graph_plans))]
        if not plans:
            return ()
        finding, plan = plans[choice % len(plans)]
        made = propose(workspace, finding, plan=plan)
        changes = () if isinstance(made, Unfixable) else made
    else:
        changes = followed_up(workspace, known, choice)
    return () if place.refusal(changes) else changes


def followed_up(workspace: Workspace, known: Knowledge, choice: int) -> tuple[Change, ...]:
    heads = workspace.graph.heads
    head = heads[choice % len(heads)]
    left = [f for f in follow_ups(workspace, known, head=head) if f.is_ready]
    made = new_revisions(workspace, known, left, Choice(head=head, each=bool(choice % 2)))
    return () if isinstance(made, Unfixable) else made.changes


class Sqlite:
    """Databases as files."""

    dialect = "sqlite"

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self.root = root

    def make(self, number: int) -> str:
        return f"sqlite:///{self.root / f'{number}.db'}"

    def copy(self, url: str) -> str:
        file = url.removeprefix("sqlite:///")
        if Path(file).exists():
            shutil.copy(file, f"{file}.copy")
        return f"{url}.copy"

    def state(self, url: str) -> tuple[object, set[str]]:
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            schema = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"
            found = [(t, n, columns(connection, n) if t == "table" else s) for t, n, s in connection.execute(schema)]
            versions = {v for (v,) in connection.execute("SELECT version_num FROM alembic_version")}
        connection.close()
        return found, versions


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Without their order, in which two branches may add them."""
    return sorted(
        (n, t, required, key) for _, n, t, required, _, key in connection.execute(f"PRAGMA table_info({table})")
    )


class Postgresql:
    dialect = "postgresql"

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.server, self.stack, self.names = server, stack, dict[str, str]()

    def make(self, number: int, template: str | None = None) -> str:
        database = self.stack.enter_context(self.server.scratch(template=template))
        self.names[self.server.url(database)] = database
        return self.server.url(database)

    def copy(self, url: str) -> str:
        return self.make(0, template=self.names[url])

    def state(self, url: str) -> tuple[object, set[str]]:
        with self.server.connect(self.names[url]) as connection:
            versions = {str(v) for (v,) in connection.execute("SELECT version_num FROM alembic_version")}
        dumped = dump_schema(self.server, self.names[url])
        return sorted(line.rstrip(",") for line in dumped.splitlines()), versions


def holds(
    nodes: tuple[Node, ...], stops: list[tuple[int, ...]], move: str, choice: int, backend: type, argument: object
) -> None:
    root = Path(mkdtemp(dir=NEXT))
    stops = [tuple(n % len(nodes) for n in places) for places in stops]
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, root)
        databases = backend(root if backend is Sqlite else argument, stack)
        project = written(nodes, root)
        graph = opened(project, "single", databases.dialect, ()).workspace.graph
        known = tuple(
            Database(name=str(i), versions=versions(graph, tuple(map(name, p)))) for i, p in enumerate(stops) if p
        )
        at = opened(project, "split" if move == "split" else "single", databases.dialect, known)
        changes = moved(move, at, choice)
        event(f"{move}: {'changes' if changes else 'nothing'}")
        assume(changes)

        urls = [databases.make(i) for i in range(len(stops) + 1)]
        assume(all(_arrives(project, url, *map(name, p)) for url, p in zip(urls, stops, strict=False)))
        assert [databases.state(u)[1] for u, p in zip(urls, stops, strict=False) if p] == [
            set(d.versions) for d in known
        ]
        assume(all(_arrives(project, databases.copy(url), "heads") for url in urls))
        applied = frozenset[str]().union(*(d.applied(graph) for d in known))
        before = {r: digest(Path(at.workspace.readings[r].revision.path).read_bytes()) for r in applied}

        apply(changes)

        now = {r: digest(Path(at.workspace.readings[r].revision.path).read_bytes()) for r in applied}
        assert now == before, "a file that has run was changed"
        assert set(graph.nodes) <= set(project.revisions())
        for url in urls:
            project.alembic("upgrade", "heads", url=url)
        ends = [databases.state(url) for url in urls]
        assert all(end == ends[-1] for end in ends)
        scripts = project.scripts()
        assert ends[-1][1] == set(scripts.revision_map._real_heads)


def versions(graph: Graph, stops: tuple[str, ...]) -> tuple[str, ...]:
    """What `alembic_version` holds after `upgrade` to each of these: what has run and is required by nothing that has."""
    ran = frozenset(stops).union(*(graph.ancestors(s) for s in stops))
    return tuple(sorted(r for r in ran if not any(graph.is_ancestor(r, other) for other in ran)))


def _arrives(project: Project, url: str, *stops: str) -> bool:
    """The project as it is can be upgraded: Alembic itself stops at some merges over dependencies."""
    try:
        for stop in stops:
            project.alembic("upgrade", stop, url=url)
    except (CommandError, KeyError):
        return False
    return True


STOPS = st.lists(st.lists(st.integers(0, 6), max_size=2).map(tuple), min_size=1, max_size=2)
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize("move", [m for m in MOVES if m != "follow-up"])
def test_every_database_can_follow(move: str) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=QUIET,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(nodes=graphs(tuple(BODIES)), stops=STOPS, choice=st.integers(0, 11))
    def check(nodes: tuple[Node, ...], stops: list[tuple[int, ...]], choice: int) -> None:
        holds(nodes, stops, move, choice, Sqlite, None)

    check()


@pytest.mark.parametrize("move", MOVES)
def test_every_postgresql_can_follow(move: str, server: Server) -> None:
    @settings(
        max_examples=3,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=QUIET,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(nodes=graphs((*BODIES, *ON_POSTGRESQL, *ON_POSTGRESQL)), stops=STOPS, choice=st.integers(0, 11))
    def check(nodes: tuple[Node, ...], stops: list[tuple[int, ...]], choice: int) -> None:
        holds(nodes, stops, move, choice, Postgresql, server)

    check()


@pytest.fixture(autouse=True, scope="module")
def _removed() -> Iterator[None]:
    yield
    shutil.rmtree(NEXT, ignore_errors=True)
