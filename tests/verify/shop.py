"""A small project to verify: two tables, then one revision with the body that a test gives it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from migfix.verify import Server
from migfix.verify.case import Case, Options
from migfix.verify.session import Session
from migfix.verify.verdict import Verdict

SHARED = ExitStack()
"""What all tests of this process use; closed by conftest.py."""

INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = postgresql+psycopg://\n"
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section, {}), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
TABLES = """\
op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("email", sa.String(200), nullable=False), sa.Column("name", sa.String(100)))
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user_id", sa.Integer()),
                    sa.Column("amount", sa.Integer()))
    op.execute("ALTER TABLE orders ADD CONSTRAINT fk_u FOREIGN KEY (id) REFERENCES users (id) NOT VALID")"""
COLUMN = 'op.add_column("users", sa.Column("tier", sa.Text()))'
REVISION = """\
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = {parent!r}


def upgrade():
    {body}


def downgrade():
    {back}
"""


class Shop:
    """The project in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root / "shop"
        self.versions = self.root / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        (self.root / "alembic.ini").write_text(INI)
        (self.root / "migrations" / "env.py").write_text(ENV)
        self.write("a1", None, TABLES, name="a1.py")
        self._count = 0

    def write(
        self, revision: str, parent: str | tuple[str, ...] | None, body: str, *, name: str, back: str = "pass"
    ) -> Path:
        path = self.versions / name
        path.write_text(REVISION.format(revision=revision, parent=parent, body=body, back=back))
        return path

    def case(
        self, body: str, *, rewritten: Sequence[str] = (), back: str = "pass", rewritten_back: str = "pass"
    ) -> Case:
        """One more revision on `a1`; `rewritten` is its other body."""
        self._count += 1
        revision = f"b{self._count}"
        path = self.write(revision, "a1", body, name=f"{revision}.py", back=back)
        text = REVISION.format(revision=revision, parent="a1", body="\n    ".join(rewritten), back=rewritten_back)
        return Case(
            project=self.root,
            revision=revision,
            parent="a1",
            path=f"migrations/versions/{path.name}",
            files={path: text.encode()} if rewritten else {},
        )

    @staticmethod
    def concurrently(name: str, column: str, *, unique: bool = False) -> list[str]:
        """The safe way to build an index."""
        return [
            "with op.get_context().autocommit_block():",
            f'    op.drop_index("{name}", "users", if_exists=True, postgresql_concurrently=True)',
            f'    op.create_index("{name}", "users", ["{column}"], unique={unique}, postgresql_concurrently=True)',
        ]


def verified(case: Case, options: Options) -> Verdict:
    """The verdict, on one server for all tests."""
    session = _session()
    session.options = options
    session.runner.environment = dict(options.environment)
    return session.verify(case)


@cache
def _session() -> Session:
    return SHARED.enter_context(Session(Server(), Options()))
