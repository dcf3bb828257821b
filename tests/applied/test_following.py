"""What Alembic itself does after a change of the graph, on databases anywhere in it, against what `cannot_follow` says."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from migfix.applied import cannot_follow
from migfix.model.applied import Database
from migfix.model.graph import Graph
from migfix.model.revision import Identifiers
from migfix.plan import GraphPlan
from migfix.recipes.graph import carried_out, depend, merge, reparent

SEEDS = 12
MOVES = 4
ENV = """
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
"""
FILE = """
from alembic import op

revision = {revision!r}
down_revision = {down!r}
depends_on = {depends!r}


def upgrade():
    op.execute("INSERT INTO ran VALUES ('{revision}')")
"""


class Chain:
    """A graph as files, and databases that Alembic upgrades along it."""

    def __init__(self, root: Path, graph: Graph) -> None:
        self.root = root
        (root / "versions").mkdir(parents=True)
        (root / "env.py").write_text(ENV)
        for name, node in graph.nodes.items():
            text = FILE.format(revision=name, down=node.down_revisions or None, depends=node.depends_on or None)
            (root / "versions" / f"{name}.py").write_text(text)

    def upgrade(self, database: Path, target: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(self.root))
        config.set_main_option("path_separator", "os")
        config.set_main_option("sqlalchemy.url", f"sqlite:///{database}")
        command.upgrade(config, target)


def fresh(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE ran (revision TEXT)")
    connection.close()
    return path


def rows(path: Path, query: str) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return sorted(row[0] for row in connection.execute(query))
    except sqlite3.OperationalError:  # Nothing has run: no such table.
        return []
    finally:
        connection.close()


def database(path: Path) -> Database:
    return Database(name="staging", versions=tuple(rows(path, "SELECT version_num FROM alembic_version")))


def random_graph(choice: random.Random) -> Graph:
    """Up to eight revisions: branches, merges, dependencies."""
    made = [Identifiers(revision="a")]
    for name in "bcdefgh"[: choice.randint(2, 7)]:
        graph = Graph.build(made)
        parents = [choice.choice(graph.order)]
        other = choice.choice(graph.order)
        if choice.random() < 0.25 and not related(graph, other, parents[0]):
            parents.append(other)
        needed = choice.choice(graph.order)
        depends = (needed,) if choice.random() < 0.2 and not any(related(graph, needed, p) for p in parents) else ()
        made.append(Identifiers(revision=name, down_revisions=tuple(parents), depends_on=depends))
    return Graph.build(made)


def related(graph: Graph, one: str, other: str) -> bool:
    return one == other or graph.is_ancestor(one, other) or graph.is_ancestor(other, one)


def moves(graph: Graph) -> Iterator[GraphPlan]:
    """Every move that the recipes know on this graph, the useless ones too."""
    for head in graph.heads:
        for below in graph.heads:
            moved = reparent(graph, head, below=below) if head != below else None
            if moved is not None:
                yield moved
        for other in graph.order:
            declared = depend(graph, head, needed=other) if not related(graph, head, other) else None
            if declared is not None:
                yield declared
    if len(graph.heads) > 1:
        yield merge(graph)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_alembic_agrees(seed: int, tmp_path: Path) -> None:
    choice = random.Random(seed)
    before = random_graph(choice)
    chain = Chain(tmp_path / "before", before)
    databases = [fresh(tmp_path / f"{n}.db") for n in range(3)]
    for each in databases[1:]:
        for target in choice.sample(before.order, choice.randint(1, 2)):
            if not any(before.is_ancestor(target, v) or target == v for v in database(each).versions):
                chain.upgrade(each, target)
    found = list(moves(before))
    for number, plan in enumerate(choice.sample(found, min(MOVES, len(found)))):
        after = carried_out(plan, before)
        changed = Chain(tmp_path / f"after{number}", after)
        for each in databases:
            copy = tmp_path / f"{each.stem}-{number}.db"
            shutil.copy(each, copy)
            said = cannot_follow(before, after, database(each))
            stopped = ""
            try:
                changed.upgrade(copy, "heads")
            except CommandError as error:
                stopped = str(error)
            assert ("overlaps" in stopped) == ("overlaps" in (said or "")), (plan, database(each), said)
            complete = rows(copy, "SELECT revision FROM ran") == sorted(after.order)
            assert (complete and not stopped) == (said is None), (plan, database(each), said)
