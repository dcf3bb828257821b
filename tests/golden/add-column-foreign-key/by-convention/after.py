"""by convention

Revision ID: c849901bd889
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c849901bd889"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("team_id", sa.Integer), if_not_exists=True)

    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint(
        op.f("fk_orders_team_id_teams"), "orders", type_="foreignkey", if_exists=True
    )
    op.create_foreign_key(
        op.f("fk_orders_team_id_teams"),
        "orders",
        "teams",
        ["team_id"],
        ["id"],
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_team_id_teams")


def downgrade() -> None:
    op.drop_column("orders", "team_id")
