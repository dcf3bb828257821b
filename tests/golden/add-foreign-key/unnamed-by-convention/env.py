import os

from alembic import context
from sqlalchemy import MetaData, create_engine, pool

target_metadata = MetaData(
    naming_convention={
        "ix": "idx_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

url = os.environ.get("DATABASE_URL", "postgresql://")
if context.is_offline_mode():
    context.configure(
        url=url,
        target_metadata=target_metadata,
        literal_binds=True,
        transaction_per_migration=bool(os.environ.get("PER_MIGRATION")),
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            transaction_per_migration=bool(os.environ.get("PER_MIGRATION")),
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
