"""Scaffolds a rule: its file, and a golden folder with one case that it finds and one that it must leave alone.

    python tools/new_rule.py NAME CODE [OP]      e.g. drop-schema MF709 DropTable

The rule works at once: it finds every OP and advises. What is left is to make it say the truth.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from migfix.rules.api import rules

ROOT = Path(__file__).resolve().parent.parent

SPELLED = {
    "AddColumn": 'op.add_column("users", sa.Column("note", sa.Text(), nullable=True))',
    "AlterColumn": 'op.alter_column("users", "team", existing_type=sa.String(50), type_=sa.Text())',
    "CreateIndex": 'op.create_index("ix_users_team", "users", ["team"])',
    "DropColumn": 'op.drop_column("users", "team")',
    "DropTable": 'op.drop_table("users")',
    "RenameTable": 'op.rename_table("users", "people")',
}
"""Ops that a scaffold can be about, each on the table that SETUP makes."""

RULE = '''\
"""{Words} takes a lock that deserves a sentence here: this line is the rule's summary.

Say the harm: which lock, what waits for it and for how long, since which version, and where that was measured.

Say the cure, what it assumes about the data, and when the rule stays silent. This docstring is the rule's page.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.facts import blocked_by, effect
from migfix.model import ops
from migfix.model.context import Context
from migfix.model.revision import Placed
from migfix.plan import Risk
from migfix.rules.api import rule


@rule("{code}", ops.{op})
def harms(op: ops.{op}, at: Placed, ctx: Context) -> Iterator[Risk]:
    lock = effect(op, ctx.target).lock
    yield Risk(
        message=f"harms {{op.table}} in a way that is said here first; then comes the cure",
        subject=str(op.table),
        lock=lock,
        blocks=blocked_by(lock),
        why_not="no rewrite is known; the message says what to do",
    )
'''

SETUP = '''\
"""Users."""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team", sa.String(50), nullable=True),
    )


def downgrade():
    op.drop_table("users")
'''

BEFORE = '''\
"""{words}"""

import sqlalchemy as sa
from alembic import op

revision = "4f1c0d2b7a9e"
down_revision = "base"


def upgrade():
{body}


def downgrade():
    pass
'''
ROWS = "INSERT INTO users (id, team) SELECT i, 'team ' || i % 7 FROM generate_series(1, 50) i;\n"


def complaint(name: str, code: str, op: str) -> str | None:
    """What is wrong with the arguments."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        return f'the name must be like drop-schema, not "{name}" (make new-rule NAME=drop-schema CODE=MF709)'
    if not re.fullmatch(r"MF[0-9]{3}", code):
        return f'the code must be MF and three digits, not "{code}" (the families are in CONTRIBUTING.md)'
    if op not in SPELLED:
        return f"no scaffold for {op}; there are: {', '.join(SPELLED)}"
    taken = [rule for rule in rules() if code == rule.code or name == rule.name]
    return f"{taken[0].code} {taken[0].name} exists; a code is never used twice" if taken else None


def files(name: str, code: str, op: str) -> dict[Path, str]:
    """Everything to write."""
    words = name.replace("-", " ")
    golden = ROOT / "tests" / "golden" / name
    kept = f'    if op.get_bind().dialect.name == "sqlite":\n        {SPELLED[op]}'
    found = {ROOT / "src" / "migfix" / "rules" / f"{name.replace('-', '_')}.py": RULE}
    texts = {path: text.format(Words=words.capitalize(), code=code, op=op) for path, text in found.items()}
    for case, body in (("first", f"    {SPELLED[op]}"), ("keep-sqlite-branch", kept)):
        texts[golden / case / "setup.py"] = SETUP
        texts[golden / case / "before.py"] = BEFORE.format(words=f"{words}: {case}", body=body)
        texts[golden / case / "rows.sql"] = ROWS
    texts[golden / "keep-sqlite-branch" / "case.toml"] = '[config]\ndialects = ["postgresql", "sqlite"]\n'
    return texts


def main(name: str, code: str, op: str = "DropTable") -> int:
    """Write the files; 2 when the arguments are wrong or a file is there already."""
    wrong = complaint(name, code, op)
    texts = {} if wrong else files(name, code, op)
    for path in texts:
        if path.exists():
            wrong = f"{path.relative_to(ROOT)} exists"
    if wrong:
        print(f"new-rule: {wrong}", file=sys.stderr)
        return 2
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path.relative_to(ROOT))
    print(f"\nNext: pytest tests/test_golden.py -k {name} --snapshot-update, and read findings.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(argument for argument in sys.argv[1:4] if argument)))
