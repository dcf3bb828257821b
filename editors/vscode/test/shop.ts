// The project of the tests: a table, then a revision with risky operations after text that is not ASCII.

export const FIRST = `"""the tables"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("users")
`;

export const SECOND = `"""ein Index für Straßen 🛣"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade() -> None:
    """größer 🛣"""; op.create_index("ix_users_email", "users", ["email"])
    op.create_index("ix_users_name", "users", ["name"])  # für die Suche
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "tier")
    op.drop_index("ix_users_name")
    op.drop_index("ix_users_email")
`;
