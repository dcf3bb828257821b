"""in one string

Revision ID: 1e8c29dcaa9b
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1e8c29dcaa9b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE users ADD CONSTRAINT fk_users_team FOREIGN KEY (team_id) REFERENCES teams (id) NOT VALID;
        ALTER TABLE users VALIDATE CONSTRAINT fk_users_team;
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE users DROP CONSTRAINT fk_users_team")
