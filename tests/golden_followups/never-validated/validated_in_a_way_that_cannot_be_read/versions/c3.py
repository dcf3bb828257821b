"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def _unvalidated(table: str) -> list[str]:
    query = sa.text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:t AS regclass) AND NOT convalidated")
    return [row[0] for row in op.get_bind().execute(query, {"t": table})]


def upgrade() -> None:
    for name in _unvalidated("orders"):
        op.execute(f"ALTER TABLE orders VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    pass
