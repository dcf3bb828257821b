"""Every golden follow-up on a server: databases that went wrong and fresh ones end with one schema, and can go back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from followup_cases import Case, cases
from migfix.change import apply
from migfix.moves.new_revision import FollowUp
from migfix.verify import Order, Runner, installed_servers
from migfix.verify.catalog import data_digest, dump_schema, invalid_objects
from migfix.verify.crash import crash_everywhere

CASES = [c for c in cases() if c.writes]
MAJORS = sorted({server.major for server in installed_servers()}, reverse=True)


@pytest.fixture(params=CASES, ids=lambda c: c.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


class Project:
    """A case as a project: its history, and the follow-up once `follow` has written it."""

    def __init__(self, case: Case, place: Path, runner: Runner) -> None:
        self.case, self.place, self.runner = case, place, runner
        case.project(place)
        workspace = case.workspace(place)
        self.order = sorted(workspace.graph.nodes)
        self.head = workspace.graph.heads[0]
        made = case.written(workspace)
        assert isinstance(made, FollowUp)
        self._made = made

    def follow(self) -> None:
        apply(self._made.changes)

    def run(self, database: str, *argv: str) -> None:
        done = self.runner.run(self.place, Order(argv=argv), database=database)
        assert done.code == 0, done.complaint

    def history(self, database: str, *, wrong: bool) -> None:
        """Every revision by itself, in order, rows in between; then what went wrong."""
        for revision in self.order:
            self.run(database, "upgrade", revision)
            if revision == self._filled_after():
                self.sql(database, self.case.sql("rows.sql"))
        if wrong:
            self.sql(database, self.case.sql("wrong.sql"))

    def _filled_after(self) -> str:
        return "b2" if self.case.kind == "skipped-by-guard" else "a1"

    def sql(self, database: str, text: str) -> None:
        if text:
            with self.runner.server.connect(database) as connection:
                connection.execute(text)

    def schema(self, database: str) -> list[str]:
        """The schema's lines in order: where columns came in another order the database is the same to its users."""
        lines = dump_schema(self.runner.server, database).splitlines()
        with self.runner.server.connect(database) as connection:
            lines += invalid_objects(connection)
        return sorted(line.rstrip(",") for line in lines)

    def rows(self, database: str) -> dict[str, Any]:
        with self.runner.server.connect(database) as connection:
            return data_digest(connection)


@pytest.fixture
def project(case: Case, runner: Runner, tmp_path: Path) -> Project:
    return Project(case, tmp_path, runner)


def test_all_databases_end_with_one_schema(project: Project) -> None:
    server = project.runner.server
    with server.scratch() as good, server.scratch() as bad:
        project.history(good, wrong=False)
        project.history(bad, wrong=True)
        project.follow()
        with server.scratch() as fresh:
            ends = []
            for database in (fresh, good, bad):
                project.run(database, "upgrade", "heads")
                ends.append(project.schema(database))
    assert ends[0] == ends[1]
    assert ends[0] == ends[2]
    assert [line for line in ends[0] if line.startswith(("invalid", "constraint not validated"))] == []


def test_downgrade_restores_the_state_before(project: Project) -> None:
    server = project.runner.server
    with server.scratch() as database:
        project.history(database, wrong=False)
        before, rows = project.schema(database), project.rows(database)
        project.follow()
        project.run(database, "upgrade", "heads")
        end = project.schema(database)
        project.run(database, "downgrade", project.head)
        if project.case.kind != "enum-value-missing":
            assert before == project.schema(database)
            assert rows == project.rows(database)
        project.run(database, "upgrade", "heads")
        assert end == project.schema(database)
        project.run(database, "downgrade", "base")


def test_killed_anywhere_it_arrives_when_run_again(project: Project) -> None:
    """On the newest server: where a run can be killed is Alembic's doing, not the server's."""
    server = project.runner.server
    if server.major != MAJORS[0]:
        return
    order = Order(argv=("upgrade", "heads"))
    with server.scratch() as template, server.scratch() as whole:
        project.history(template, wrong=True)
        project.history(whole, wrong=True)
        project.follow()
        run = project.runner.run(project.place, order, database=whole)
        assert run.code == 0, run.complaint
        end = project.schema(whole)

        def judge(database: str) -> str | None:
            found = project.schema(database)
            return None if found == end else "\n".join(sorted({*found} ^ {*end}))

        crashes = list(
            crash_everywhere(project.runner, project.place, order, template=template, run=run, judge=judge, seen=set())
        )
    assert "\n".join(map(str, crashes)) == ""


def test_autogenerate_sees_no_difference(project: Project) -> None:
    """Where the models are known, `alembic check` is content after the follow-up."""
    if not (project.case.folder / "models.py").exists():
        return
    with project.runner.server.scratch() as database:
        project.follow()
        project.run(database, "upgrade", "heads")
        found = project.runner.run(project.place, Order(argv=("check",)), database=database)
        assert found.code == 0, found.complaint


def test_the_incident_on_sqlite(tmp_path: Path) -> None:
    """The branch with the guard ran first and skipped; the follow-up adds what is missing, and leaves what is there."""
    case = next(c for c in CASES if c.name == "skipped-by-guard/on_sqlite_too")
    case.project(tmp_path)
    made = case.written(case.workspace(tmp_path))
    assert isinstance(made, FollowUp)
    schemas = []
    for name, steps in (("skipped", ["c3", "heads"]), ("whole", ["b2", "heads"])):
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / name}.db"}
        for step in steps:
            subprocess.run(
                [sys.executable, "-m", "alembic", "upgrade", step],
                cwd=tmp_path,
                check=True,
                env=environment,
                capture_output=True,
            )
        schemas.append(name)
    apply(made.changes)
    found = []
    for name in schemas:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / name}.db"}
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "heads"],
            cwd=tmp_path,
            check=True,
            env=environment,
            capture_output=True,
        )
        found.append(_sqlite(tmp_path / f"{name}.db"))
    assert found[0] == found[1]
    assert "scenario_id" in found[0]["logs"]


def _sqlite(path: Path) -> dict[str, list[str]]:
    import sqlite3

    connection = sqlite3.connect(path)
    try:
        tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {t: sorted(r[1] for r in connection.execute(f"PRAGMA table_info({t})")) for t in tables}
        found["indexes"] = sorted(
            r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        )
    finally:
        connection.close()
    return found
