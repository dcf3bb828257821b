"""documents"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = 'base'
down_revision = None


def upgrade():
    op.create_table('documents',
        sa.Column('id', postgresql.UUID(as_uuid=True), server_default=sa.text('gen_random_uuid()'), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('body', sa.Text(), nullable=True),
        sa.Column('words', sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
    )
    op.create_table('document_tags',
        sa.Column('document_id', postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column('tag', sa.String(length=50), nullable=False),
        sa.Column('weight', sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint('document_id', 'tag', name=op.f('pk_document_tags')),
    )
    op.create_table('document_views',
        sa.Column('document_id', postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(), nullable=True),
        sa.Column('source', sa.String(length=20), nullable=True),
    )


def downgrade():
    op.drop_table('document_views')
    op.drop_table('document_tags')
    op.drop_table('documents')
