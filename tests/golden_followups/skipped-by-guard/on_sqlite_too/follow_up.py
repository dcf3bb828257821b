"""add what c3 skipped

Revision ID: 6ff97e7d66e9
Revises: e5
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '6ff97e7d66e9'
down_revision: Union[str, Sequence[str], None] = 'e5'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _has_column(table: str, column: str, schema=None) -> bool:
    """Whether an interrupted run has committed the column; offline nothing can be asked."""
    if op.get_context().as_sql:
        return False
    return column in [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table, schema=schema)]


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
    if not _has_column("logs", "scenario_id"):
        op.add_column("logs", sa.Column("scenario_id", sa.Integer(), nullable=True))
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


def downgrade() -> None:
    """Downgrade schema."""
    # c3 takes away what it meant to make; where it was before, it must stay.
    pass
