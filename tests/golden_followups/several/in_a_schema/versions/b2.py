"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_Orders_user", "orders", "Users", ["user"], ["id"], source_schema="shop", referent_schema="shop", postgresql_not_valid=True)
    op.create_check_constraint("ck_Users_Name_filled", "Users", sa.text('"Name" IS NOT NULL'), schema="shop", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.create_index("ix_Users_Name", "Users", ["Name"], schema="shop", if_not_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_Users_Name", table_name="Users", schema="shop")
    op.drop_constraint("ck_Users_Name_filled", "Users", schema="shop", type_="check")
    op.drop_constraint("fk_Orders_user", "orders", schema="shop", type_="foreignkey")
