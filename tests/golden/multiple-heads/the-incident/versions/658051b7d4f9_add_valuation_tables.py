"""add valuation tables

Revision ID: 658051b7d4f9
Revises: dc2c0f69c1b1
Create Date: 2025-11-10 16:03:27.905116

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "658051b7d4f9"
down_revision = "dc2c0f69c1b1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "valuations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="GBP", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "valuation_scenarios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valuation_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("growth_rate", sa.Numeric(precision=6, scale=4), nullable=True),
        sa.ForeignKeyConstraint(["valuation_id"], ["valuations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "valuation_export_logs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valuation_id", sa.Integer(), nullable=False),
        sa.Column("export_format", sa.String(length=10), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(["requested_by"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["valuation_id"], ["valuations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_valuation_export_logs_valuation_id", "valuation_export_logs", ["valuation_id"])


def downgrade() -> None:
    op.drop_table("valuation_export_logs")
    op.drop_table("valuation_scenarios")
    op.drop_table("valuations")
