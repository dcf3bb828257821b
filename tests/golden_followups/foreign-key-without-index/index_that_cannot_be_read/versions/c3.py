"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def _columns() -> list[str]:
    return [row[0] for row in op.get_bind().execute(sa.text("SELECT name FROM wanted_indexes"))]


def upgrade() -> None:
    for column in _columns():
        op.execute(f"CREATE INDEX ON orders ({column})")


def downgrade() -> None:
    pass
