"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.CheckConstraint("email IS NOT NULL", name="ck_users_email"),
    )


def downgrade() -> None:
    op.drop_table("users")
