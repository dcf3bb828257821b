"""A graph that Alembic would refuse: one clear line at each place, and the other files are served."""

from __future__ import annotations

from pathlib import Path

from migfix.config import read_configuration
from migfix.engine import examine
from migfix.read.project import find_project
from migfix.read.workspace import load_workspace

RISKY = """
from alembic import op
revision = {revision!r}
down_revision = {down!r}


def upgrade():
    op.create_index("ix_{name}", "users", ["{name}"])
"""


def _reasons(place: Path, **revisions: tuple[str, object]) -> tuple[list[tuple[str, int, str]], list[str]]:
    (place / "versions").mkdir()
    (place / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    for name, (revision, down) in revisions.items():
        text = RISKY.format(revision=revision, down=down, name=name)
        (place / "versions" / f"{name}.py").write_text(text)
    layout = find_project(place, config=place / "alembic.ini")
    report = examine(load_workspace(layout, read_configuration(place, environ={})))
    unread = [(Path(path).name, u.span.line, u.reason) for path, u in report.unread]
    return unread, [f.subject for f in report.findings if f.code == "MF201"]


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    unread, found = _reasons(tmp_path, one=("a", None), two=("b", "gone"))
    assert unread == [("two.py", 4, "its down_revision names 'gone', which is no revision of this project")]
    assert found == ["ix_one", "ix_two"]


def test_a_cycle_is_named(tmp_path: Path) -> None:
    unread, found = _reasons(tmp_path, one=("a", "b"), two=("b", "a"), three=("c", None))
    assert unread == [
        ("one.py", 4, "it comes before itself in the graph, through b"),
        ("two.py", 4, "it comes before itself in the graph, through a"),
    ]
    assert found == ["ix_one", "ix_three", "ix_two"]


def test_a_duplicate_id_is_named_in_both_files(tmp_path: Path) -> None:
    unread, _ = _reasons(tmp_path, one=("a", None), two=("a", None))
    reason = "another file has the revision id 'a' too"
    assert unread == [("one.py", 3, reason), ("two.py", 3, reason)]
