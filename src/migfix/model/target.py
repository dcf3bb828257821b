"""What a migration will meet: databases, versions, the project's env.py, and the user's choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from migfix.model.maybe import UNKNOWN, Maybe
from migfix.model.record import record


@record
class Target:
    """`pg_version` is the oldest PostgreSQL major in use; `alembic` the project's Alembic, as (major, minor)."""

    dialects: frozenset[str] = frozenset({"postgresql"})
    pg_version: int = 14
    alembic: tuple[int, int] = (1, 16)

    @property
    def postgresql_only(self) -> bool:
        return self.dialects == frozenset({"postgresql"})


@record
class EnvProblem:
    """One thing in env.py that makes good output fail: a code of the MF9 family, where, why, and what to change.

    `line` counts from 1; `patch` shows changed lines of env.py marked - and +, in the file's own names.
    """

    code: str
    line: int
    message: str
    patch: str | None = None


@record
class EnvFacts:
    """What the project's env.py lets a revision do, read without running it.

    autocommit      False: `autocommit_block()` would raise or lose work there; `why` says why, `patch` what to change.
    per_migration   `transaction_per_migration=True` is set.
    timeouts        names of timeouts that env.py, the URL or the ini set ("lock_timeout", "statement_timeout").
    naming          the metadata's naming convention where it can be read; empty when it has none.
    batch           `render_as_batch=True` is set.
    session         timeouts that a SET statement gives the session, with the literal value: RESET would undo them.
    problems        all that is wrong with env.py, by line.
    """

    path: str | None = None
    autocommit: Maybe[bool] = True
    why: str | None = None
    patch: str | None = None
    per_migration: Maybe[bool] = False
    timeouts: frozenset[str] = frozenset()
    naming: Maybe[Mapping[str, str]] = UNKNOWN
    batch: Maybe[bool] = False
    session: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[EnvProblem, ...] = ()


@record
class Settings:
    """The user's choices that decide what is risky and what the rewrite looks like; names as in `[tool.migfix]`.

    batch_size is in rows. lock_timeout is a PostgreSQL interval ("2s"). Tables are spelled "schema.table" or "table".
    values maps "table.column" to the SQL expression the user gave, wheres likewise to a predicate.
    """

    target: Target = field(default_factory=Target)
    batch_size: int = 5000
    lock_timeout: str | None = None
    small_tables: frozenset[str] = frozenset()
    soft_delete_columns: tuple[str, ...] = ("deleted_at",)
    values: Mapping[str, str] = field(default_factory=dict)
    wheres: Mapping[str, str] = field(default_factory=dict)
