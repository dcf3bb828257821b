"""add what was skipped

Revision ID: d774c29f1b25
Revises: e5
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'd774c29f1b25'
down_revision: Union[str, Sequence[str], None] = 'e5'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _has_valid_index(name: str) -> bool:
    """Whether the index is there and its build was finished; offline, and elsewhere, nothing is asked."""
    if op.get_context().as_sql or op.get_context().dialect.name != "postgresql":
        return False
    valid = "SELECT indisvalid AND indisready FROM pg_index"
    found = sa.text(f"{valid} WHERE indexrelid = to_regclass(CAST(:name AS text))")
    return op.get_bind().execute(found, {"name": name}).scalar() is True


def upgrade() -> None:
    """Upgrade schema."""
    # c3 skipped what follows where logs was not there yet.
    op.add_column("logs", sa.Column("scenario_id", sa.Integer(), nullable=True), if_not_exists=True)
    if not _has_valid_index("ix_logs_scenario_id"):
        with op.get_context().autocommit_block():
            op.drop_index(
                "ix_logs_scenario_id",
                table_name="logs",
                if_exists=True,
                postgresql_concurrently=True,
            )
            op.create_index(
                "ix_logs_scenario_id", "logs", ["scenario_id"], postgresql_concurrently=True
            )

    # d4 skipped what follows where logs was not there yet.
    op.add_column(
        "logs", sa.Column("task_id", sa.String(length=64), nullable=True), if_not_exists=True
    )
    op.add_column(
        "logs",
        sa.Column("status", sa.String(length=20), nullable=False, server_default="queued"),
        if_not_exists=True,
    )
    op.add_column("logs", sa.Column("account_id", sa.Integer(), nullable=True), if_not_exists=True)
    op.drop_constraint(op.f("logs_account_id_fkey"), "logs", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("logs_account_id_fkey"),
        "logs",
        "accounts",
        ["account_id"],
        ["id"],
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE logs VALIDATE CONSTRAINT logs_account_id_fkey")
    if not _has_valid_index("ix_logs_task_id"):
        with op.get_context().autocommit_block():
            op.drop_index(
                "ix_logs_task_id", table_name="logs", if_exists=True, postgresql_concurrently=True
            )
            op.create_index(
                "ix_logs_task_id", "logs", ["task_id"], unique=True, postgresql_concurrently=True
            )


def downgrade() -> None:
    """Downgrade schema."""
    # d4 takes away what it meant to make; where it was before, it must stay.

    # c3 takes away what it meant to make; where it was before, it must stay.
    pass
