"""customers and orders"""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_index("ix_customers_name", "customers", ["name"])
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id", name="orders_customer_id_fkey")),
        sa.Column("status", sa.String(20)),
        sa.Column("total", sa.Numeric(12, 2)),
        sa.Column("note", sa.Text()),
        sa.UniqueConstraint("number", name="uq_orders_number"),
    )
    op.create_index("ix_orders_status", "orders", ["status"])


def downgrade():
    op.drop_table("orders")
    op.drop_table("customers")
