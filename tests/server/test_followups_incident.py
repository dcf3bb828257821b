"""The incident on three databases: one before it, one in the middle, one on which the guard has skipped its columns."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import migfix
from migfix.cli.group import program
from migfix.verify import Order, Runner
from migfix.verify.catalog import dump_schema, invalid_objects

DEMO = Path(migfix.__file__).parent / "demo" / "project"
STAMPED = {
    "production": ["dc2c0f69c1b1"],
    "staging": ["89a67cacf69a"],
    "third": ["89a67cacf69a", "658051b7d4f9"],
}
"""What was run on each, in this order: the branch with the guard first where it was run at all."""


def _apply(*options: str) -> Result:
    return CliRunner().invoke(program, ["apply", "--yes", *options])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's project without the revision that came later."""
    place = tmp_path / "project"
    shutil.copytree(DEMO, place)
    for path in place.glob("alembic/versions/c3f09b51e7a2*"):
        path.unlink()
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "200")
    return place


@pytest.fixture
def databases(project: Path, runner: Runner) -> Iterator[dict[str, str]]:
    with contextlib.ExitStack() as stack:
        made = {name: stack.enter_context(runner.server.scratch()) for name in STAMPED}
        for name, revisions in STAMPED.items():
            for revision in revisions:
                _run(runner, project, made[name], "upgrade", revision)
        yield made


def _run(runner: Runner, place: Path, database: str, *argv: str) -> None:
    environment = {"DATABASE_URL": runner.server.url(database)}
    done = runner.run(place, Order(argv=argv, environment=environment), database=database)
    assert done.code == 0, done.complaint


def _schema(runner: Runner, database: str) -> list[str]:
    """The schema's lines without their order: columns that came later stand at the end of their table."""
    lines = [line.rstrip(",") for line in dump_schema(runner.server, database).splitlines()]
    with runner.server.connect(database) as connection:
        lines += invalid_objects(connection)
    return sorted(lines)


def _columns(runner: Runner, database: str) -> set[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'valuation_export_logs'"
    with runner.server.connect(database) as connection:
        return {row[0] for row in connection.execute(query)}


def test_one_chain_takes_all_three_to_one_schema(project: Path, databases: dict[str, str], runner: Runner) -> None:
    urls = [w for name, d in databases.items() for w in ("--check-db", f"{name}={runner.server.url(d)}")]
    assert "scenario_id" not in _columns(runner, databases["third"])
    several = _apply("--new-revision", *urls)
    assert several.exit_code == 2
    assert re.search(r"2 heads, .*make them one first", several.stderr)

    _run(runner, project, databases["production"], "merge", "heads", "-m", "one head", "--rev-id", "0ne0ne0ne0ne")
    before = {p: p.read_bytes() for p in project.rglob("*.py")}
    result = _apply("--new-revision", *urls)
    assert "a7b2d5e0f4c1 did nothing on databases where valuation_export_logs was not there yet" in result.stdout
    assert "89a67cacf69a did nothing on databases where valuation_export_logs was not there yet" in result.stdout
    assert before == {p: t for p, t in ((p, p.read_bytes()) for p in project.rglob("*.py")) if p in before}

    with runner.server.scratch() as fresh:
        ends = []
        for database in (*databases.values(), fresh):
            _run(runner, project, database, "upgrade", "head")
            ends.append(_schema(runner, database))
        assert {"scenario_id", "task_id", "status", "download_url"} <= _columns(runner, fresh)
    assert [end == ends[0] for end in ends] == [True] * 4
    again = _apply("--new-revision", *urls)
    assert "Written" not in again.output
