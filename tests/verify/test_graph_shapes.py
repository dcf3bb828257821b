"""Revisions that are not in a straight line: merges, dependencies, and the incident's two heads."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from shop import Shop, verified

import migfix
from migfix.cli.core import core
from migfix.cli.opening import open_project
from migfix.cli.options import Request
from migfix.cli.proving import cases
from migfix.verify.case import Case, Options
from migfix.verify.verdict import Verdict

OPTIONS = Options(rows=500, traffic=False, crash=True)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    found = Shop(tmp_path)
    found.write("l1", "a1", 'op.add_column("users", sa.Column("left_side", sa.Text()))', name="l1.py")
    found.write("r1", "a1", 'op.add_column("users", sa.Column("right_side", sa.Text()))', name="r1.py")
    return found


def verify(project: Path, revision: str, monkeypatch: pytest.MonkeyPatch, **changes: object) -> Verdict:
    """As the command does it: the case comes from the project's graph."""
    monkeypatch.chdir(project)
    (case,) = cases(core(), open_project(Request(places=(revision,))), named=True)
    return verified(replace(case, **changes) if changes else case, OPTIONS)


def index(columns: str, *, back: str = "pass") -> dict[str, str]:
    return {"body": f'op.create_index("ix_sides", "users", [{columns}])', "back": back}


def test_a_merge_that_changes_something_starts_from_all_its_parents(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = index('"left_side", "right_side"', back='op.drop_index("ix_sides", "users")')
    shop.write("m1", ("l1", "r1"), name="m1.py", **both)
    verdict = verify(shop.root, "m1", monkeypatch)
    assert (verdict.failures, verdict.schema, verdict.crashes) == ((), "identical", True)
    assert verdict.original.longest_write_block_s > 0
    assert verdict.rows == {"public.orders": 500, "public.users": 500}


def test_a_merges_way_back_is_compared_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    both = index('"left_side", "right_side"', back='op.drop_index("ix_sides", "users")')
    path = shop.write("m1", ("l1", "r1"), name="m1.py", **both)
    other = path.read_text().replace('op.drop_index("ix_sides", "users")', "pass")
    verdict = verify(shop.root, "m1", monkeypatch, files={path: other.encode()})
    assert verdict.failures[0].startswith("Same destination: after downgrade:\n+CREATE INDEX ix_sides")


def test_what_a_revision_depends_on_is_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.write("d1", "l1", name="d1.py", **index('"left_side", "right_side"'))
    path.write_text(path.read_text().replace('down_revision = "l1"', "").replace("'l1'", "'l1'\ndepends_on = 'r1'"))
    verdict = verify(shop.root, "d1", monkeypatch)
    assert (verdict.failures, verdict.original.code) == ((), 0)


def test_a_revision_on_one_of_two_heads(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("l2", "l1", name="l2.py", **index('"left_side"'))
    verdict = verify(shop.root, "l2", monkeypatch)
    assert (verdict.failures, verdict.original.code) == ((), 0)


def test_a_guard_that_skips_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "valuations"
    shutil.copytree(Path(migfix.__file__).parent / "demo" / "project", project)
    verdict = verify(project, "a7b2d5e0f4c1", monkeypatch)
    assert not verdict.proven
    assert verdict.failures[0].startswith("neither form changes anything on a database at dc2c0f69c1b1")


def test_an_empty_merge_is_harmless(shop: Shop) -> None:
    path = shop.write("m1", ("l1", "r1"), "pass", name="m1.py")
    case = Case(project=shop.root, revision="m1", parent="l1", requires=("l1", "r1"), path=path.name)
    verdict = verified(case, OPTIONS)
    assert (verdict.failures, verdict.rewritten) == ((), None)
    assert "it changes nothing on a database at l1 and r1" in verdict.notes
