"""Rewrites risky Alembic migrations into safe multi-step forms, and proves it."""

__version__ = "0.1.0"
