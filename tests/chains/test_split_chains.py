"""A split chain in projects of every shape, under Alembic's own commands on a real server.

Databases stamped before, at and after the rewritten revision, at every step of the old chain and of the new one, and empty
ones all end with the same schema, rows and `alembic_version`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from chain_projects import ROWS, SHAPES, Project, Shape, write
from click.testing import CliRunner

from migfix.cli.group import program
from migfix.verify import Server
from migfix.verify.catalog import dump_schema, invalid_objects


def state(server: Server, database: str) -> tuple[str, tuple[str, ...], list[tuple[object, ...]], tuple[str, ...]]:
    """Schema, versions, rows, and objects that are not valid."""
    with server.connect(database) as connection:
        versions = tuple(sorted(str(v) for (v,) in connection.execute("SELECT version_num FROM alembic_version")))
        rows = connection.execute("SELECT * FROM users ORDER BY id").fetchall()
        invalid = invalid_objects(connection)
    return dump_schema(server, database), versions, rows, invalid


def migfix(*arguments: str) -> str:
    result = CliRunner().invoke(program, ["apply", *arguments, "--yes"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 0, result.output
    return result.output


def to(project: Project, revision: str, url: str) -> None:
    project.alembic("upgrade", revision, url=url)


class Databases:
    """Databases at places of a chain, with rows where the tables exist."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.server, self.stack = server, stack

    def at(self, project: Project, *revisions: str) -> str:
        name = self.stack.enter_context(self.server.scratch())
        to(project, "a1", self.server.url(name))
        with self.server.connect(name) as connection:
            connection.execute(ROWS)
        for revision in revisions:
            to(project, revision, self.server.url(name))
        return name

    def empty(self) -> str:
        return self.stack.enter_context(self.server.scratch())


@pytest.fixture
def databases(server: Server) -> Iterator[Databases]:
    with ExitStack() as stack:
        yield Databases(server, stack)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.name)
def test_every_database_ends_the_same(
    shape: Shape, databases: Databases, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project = write(shape, tmp_path)
    old = project.revisions()
    stamped = {r: databases.at(project, r) for r in old}
    before = databases.at(project, *shape.before)
    expected = state(server, databases.at(project, "heads"))
    history = project.files()

    migfix("b2", "--layout", "split", "--unapplied", "--review")

    assert {n: b for n, b in project.files().items() if n in history and not n.endswith("b2.py")} == {
        n: b for n, b in history.items() if not n.endswith("b2.py")
    }
    new = project.revisions()
    assert len(new) > len(old) + 2
    assert set(old) < set(new)
    assert set(project.scripts().get_heads()) == set(_heads(shape))
    assert all(len(r) <= 32 for r in new)
    for revision in new if shape is SHAPES[0] else new[::3]:
        stamped.setdefault(revision, databases.at(project, revision))
    for revision, database in {**stamped, "before": before}.items():
        to(project, "heads", server.url(database))
        assert state(server, database) == expected, f"from {revision}"
    project.alembic("check", url=server.url(before))
    fresh = databases.empty()
    to(project, "heads", server.url(fresh))
    assert state(server, fresh)[:2] == expected[:2]
    project.alembic("downgrade", "base", url=server.url(fresh))
    with server.connect(fresh) as connection:
        left = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        assert connection.execute(left).fetchall() == [("alembic_version",)]
    to(project, "heads", server.url(fresh))
    assert state(server, fresh)[:2] == expected[:2]
    listed = project.alembic("history")
    assert [r for r in new if r not in listed] == []
    assert sorted(line.split()[0] for line in project.alembic("heads").splitlines()) == sorted(_heads(shape))
    script = project.alembic("upgrade", "heads", sql=True)
    assert script.count("INSERT INTO alembic_version") + script.count("UPDATE alembic_version") >= len(new) - 1


def _heads(shape: Shape) -> tuple[str, ...]:
    """As the shape's files say."""
    ids = {Path(n).stem: t for n, t in shape.files.items()}
    parents = {
        p for t in ids.values() for p in ids if f"'{p}'" in t.partition("down_revision = ")[2].partition("\n")[0]
    }
    return tuple(i for i in ids if i not in parents)
