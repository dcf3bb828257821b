"""index

Revision ID: 8d1c2a9b7d14
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "8d1c2a9b7d14"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    conn = op.get_bind()

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_users_team")
        conn.execute(
            sa.text("CREATE INDEX CONCURRENTLY ix_users_team ON users (team) WHERE team IS NOT NULL")
        )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_user")
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_user ON orders USING btree (user_id)")
    op.execute("COMMENT ON TABLE orders IS 'what people bought'")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_user")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_users_team")
