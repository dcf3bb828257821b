"""The incident, to its end: three databases at three places of a chain with two heads, and one schema for all of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from migfix.change import apply
from migfix.cli.commands.demo import copy_project
from migfix.cli.core import core
from migfix.cli.group import program
from migfix.cli.opening import open_project
from migfix.cli.options import Request
from migfix.plan import Unfixable
from migfix.verify import Order, Runner
from migfix.verify.catalog import dump_schema

PLACES = {
    "production": ["dc2c0f69c1b1"],
    "staging": ["89a67cacf69a"],
    "skipped": ["89a67cacf69a", "658051b7d4f9"],
}
ACCOUNTS = """
INSERT INTO organisations (name) VALUES ('one');
INSERT INTO accounts (organisation_id, email) SELECT 1, 'a' || n || '@example.org' FROM generate_series(1, 50) n
"""
LOGS = """
INSERT INTO valuations (organisation_id, title) VALUES (1, 'v');
INSERT INTO valuation_export_logs (valuation_id, export_format) SELECT 1, 'pdf' FROM generate_series(1, 50)
"""


class Incident:
    """The bundled project in a git checkout whose default branch has all of it, and databases beside it."""

    def __init__(self, root: Path, runner: Runner) -> None:
        self.root, self.runner = root, runner
        copy_project(root)
        for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "x"]):
            who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
            subprocess.run(["git", *who, "-C", str(root), *words], check=True, capture_output=True)

    def database(self, name: str, *targets: str, rows: str = "") -> None:
        self.runner.server.create_database(name)
        for target in targets:
            self.upgrade(name, target)
        if rows:
            with closing(self.runner.server.connect(name)) as connection:
                connection.execute(rows)

    def alembic(self, name: str, *argv: str) -> str:
        done = self.runner.run(self.root, Order(argv=argv), database=name)
        assert done.code == 0, done.out + done.err
        return done.out

    def upgrade(self, name: str, target: str) -> None:
        self.alembic(name, "upgrade", target)

    def asked(self, *names: str) -> list[str]:
        return [w for n in names for w in ("--check-db", f"{n}={self.runner.server.url(n)}")]

    def files(self) -> dict[str, str]:
        return {p.name: p.read_text() for p in sorted((self.root / "alembic" / "versions").glob("*.py"))}

    def migfix(self, *args: str) -> Result:
        return CliRunner().invoke(program, list(args), prog_name="migfix", catch_exceptions=False)


@pytest.fixture
def incident(tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> Iterator[Incident]:
    made = Incident(tmp_path / "valuations", runner)
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("COLUMNS", "80")
    yield made
    for name in (*PLACES, "fresh"):
        runner.server.drop_database(name)


def where_they_stand(incident: Incident) -> None:
    incident.database("production", *PLACES["production"], rows=ACCOUNTS)
    incident.database("staging", *PLACES["staging"], rows=ACCOUNTS)
    incident.database("skipped", *PLACES["skipped"], rows=f"{ACCOUNTS}; {LOGS}")


def status(incident: Incident, *names: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(incident.migfix("status", "--format", "json", *incident.asked(*names)).stdout)
    return found


def test_status_shows_the_three_and_what_is_open_to_all(incident: Incident) -> None:
    where_they_stand(incident)
    answer = incident.migfix("status", *incident.asked(*PLACES))
    text = " ".join(answer.stdout.split())
    assert answer.exit_code == 1
    assert answer.stdout.startswith("MF801 multiple-heads\n")
    assert answer.stdout.index("MF804") < answer.stdout.index("MF805") < answer.stdout.index("production  staging")
    assert "alembic/versions/a7b2d5e0f4c1_add_scenario_id_to_export_logs.py (Ann, " in text
    assert "move 1 merge the heads 658051b7d4f9, c3f09b51e7a2 (review)" in text
    assert (
        "put the branch that starts with a7b2d5e0f4c1 below 658051b7d4f9: staging has run a7b2d5e0f4c1 already" in text
    )
    assert "let a7b2d5e0f4c1 depend on 658051b7d4f9, and merge the heads: staging has run a7b2d5e0f4c1 already" in text
    rows = {r["revision"]: (r["state"], r["at"]) for r in status(incident, *PLACES)["revisions"]}  # type: ignore[attr-defined]
    assert rows == {
        "c3f09b51e7a2": ("published", []),
        "89a67cacf69a": ("applied", ["staging", "skipped"]),
        "a7b2d5e0f4c1": ("applied", []),
        "658051b7d4f9": ("applied", ["skipped"]),
        "dc2c0f69c1b1": ("applied", ["production"]),
    }


def test_one_chain_brings_all_three_to_one_schema(incident: Incident) -> None:
    where_they_stand(incident)
    before = incident.files()
    asked = incident.asked(*PLACES)
    refused = incident.migfix("apply", "--yes", "--review", "--all", *asked)
    assert (refused.exit_code, incident.files()) == (2, before)
    assert "`migfix apply --new-revision` finishes in a new revision what it left undone" in refused.stderr

    decided = ["--review", "--where", "accounts.email=deleted_at IS NULL"]
    incident.migfix("apply", "--yes", "c3f09b51e7a2", *decided, *asked)
    after = incident.files()
    edited = [n for n, text in before.items() if after[n] != text]
    assert edited == ["c3f09b51e7a2_one_account_per_email.py"]
    assert [n.partition("_")[2] for n in after if n not in before] == ["merge_658051b7d4f9_and_c3f09b51e7a2.py"]

    written = incident.migfix("apply", "--new-revision", "--yes", "--review", *asked)
    assert "skipped-by-guard: a7b2d5e0f4c1 did nothing on databases where" in written.stdout
    assert len(incident.files()) == len(after) + 1
    again = incident.migfix("apply", "--new-revision", "--yes", "--review", *asked)
    assert len(incident.files()) == len(after) + 1, again.output

    incident.database("fresh")
    schemas = {}
    for name in (*PLACES, "fresh"):
        incident.upgrade(name, "head")
        schemas[name] = dump_schema(incident.runner.server, name)
    assert "scenario_id" in schemas["production"]
    assert "task_id" in schemas["production"]
    assert dict.fromkeys(schemas, schemas["production"]) == schemas
    heads = {name: incident.alembic(name, "current").split() for name in schemas}
    assert dict.fromkeys(heads, heads["fresh"]) == heads
    assert status(incident, *PLACES)["broken"] == []


def test_apply_alone_is_enough_where_nothing_but_the_first_revision_has_run(incident: Incident) -> None:
    incident.database("production", *PLACES["production"], rows=ACCOUNTS)
    incident.database("fresh")
    decided = ["--review", "--where", "accounts.email=deleted_at IS NULL"]
    written = incident.migfix("apply", "--yes", "--all", *decided, *incident.asked("production"))
    assert "published on main; edited all the same, since production, asked, has not run it" in written.stderr
    assert status(incident, "production")["problems"] == []
    for name in ("production", "fresh"):
        incident.upgrade(name, "head")
    assert "scenario_id" in dump_schema(incident.runner.server, "production")
    assert dump_schema(incident.runner.server, "production") == dump_schema(incident.runner.server, "fresh")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_move_ends_in_one_head_where_only_production_is_known(incident: Incident, number: int) -> None:
    incident.database("production", *PLACES["production"], rows=ACCOUNTS)
    incident.database("fresh")
    request = Request(everything=True, check_db=_addresses(incident, "production"))
    opened = open_project(request)
    [finding] = [f for f in core().examine(opened.workspace, paths=None).findings if f.code == "MF801"]
    assert (len(finding.graph_plans), finding.withheld) == (3, ())
    made = core().propose(opened.workspace, finding, plan=number)
    assert not isinstance(made, Unfixable)
    apply(made)
    assert len(incident.alembic("fresh", "heads").splitlines()) == 1
    for name in ("production", "fresh"):
        incident.upgrade(name, "head")
    ordered = number < 2
    complete = "scenario_id" in dump_schema(incident.runner.server, "production")
    assert complete or not ordered
    assert dump_schema(incident.runner.server, "production") == dump_schema(incident.runner.server, "fresh")


def _addresses(incident: Incident, *names: str):
    from migfix.applied.databases import address

    return tuple(address(f"{n}={incident.runner.server.url(n)}") for n in names)
