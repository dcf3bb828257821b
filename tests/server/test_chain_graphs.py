"""Chains in graphs that are more than a line, driven by Alembic's own commands on a server.

Labels, `depends_on`, merges and two heads: every command that a project uses goes on meaning the same, and a database
that stands anywhere arrives at the same schema.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from projects import ENV
from test_recipes import MAJORS

from migfix.change import apply
from migfix.config import read_configuration
from migfix.moves.split import split
from migfix.read.project import find_project
from migfix.read.workspace import load_workspace
from migfix.verify import Order, Runner
from migfix.verify.catalog import dump_schema

HEAD = '''"""{revision}"""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {parents!r}
branch_labels = {labels!r}
depends_on = {depends!r}


def upgrade():
{up}


def downgrade():
{down}
'''
USERS = (
    '    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("email", sa.Text()))',
    '    op.drop_table("users")',
)
TAGS = (
    '    op.create_table("tags", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))',
    '    op.drop_table("tags")',
)
RISKY = (
    '    op.add_column("users", sa.Column("tier", sa.Text(), nullable=True))\n'
    '    op.create_index("ix_users_email", "users", ["email"])\n'
    '    op.create_check_constraint("ck_users_id", "users", "id > 0")',
    '    op.drop_constraint("ck_users_id", "users", type_="check")\n'
    '    op.drop_index("ix_users_email", table_name="users")\n'
    '    op.drop_column("users", "tier")',
)
LINKED = (
    '    op.create_foreign_key("fk_users_tag", "users", "tags", ["id"], ["id"])',
    '    op.drop_constraint("fk_users_tag", "users", type_="foreignkey")',
)
AFTER = (
    '    op.add_column("users", sa.Column("last", sa.Text()))',
    '    op.drop_column("users", "last")',
)
FILLED = (
    '    op.add_column("users", sa.Column("tier", sa.Text(), nullable=True))\n'
    "    op.execute(\"UPDATE users SET tier = 'free'\")\n"
    '    op.alter_column("users", "tier", existing_type=sa.Text(), nullable=False)',
    '    op.drop_column("users", "tier")',
)
FILLED_AGAIN = (FILLED[0].replace("tier", "tier2"), FILLED[1].replace("tier", "tier2"))

Graph = dict[str, tuple[tuple[str, str], object, object, object]]
"""What each revision does, its parents, its labels, what it depends on."""

LABELLED: Graph = {
    "base0": (USERS, None, None, None),
    "risky": (RISKY, "base0", ("shop",), None),
    "other": (TAGS, "base0", ("blog",), None),
    "after": (AFTER, "risky", None, None),
}
DEPENDENT: Graph = {
    "base0": (USERS, None, None, None),
    "tags0": (TAGS, None, None, None),
    "risky": (LINKED, "base0", None, "tags0"),
    "after": (AFTER, "risky", None, None),
}
MERGING: Graph = {
    "base0": (USERS, None, None, None),
    "left0": (TAGS, "base0", None, None),
    "right": (AFTER, "base0", None, None),
    "risky": (RISKY, ("left0", "right"), None, None),
}


@pytest.fixture
def newest(runners: Callable[[int | None], Runner]) -> Runner:
    """The graph is Alembic's: one server is enough."""
    return runners(MAJORS[0] if MAJORS else None)


def written(place: Path, graph: Graph) -> Path:
    versions = place / "migrations" / "versions"
    versions.mkdir(parents=True)
    (place / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = postgresql+psycopg://\n"
    )
    (place / "migrations" / "env.py").write_text(ENV)
    for revision, ((up, down), parents, labels, depends) in graph.items():
        text = HEAD.format(revision=revision, up=up, down=down, parents=parents, labels=labels, depends=depends)
        (versions / f"{revision}.py").write_text(text)
    return place


def chained(place: Path, revision: str = "risky") -> list[str]:
    """Write a revision as a chain; its ids in order."""
    layout = find_project(place, config=place / "alembic.ini")
    done = split(load_workspace(layout, read_configuration(place, environ={})), revision, review=True)
    assert done.chain is not None, done.left
    apply(done.changes)
    return [link.revision for link in done.chain.links]


@pytest.fixture
def alembic(newest: Runner) -> Callable[..., str]:
    def run(project: Path, database: str, *argv: str) -> str:
        done = newest.run(project, Order(argv=argv), database=database)
        assert done.code == 0, f"alembic {' '.join(argv)}: {done.complaint}"
        return done.out

    return run


@pytest.mark.parametrize(
    ("graph", "target"),
    [(LABELLED, "heads"), (DEPENDENT, "heads"), (MERGING, "head")],
    ids=["labelled", "dependent", "merging"],
)
def test_a_database_anywhere_arrives_at_the_same_schema(
    graph: Graph, target: str, newest: Runner, alembic: Callable[..., str], tmp_path: Path
) -> None:
    old, new = written(tmp_path / "old", graph), written(tmp_path / "new", graph)
    ids = chained(new)
    server = newest.server
    with server.scratch() as database:
        alembic(old, database, "upgrade", target)
        wanted = dump_schema(server, database)
        alembic(new, database, "upgrade", target)
        assert dump_schema(server, database) == wanted
        alembic(new, database, "downgrade", "base")
        empty = dump_schema(server, database)
        alembic(new, database, "upgrade", target)
        assert dump_schema(server, database) == wanted
    for stop in (*graph, *ids):
        with server.scratch() as database:
            alembic(new if stop in ids else old, database, "upgrade", stop)
            alembic(new, database, "upgrade", target)
            assert dump_schema(server, database) == wanted, f"from {stop}"
            alembic(new, database, "downgrade", "base")
            assert dump_schema(server, database) == empty, f"back from {stop}"


def test_a_label_goes_on_meaning_its_branch(newest: Runner, alembic: Callable[..., str], tmp_path: Path) -> None:
    new = written(tmp_path, LABELLED)
    ids = chained(new)
    with newest.server.scratch() as database:
        alembic(new, database, "upgrade", "shop@head")
        assert "after" in alembic(new, database, "current")
        alembic(new, database, "downgrade", "shop@base0")
        alembic(new, database, "upgrade", "shop")
        assert "risky" in alembic(new, database, "current")
        said = {name: alembic(new, database, name) for name in ("heads", "branches", "history")}
    assert [f"{h} ({label}) (head)" in said["heads"] for h, label in (("after", "shop"), ("other", "blog"))] == [
        True,
        True,
    ]
    assert f"-> {ids[0]} (shop)" in said["branches"]
    assert all(f"{one} -> {two} (shop)" in said["history"] for one, two in pairwise(ids))


def test_the_first_step_takes_over_what_must_run_before(tmp_path: Path) -> None:
    texts = {}
    for name, graph in (("dependent", DEPENDENT), ("merging", MERGING)):
        place = written(tmp_path / name, graph)
        ids = chained(place)
        texts[name] = [(place / "migrations" / "versions").glob(f"{ids[0]}_*.py").__next__().read_text(), *ids]
    assert "depends_on: Union[str, Sequence[str], None] = 'tags0'" in texts["dependent"][0]
    assert "= ('left0', 'right')" in texts["merging"][0]
    original = (tmp_path / "dependent" / "migrations" / "versions" / "risky.py").read_text()
    assert f"down_revision = '{texts['dependent'][-2]}'\nbranch_labels = None\ndepends_on = None" in original


def test_no_lock_of_the_chain_is_held_into_what_follows(
    newest: Runner, alembic: Callable[..., str], tmp_path: Path
) -> None:
    """In one upgrade run, one transaction: the next revision looks which locks are still held."""
    probe = (
        '    held = op.get_bind().execute(sa.text("SELECT mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"\n'
        "        \" WHERE pid = pg_backend_pid() AND c.relname IN ('users', 'tags')\")).scalars().all()\n"
        "    assert held == [], held",
        "    pass",
    )
    graph: Graph = {
        "base0": (USERS, None, None, None),
        "tags0": (TAGS, "base0", None, None),
        "risky": (LINKED, "tags0", None, None),
        "probe": (probe, "risky", None, None),
    }
    new = written(tmp_path, graph)
    chained(new)
    with newest.server.scratch() as database:
        alembic(new, database, "upgrade", "tags0")
        alembic(new, database, "upgrade", "head")


def test_two_phases_go_to_two_branches(newest: Runner, alembic: Callable[..., str], tmp_path: Path) -> None:
    """`phase-split`: what may run before the release on one branch, what must wait on the other."""
    graph: Graph = {
        "base0": (USERS, None, None, None),
        "risky": (FILLED, "base0", None, None),
        "after": (AFTER, "risky", None, None),
        "again": (FILLED_AGAIN, "after", None, None),
    }
    old, new = written(tmp_path / "old", graph), written(tmp_path / "new", graph)
    (new / "migfix.toml").write_text('layout = "split"\nphase-split = ["expand", "contract"]\n')
    chained(new)
    chained(new, "again")
    with newest.server.scratch() as database:
        alembic(old, database, "upgrade", "head")
        wanted = dump_schema(newest.server, database)
        alembic(new, database, "upgrade", "heads")
        assert dump_schema(newest.server, database) == wanted
    with newest.server.scratch() as database:
        alembic(new, database, "upgrade", "expand@head")
        assert "tier2" in dump_schema(newest.server, database)
        assert "NOT NULL" not in dump_schema(newest.server, database).split("tier2")[1].split("\n")[0]
        alembic(new, database, "upgrade", "contract@head")
        assert dump_schema(newest.server, database) == wanted
        alembic(new, database, "downgrade", "base")
        alembic(new, database, "upgrade", "heads")
        assert dump_schema(newest.server, database) == wanted
