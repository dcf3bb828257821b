"""What a run of Alembic reports, put together: statements with their transactions, times and fate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

KILLED = 137


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement as it reached the driver, Alembic's own included.

    number      counted from 1 over the whole run.
    transaction statements with the same number committed together (an autocommitted one has a number of its own).
    committed   that transaction did commit.
    started     on the monotonic clock of this machine, in seconds.
    seconds     from just before to just after execution.
    scanned, changed, added   rows by relation (oid), when traced: read by sequential scan, updated or deleted, inserted.
    rewritten   relations (oid) that got a new file, when traced.
    wal_bytes   write-ahead log that the server wrote meanwhile, when traced.
    """

    number: int
    sql: str
    parameters: str
    autocommit: bool
    transaction: int
    committed: bool = False
    finished: bool = False
    error: str | None = None
    sqlstate: str = ""
    started: float = 0.0
    seconds: float = 0.0
    scanned: Mapping[int, int] = field(default_factory=dict)
    changed: Mapping[int, int] = field(default_factory=dict)
    added: Mapping[int, int] = field(default_factory=dict)
    rewritten: tuple[int, ...] = ()
    wal_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one run: exit code (137: killed as ordered), statements, and the project's own output.

    began, ended   first connection and end of the process, on the monotonic clock of this machine, in seconds.
    borders        when each transaction was told to commit or roll back, by its number, on the same clock.
    """

    code: int
    statements: tuple[Statement, ...]
    out: str
    err: str
    refused: str | None = None
    began: float = 0.0
    ended: float = 0.0
    borders: Mapping[int, float] = field(default_factory=dict)

    @property
    def killed(self) -> bool:
        return self.code == KILLED

    @property
    def complaint(self) -> str:
        """The last lines of what went wrong, in the project's or the server's words."""
        failed = [f"{s.error}\n  in: {s.sql.strip()}" for s in self.statements if s.error]
        return self.refused or "\n".join(failed[-1:]) or "\n".join((self.err or self.out).strip().splitlines()[-6:])


class Log:
    """Turns answers into statements with transaction borders."""

    def __init__(self) -> None:
        self.pid = 0
        self.code: int | None = None
        self.refused: str | None = None
        self.transaction = 1
        self.began = 0.0
        self.ended = 0.0
        self.borders: dict[int, float] = {}
        self._statements: list[Statement] = []
        self._committed: set[int] = set()

    def add(self, answer: Mapping[str, Any]) -> Statement | None:
        """Take one answer in; the statement if it was about one."""
        self.ended = answer["at"]
        match answer["event"]:
            case "connect":
                self.pid = answer["pid"]
                self.began = self.began or self.ended
            case "refused":
                self.refused = answer["why"]
            case "exit":
                self.code = answer["code"]
            case "commit" | "rollback":
                self._border(committed=answer["event"] == "commit")
            case "before":
                self._statements.append(_begun(answer, self.transaction))
                return self._statements[-1]
            case "after" | "failed":
                self._statements[-1] = _ended(self._statements[-1], answer)
                if self._statements[-1].autocommit:
                    self._border(committed=answer["event"] == "after")
                return self._statements[-1] if answer["event"] == "after" else None
        return None

    def error_of(self, sqlstate: str) -> str | None:
        """The first error of that kind."""
        return next((s.error for s in self._statements if s.error and s.sqlstate == sqlstate), None)

    def run(self, *, out: str, err: str) -> Run:
        """The whole, with the fate of all transactions known."""
        assert self.code is not None
        return Run(
            code=self.code,
            statements=tuple(_with_fate(statement, self._committed) for statement in self._statements),
            out=out,
            err=err,
            refused=self.refused,
            began=self.began or self.ended,
            ended=self.ended,
            borders=self.borders,
        )

    def _border(self, *, committed: bool) -> None:
        if committed:
            self._committed.add(self.transaction)
        self.borders[self.transaction] = self.ended
        self.transaction += 1


def _begun(answer: Mapping[str, Any], transaction: int) -> Statement:
    return Statement(
        number=answer["n"],
        sql=answer["sql"],
        parameters=answer["parameters"],
        autocommit=answer["autocommit"],
        transaction=transaction,
        started=answer["at"],
    )


def _ended(statement: Statement, answer: Mapping[str, Any]) -> Statement:
    if answer["event"] == "failed":
        said, seconds = f"{answer['kind']}: {answer['error']}", answer["at"] - statement.started
        return replace(statement, error=said, sqlstate=answer["sqlstate"], seconds=seconds)
    counts = {name: _by_oid(answer.get(name, {})) for name in ("scanned", "changed", "added")}
    rewritten: Sequence[int] = answer.get("rewritten", ())
    return replace(
        statement,
        finished=True,
        seconds=answer["seconds"],
        scanned=counts["scanned"],
        changed=counts["changed"],
        added=counts["added"],
        rewritten=tuple(rewritten),
        wal_bytes=answer.get("wal_bytes", 0),
    )


def _by_oid(counts: Mapping[str, int]) -> dict[int, int]:
    return {int(oid): rows for oid, rows in counts.items()}


def _with_fate(statement: Statement, committed: set[int]) -> Statement:
    return replace(statement, committed=statement.transaction in committed)
