"""keep batched by hand"""

import sqlalchemy as sa
from alembic import op

revision = "b93e0fbc42eb"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    with op.get_context().autocommit_block():
        low, high = bind.execute(sa.text("SELECT min(id), max(id) FROM orders")).one()
        while low is not None and low <= high:
            bind.execute(
                sa.text("UPDATE orders SET status = 'new' WHERE id BETWEEN :low AND :upto AND status IS NULL"),
                {"low": low, "upto": low + 999},
            )
            low += 1000


def downgrade():
    pass
