"""computed value

Revision ID: 2f4dbee0046d
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "2f4dbee0046d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Add the column nullable: a change of the catalogue only.
    op.add_column(
        'users',
        sa.Column('email_norm', sa.String(length=320), nullable=True, comment='lower case'),
        if_not_exists=True,
    )

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges('users', 'id'):
            op.execute(
                sa.text(
                    'UPDATE users SET email_norm = lower(email) '
                    'WHERE id BETWEEN :low AND :high AND email_norm IS NULL'
                ).bindparams(low=low, high=high)
            )

    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table.
    op.drop_constraint(op.f('ck_users_email_norm_filled'), 'users', type_='check', if_exists=True)
    op.create_check_constraint(
        op.f('ck_users_email_norm_filled'), 'users', 'email_norm IS NOT NULL', postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_norm_filled')
        op.alter_column('users', 'email_norm', existing_type=sa.String(length=320), nullable=False)
        op.drop_constraint(op.f('ck_users_email_norm_filled'), 'users', type_='check')

        # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
        op.drop_index(
            'ix_users_email_norm', table_name='users', if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            'ix_users_email_norm', 'users', ['email_norm'], unique=False, postgresql_concurrently=True
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            'ix_users_email_norm', table_name='users', if_exists=True, postgresql_concurrently=True
        )
    op.drop_column('users', 'email_norm')


def _key_ranges(table: str, key: str, size: int = 5000):
    """Yield the first and the last key of each batch of rows; offline, one range for all."""
    if op.get_context().as_sql:
        yield -(2**63), 2**63 - 1
        return
    edges, rows = f'SELECT min({key}), max({key}) FROM', f'SELECT {key} FROM {table}'
    first = sa.text(f'{edges} ({rows} ORDER BY {key} LIMIT {size}) AS batch')
    after = sa.text(f'{edges} ({rows} WHERE {key} > :last ORDER BY {key} LIMIT {size}) AS batch')
    bind = op.get_bind()
    low, high = bind.execute(first).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(after, {'last': high}).one()
