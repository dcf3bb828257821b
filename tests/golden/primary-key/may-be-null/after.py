"""may be null

Revision ID: ea64c514913c
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "ea64c514913c"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the
    # table.
    op.drop_constraint(op.f('ck_tags_tag_filled'), 'tags', type_='check', if_exists=True)
    op.create_check_constraint(
        op.f('ck_tags_tag_filled'), 'tags', 'tag IS NOT NULL', postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE tags VALIDATE CONSTRAINT ck_tags_tag_filled')
        op.alter_column('tags', 'tag', nullable=False)
        op.drop_constraint(op.f('ck_tags_tag_filled'), 'tags', type_='check')

        # Build the index without blocking writes, then turn it into the constraint.
        op.drop_constraint(op.f('tags_pkey'), 'tags', type_='primary', if_exists=True)
        op.drop_index(
            op.f('tags_pkey'), table_name='tags', if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            op.f('tags_pkey'), 'tags', ['post_id', 'tag'], unique=True, postgresql_concurrently=True
        )
        op.execute('ALTER TABLE tags ADD CONSTRAINT tags_pkey PRIMARY KEY USING INDEX tags_pkey')


def downgrade():
    op.drop_constraint('tags_pkey', 'tags', type_='primary')
    op.alter_column('tags', 'tag', existing_type=sa.String(length=40), nullable=True)
