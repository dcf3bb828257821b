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
    conn.execute(sa.text("CREATE INDEX ix_users_team ON users (team) WHERE team IS NOT NULL"))
    op.execute("""
        CREATE INDEX ix_orders_user ON orders USING btree (user_id);
        COMMENT ON TABLE orders IS 'what people bought'
    """)


def downgrade():
    op.execute("DROP INDEX ix_orders_user")
    op.execute("DROP INDEX ix_users_team")
