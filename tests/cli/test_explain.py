"""`migfix explain REV`: what each statement of a revision locks, from facts alone."""

from __future__ import annotations

from cli_project import Project, Run, revision

BODY = """    op.create_table("tags", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("word", sa.Text()))
    op.create_index("ix_tags_word", "tags", ["word"])
    op.add_column("users", sa.Column("norm", sa.Text()))
    op.execute("UPDATE users SET norm = lower(email)")
    op.alter_column("users", "norm", nullable=False)
    with op.get_context().autocommit_block():
        op.create_index("ix_users_norm", "users", ["norm"], postgresql_concurrently=True)
    op.drop_column("users", "name")"""


def blocks(text: str) -> list[list[str]]:
    """The lines between two borders of transactions, without their places."""
    found: list[list[str]] = [[]]
    for line in text.splitlines()[1:]:
        if line.startswith("──"):
            found.append([])
        else:
            found[-1].append(line.split("  line ")[0].strip())
    return [block for block in found if block]


def test_locks_are_held_until_their_transaction_ends(project: Project, run: Run) -> None:
    project.add("d4_norm.py", revision("d4", "c3", BODY))
    result = run("explain", "d4")
    first, second, third = blocks(result.stdout)
    assert result.exit_code == 0
    assert "held   ACCESS EXCLUSIVE on users since 3: still blocks reads and writes" in first
    stall = "stalls others wait while it reads every row, for as long as the table is large"
    assert [line for line in first if line.startswith("stalls")] == [stall, stall]
    assert "lock   SHARE; the table is new in this revision, nobody waits" in first
    assert second[0].endswith("CREATE INDEX CONCURRENTLY ix_users_norm ON users (norm)")
    assert second[1].startswith("lock   SHARE UPDATE EXCLUSIVE on users: blocks nothing")
    assert third[0].endswith("ALTER TABLE users DROP COLUMN name")
    assert not any(line.startswith(("held", "stalls")) for line in (*second, *third))


def test_what_is_neither_rule_nor_revision_is_said(project: Project, run: Run) -> None:
    result = run("explain", "create-indx")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean MF201 (create-index)?" in result.stderr


def test_a_kind_of_leftover_has_a_page(run: Run) -> None:
    """The words that `apply --new-revision` prints can be asked about."""
    result = run("explain", "never-validated")
    assert result.exit_code == 0
    assert result.stdout.startswith("never-validated, left by applied revisions\n\nA constraint was added NOT VALID")
