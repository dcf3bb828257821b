"""What to verify, and how: a revision in its project, rows, limits."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROWS, QUICK_ROWS = 200_000, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A revision to verify.

    project     the folder that Alembic runs in; `arguments` stand before `upgrade` (`-c FILE`, `-n SECTION`).
    parent      the revision before it, or "base"; of a merge any of them: a downgrade to one leaves the others too.
    requires    all that must have run before, where that is more than the parent: a merge's parents, dependencies.
    path        its file as the user would write it.
    files       the rewritten form: new content by absolute path; empty when there is nothing to compare with.
    later       SQL that a later release runs before the rewritten form's schema is the original's.
    cures       what the rewrite does, and what to look at first, in words.
    accepted    lines in which the end schemas differ on purpose; `differs` names objects whose definition may.
    """

    project: Path
    revision: str
    parent: str
    path: str
    files: Mapping[Path, bytes] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    later: str = ""
    accepted: str = ""
    differs: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to verify.

    rows, per_table   rows per table, and for tables that need another number.
    seed_sql          the user's own rows instead of synthesised ones.
    schema            a `pg_dump` that takes the place of the earlier migrations.
    long_reader       seconds for which a transaction that has read is left open when the migration starts; 0: none.
    max_stall         seconds that a request may wait for a lock of the migration.
    timeout           seconds for everything; None: no limit.
    environment       variables for the project's env.py; `{url}` becomes the address of the throw-away database.
    database          one of the server's: a copy of it, rows included, is what the revision meets. It is only read.
    batch             rows that the rewritten form may change in one transaction.
    """

    rows: int = ROWS
    per_table: Mapping[str, int] = field(default_factory=dict)
    seed_sql: str = ""
    schema: Path | None = None
    traffic: bool = True
    long_reader: float = 0.0
    crash: bool = False
    max_stall: float = 1.0
    timeout: float | None = None
    batch: int = 5000
    seed: int = 1
    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=dict)
    database: str = ""
