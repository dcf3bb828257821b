"""finish what earlier revisions left

Revision ID: 2758b1299d42
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '2758b1299d42'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _has_valid_index(name: str) -> bool:
    """Whether the index is there and its build was finished; offline, and elsewhere, nothing is asked."""
    if op.get_context().as_sql or op.get_context().dialect.name != "postgresql":
        return False
    valid = "SELECT indisvalid AND indisready FROM pg_index"
    found = sa.text(f"{valid} WHERE indexrelid = to_regclass(CAST(:name AS text))")
    return op.get_bind().execute(found, {"name": name}).scalar() is True


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added fk_Orders_user NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE shop.orders VALIDATE CONSTRAINT "fk_Orders_user"')

    # b2 added ck_Users_Name_filled and went no further: validate it, let it prove NOT NULL, drop it.
    op.drop_constraint(op.f("ck_Users_Name_filled"), "Users", schema="shop", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_Users_Name_filled"), "Users", sa.text('"Name" IS NOT NULL'), schema="shop", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE shop."Users" VALIDATE CONSTRAINT "ck_Users_Name_filled"')
        op.alter_column("Users", "Name", schema="shop", existing_type=sa.String(20), nullable=False)
        op.drop_constraint(op.f("ck_Users_Name_filled"), "Users", schema="shop", type_="check", if_exists=True)

    # b2 built ix_Users_Name IF NOT EXISTS, which accepts what an interrupted build left.
    if not _has_valid_index('shop."ix_Users_Name"'):
        with op.get_context().autocommit_block():
            op.drop_index(
                "ix_Users_Name", table_name="Users", schema="shop", if_exists=True, postgresql_concurrently=True
            )
            op.create_index("ix_Users_Name", "Users", ["Name"], schema="shop", postgresql_concurrently=True)

    # b2 made the foreign key shop.orders(user) without an index: each DELETE of a parent row reads the whole table.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_shop_orders_user"),
            table_name="orders",
            schema="shop",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(op.f("ix_shop_orders_user"), "orders", ["user"], schema="shop", postgresql_concurrently=True)


def downgrade() -> None:
    """Downgrade schema."""
    # ix_Users_Name was there before this revision: it stays.

    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_shop_orders_user"),
            table_name="orders",
            schema="shop",
            if_exists=True,
            postgresql_concurrently=True,
        )

    # As b2 left it.
    op.drop_constraint(op.f("ck_Users_Name_filled"), "Users", schema="shop", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_Users_Name_filled"), "Users", sa.text('"Name" IS NOT NULL'), schema="shop", postgresql_not_valid=True
    )
    op.alter_column("Users", "Name", schema="shop", existing_type=sa.String(20), nullable=True)

    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("fk_Orders_user"), "orders", schema="shop", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("fk_Orders_user"),
        "orders",
        "Users",
        ["user"],
        ["id"],
        source_schema="shop",
        referent_schema="shop",
        postgresql_not_valid=True,
    )
