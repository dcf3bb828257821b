"""by convention

Revision ID: 29db17c6a9df
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "29db17c6a9df"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'orders', sa.Column('invoice_no', sa.String(length=30), nullable=True), if_not_exists=True
    )

    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint(op.f('uq_orders_invoice_no'), 'orders', type_='unique', if_exists=True)
        op.drop_index(
            op.f('uq_orders_invoice_no'),
            table_name='orders',
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f('uq_orders_invoice_no'),
            'orders',
            ['invoice_no'],
            unique=True,
            postgresql_concurrently=True,
        )
        op.execute(
            'ALTER TABLE orders ADD CONSTRAINT uq_orders_invoice_no UNIQUE USING INDEX uq_orders_invoice_no'
        )


def downgrade():
    op.drop_column('orders', 'invoice_no')
