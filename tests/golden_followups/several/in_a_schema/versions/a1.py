"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA shop")
    op.create_table("Users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("Name", sa.String(20), nullable=True), schema="shop")
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user", sa.Integer(), nullable=True), schema="shop")


def downgrade() -> None:
    op.drop_table("orders", schema="shop")
    op.drop_table("Users", schema="shop")
    op.execute("DROP SCHEMA shop")
