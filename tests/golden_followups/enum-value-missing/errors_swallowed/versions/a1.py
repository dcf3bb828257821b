"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TYPE mood AS ENUM ('ok', 'bad')")
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("mood", sa.Enum("ok", "bad", name="mood", create_type=False)))


def downgrade() -> None:
    op.drop_table("notes")
    op.execute("DROP TYPE mood")
