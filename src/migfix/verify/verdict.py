"""What `verify` found out about one revision, and the judgement by facts: milliseconds are shown, they decide only stalls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from migfix.verify.results import MEASURABLE_MS, Measured

Compared = Literal["identical", "as chosen", "different", "not compared"]
"""As chosen: different where the user picked a plan that changes the end, and nowhere else."""
DEADLOCK = "40P01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """Why a migration fails on rows: the statement, the server's error, and rows that cause it.

    sqlstate   PostgreSQL's error code (documentation, appendix A).
    headings, rows   up to five offending rows as text; empty for errors that no row causes.
    columns    the columns to blame for a NULL or a duplicate.
    total      how many there are: keys that repeat, or rows; None when it is not known.
    advice     what helps, in a sentence; "" when that is not known.
    """

    statement: str
    sqlstate: str
    error: str
    table: str = ""
    columns: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: int | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One revision, original and rewritten.

    path         the revision's file as the user would write it.
    rows         rows by table before the migration ran.
    rewritten    None when there was nothing to compare the original with.
    offence, rewritten_offence   why that form fails on these rows, or on others that have NULLs and duplicates.
    clean        columns that were filled without NULLs and duplicates, for both forms fail on such.
    cures        what the rewrite does about it, and what to look at first.
    failures     what speaks against the rewritten form (without one: against the original); empty: proven.
    crashes      whether every crash was tried.
    max_stall    seconds that a request may wait for a lock of the migration.
    seconds      the whole proof took so long.
    """

    revision: str
    path: str
    server: str
    original: Measured
    rewritten: Measured | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    schema: Compared = "not compared"
    data: Compared = "not compared"
    offence: Offence | None = None
    rewritten_offence: Offence | None = None
    clean: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    crashes: bool = False
    max_stall: float = 1.0
    seconds: float = 0.0

    @property
    def proven(self) -> bool:
        return not self.failures


def stalls(measured: Measured, *, who: str, max_stall: float) -> tuple[str, ...]:
    """What a measured run itself has against it: stalls over the limit, and deadlocks."""
    found = []
    traffic = measured.traffic
    if traffic is not None and traffic.longest_stall_ms > max_stall * 1000 + MEASURABLE_MS:
        longest = traffic.longest_stall_ms / 1000
        held = max(measured.longest_read_block_s, measured.longest_write_block_s)
        queue = "; it waits in a queue for the lock, which a lock_timeout would bound" if held < longest / 2 else ""
        found.append(f"{who} stalls a request for {longest:.1f} s (--max-stall allows {max_stall:g} s){queue}")
    errors = traffic.errors if traffic is not None else ()
    if any(error.sqlstate == DEADLOCK for error in errors) or measured.sqlstate == DEADLOCK:
        found.append(f"{who} runs into a deadlock with traffic ({DEADLOCK})")
    return tuple(found)
