"""billing schema"""
import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade():
    op.execute("CREATE SCHEMA billing")
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2)),
        sa.Column("paid", sa.Boolean),
        schema="billing",
    )
    op.create_index("ix_invoices_paid", "invoices", ["paid"], schema="billing")


def downgrade():
    op.drop_table("invoices", schema="billing")
    op.execute("DROP SCHEMA billing")
