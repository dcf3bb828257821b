"""Changing many rows while the table is in use: in batches by key, a commit each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.maybe import UNKNOWN, Maybe, Name, Table
from migfix.model.revision import Placed
from migfix.model.sql_text import Token, columns_in, fold, is_idempotent, tokens, volatile_functions
from migfix.plan import Gate, Step
from migfix.recipes.spelling import quoted

FILL = "Change old rows in short transactions: no row stays locked for longer than one batch."
Change = ops.Update | ops.Delete


def conjuncts(where: str) -> tuple[tuple[Token, ...], ...]:
    """The conditions that AND joins at the top level; a single one when OR stands there."""
    found = tokens(where)
    pieces: list[list[Token]] = [[]]
    depth, between = 0, False
    for token in found:
        word = fold(token.text) if token.kind == "word" and depth == 0 else ""
        depth += (token.text in ("(", "[")) - (token.text in (")", "]")) if token.kind == "punct" else 0
        if word == "or":
            return (tuple(found),)
        if word == "and" and not between:
            pieces.append([])
            continue
        between = word == "between" or (between and word != "and")
        pieces[-1].append(token)
    return tuple(tuple(p) for p in pieces)


def _words(piece: Iterable[Token]) -> list[str]:
    return [fold(t.text) if t.kind == "word" else t.text for t in piece]


def nulls_wanted(where: Maybe[str | None]) -> frozenset[str]:
    """The columns c for which the condition demands `c IS NULL`."""
    if not isinstance(where, str):
        return frozenset()
    found: set[str] = set()
    for piece in conjuncts(where):
        inner = [t for t in piece if t.text not in ("(", ")")]
        words = _words(inner)
        name = inner[-3].name if len(inner) >= 3 else None
        if name is not None and words[-2:] == ["is", "null"] and (len(inner) == 3 or words[1:2] == ["."]):
            found.add(name)
    return frozenset(found)


_LITERAL = ("string", "number", "param")


def _pinned(piece: Sequence[Token]) -> str | None:
    """The column that `c = literal` or `c IN (literals)` pins down."""
    piece = piece[2:] if len(piece) > 2 and piece[1].text == "." else piece
    if len(piece) < 3 or piece[0].name is None:
        return None
    words, rest = _words(piece), piece[2:]
    bound = words[2] == ":" and len(piece) == 4
    if words[1] == "=" and (bound or (rest[0].kind in _LITERAL and (len(rest) == 1 or rest[1].text == "::"))):
        return piece[0].name
    if words[1:3] == ["in", "("] and all(t.kind in _LITERAL or t.text in (",", "-", "(", ")") for t in rest):
        return piece[0].name
    return None


def _keys(table: Table, at: Placed, ctx: Context) -> tuple[frozenset[str], ...]:
    """Sets of columns that name a single row; a column called id counts where nothing is known of the table."""
    state = ctx.state(table, at)
    if state is None or state.primary_key is UNKNOWN:
        return (frozenset({"id"}),)
    named = [state.primary_key] if isinstance(state.primary_key, tuple) else []
    named += [c.columns for c in state.constraints if c.kind == "unique" and isinstance(c.columns, tuple)]
    keys = [frozenset(k) for k in named if k]
    for index in state.indexes:
        columns = [c for c in index.columns if isinstance(c, str)]
        if index.unique is True and not index.partial and len(columns) == len(index.columns):
            keys.append(frozenset(columns))
    return tuple(keys)


def names_rows(op: Change, at: Placed, ctx: Context) -> bool:
    """The condition picks rows by a primary or unique key, so only these are locked."""
    if not isinstance(op.where, str):
        return False
    pinned = {c for piece in conjuncts(op.where) if (c := _pinned(piece)) is not None}
    return any(key <= pinned for key in _keys(op.table, at, ctx))


def is_batched(op: Change, at: Placed) -> bool:
    """It stands in a loop, takes its range as parameters, and each turn is a transaction of its own."""
    return at.autocommit and at.looped and bool(op.parameters)


_OFFLINE = re.compile(r"if (?!not\b).*(\bas_sql\b|\bis_offline_mode\(\))")


def is_offline_only(at: Placed) -> bool:
    """It stands in the branch that only `alembic upgrade --sql` takes, where nothing can be read and so nothing batched."""
    return at.condition is not None and _OFFLINE.match(at.condition) is not None


def is_committed_by_hand(op: Change, at: Placed, ctx: Context) -> bool:
    """Batches with a COMMIT of the revision's own: that this does not do what it seems is commit-in-revision's finding."""
    ends = any(isinstance(p.op, ops.EndTransaction) and p.looped for p in ctx.later(at))
    return at.looped and bool(op.parameters) and ends


def constant(sql: str) -> str | None:
    """The value of a literal, without quotes and casts, to compare two spellings of it; None for an expression."""
    found = tokens(sql)
    if found and found[0].text == "(" and found[-1].text == ")":
        found = found[1:-1]
    if len(found) > 1 and found[1].text != "::":
        return None
    if not found or found[0].kind not in ("string", "number", "word"):
        return None
    if found[0].kind == "word":
        word = fold(found[0].text)
        return word if word in ("true", "false", "null") else None
    return found[0].text.strip("'")


def with_null_test(op: ops.Update, column: str) -> ops.Update:
    """The UPDATE with `AND column IS NULL` in its condition (not in its text), so that a second run skips what is done."""
    if op.where is UNKNOWN or column in nulls_wanted(op.where):
        return op
    test = f"{quoted(column)} IS NULL"
    if op.where is None:
        return replace(op, where=test)
    alone = len(conjuncts(op.where)) == 1 and "or" in _words(tokens(op.where))
    return replace(op, where=f"({op.where}) AND {test}" if alone else f"{op.where} AND {test}")


def may_write(placed: Placed, table: Table, column: str) -> bool:
    """The op may give the column of existing rows another value."""
    op = placed.op
    if isinstance(op, ops.Opaque):
        return not op.tables or any(t.key == table.key for t in op.tables)
    if isinstance(op, ops.RunSql):
        return any(t.key == table.key for t in op.tables)
    if isinstance(op, ops.BulkInsert) and op.table is UNKNOWN:
        return True
    named = ops.table_of(op)
    if named is None or named.key != table.key or not isinstance(op, ops.DATA_OPS):
        return False
    change = op.update if isinstance(op, ops.Backfill) else op
    written = change.assignments if isinstance(change, ops.Update) else UNKNOWN
    return not isinstance(written, tuple) or any(c == column for c, _ in written)


def is_unfilled(table: Table, column: str, at: Placed, ctx: Context) -> Placed | None:
    """The op of this revision that added the column, when nothing between there and `at` gave it values."""
    added = ctx.column_added_here(table, column, at)
    if added is None or any(may_write(p, table, column) for p in ctx.ops[added.index + 1 : at.index]):
        return None
    altered = (p.op for p in ctx.ops[added.index + 1 : at.index] if isinstance(p.op, ops.AlterColumn))
    renamed = any(a.new_column_name is not None for a in altered if a.table.key == table.key)
    return None if renamed else added


def is_all_null(table: Table, column: str, at: Placed, ctx: Context) -> bool:
    """The column is new in this revision, nullable, without a default, and nothing has filled it: it is NULL everywhere."""
    added = is_unfilled(table, column, at, ctx)
    before = ctx.before.table(table)
    if added is None or not isinstance(added.op, ops.AddColumn) or (before is not None and before.column(column)):
        return False
    made = added.op.column
    return made.nullable is True and made.server_default is None and made.computed is None and not made.identity


def resumable(op: Change, at: Placed, ctx: Context) -> Change:
    """The statement such that a second run skips the rows that are done, where a new column tells which these are."""
    if isinstance(op, ops.Delete) or not isinstance(op.assignments, tuple):
        return op
    null = next((c for c, _ in op.assignments if is_all_null(op.table, c, at, ctx)), None)
    return op if null is None else with_null_test(op, null)


def _reads_itself(op: Change) -> bool:
    if not isinstance(op.sql, str):
        return False
    found = tokens(op.sql)
    body = found[3:] if isinstance(op, ops.Update) else found[2:]
    names = [(a.text.lower(), b.name) for a, b in pairwise(body)]
    after = {"from", "join", ",", "."}
    has_query = any(t.kind == "word" and fold(t.text) == "select" for t in body)
    return has_query and any(lead in after and name == op.table.name.text for lead, name in names)


def overwritten_later(op: Change, after: Iterable[Placed]) -> Placed | None:
    """The UPDATE in `after` that changes a column this one tests: run again, this one would take these rows too."""
    read = columns_in(op.where) if isinstance(op.where, str) else frozenset()
    for placed in after:
        later = placed.op.update if isinstance(placed.op, ops.Backfill) else placed.op
        if not isinstance(later, ops.Update) or later.table.key != op.table.key or op.where is None:
            continue
        if not isinstance(later.assignments, tuple) or not isinstance(read, frozenset):
            return placed
        if read & {c for c, _ in later.assignments} - nulls_wanted(op.where):
            return placed
    return None


def loses_later(op: ops.Op, after: Iterable[Placed]) -> Placed | None:
    """The op in `after` that drops or renames a column the data statement names: run again, it would fail on that."""
    sql = getattr(op.update if isinstance(op, ops.Backfill) else op, "sql", None)
    names = {t.name for t in tokens(sql)} if isinstance(sql, str) else set()
    for placed in after:
        gone = placed.op
        if not isinstance(gone, ops.AlterColumn | ops.DropColumn):
            continue
        renames = isinstance(gone, ops.DropColumn) or gone.new_column_name is not None
        if renames and {gone.table.name.text, gone.column.text} <= names:
            return placed
    return None


def _repeats(op: Change) -> bool:
    """A second run leaves rows that are done as they are."""
    if isinstance(op, ops.Delete) or not isinstance(op.assignments, tuple):
        return isinstance(op, ops.Delete)
    if nulls_wanted(op.where) & {c for c, _ in op.assignments}:
        return True
    return is_idempotent(op) and not any(volatile_functions(value) for _, value in op.assignments)


def why_not_batched(op: Change, at: Placed, ctx: Context) -> str | None:
    """Why the statement cannot be cut into batches; None when it can. `op` is the statement as it will run."""
    if op.sql is UNKNOWN:
        return 'it is written with SQLAlchemy Core or the ORM, which leaves no SQL text to put a key range into; write it as op.execute("…")'
    if not op.simple or op.where is UNKNOWN:
        return "it reads other tables or returns rows (FROM, USING, WITH, RETURNING), so a key range cannot simply be added"
    if at.looped:
        return "it stands in a loop that was not understood; give each turn its own commit with autocommit_block()"
    if op.parameters:
        return "it takes bind parameters, which a generated loop cannot carry over"
    if _reads_itself(op):
        return f"it reads {op.table} while it changes it, so later batches would see what earlier ones did"
    if not _repeats(op):
        return "a second run would change the same rows again, and an interrupted backfill is run again"
    later = overwritten_later(op, ctx.later(at))
    if later is not None:
        return f"a later UPDATE (line {later.span.line}) changes what this one tests, so a second run would take these rows too"
    return _why_no_key(op, at, ctx)


def _why_no_key(op: Change, at: Placed, ctx: Context) -> str | None:
    key = ctx.primary_key(op.table, at)
    if key is UNKNOWN:
        return f"the primary key of {op.table} is not known: no revision that could be read creates the table with one"
    if not key:
        return f"{op.table} has no primary key to cut it into batches by"
    if isinstance(op, ops.Update) and isinstance(op.assignments, tuple) and {c for c, _ in op.assignments} & set(key):
        return f"it changes the primary key of {op.table}, which batches would go by"
    return None


def in_batches(op: Change, at: Placed, ctx: Context, *, comment: str = FILL) -> Step:
    """The statement over ranges of the primary key. Ask `why_not_batched` first."""
    key = ctx.primary_key(op.table, at)
    state = ctx.state(op.table, at)
    if key is UNKNOWN or state is None:
        raise ValueError(f"the key of {op.table} is not known")
    known = [(Name(c), state.column(c)) for c in key]
    typed = tuple((n, c.type.name if c and c.type is not UNKNOWN else UNKNOWN) for n, c in known)
    named = tuple((n, t if isinstance(t, str) else "") for n, t in typed)
    fill = ops.Backfill(update=op, key=named, batch=ctx.settings.batch_size)
    return Step(ops=(fill,), comment=comment, gate=Gate.COMMIT)


def fills_too_late(at: Placed, ctx: Context) -> bool:
    """A later UPDATE was to fill the column that `at` makes NOT NULL: that is the finding, and it has the better plan."""
    made = (made_not_null(p.op, p, ctx) for p in ctx.later(at) if isinstance(p.op, ops.Update))
    return any(found is not None and found[0].index == at.index for found in made)


def subject(op: ops.Update | ops.Delete | ops.Insert) -> str:
    """What the statement is about, the same after other statements of the revision were rewritten."""
    if isinstance(op, ops.Insert):
        tail = " ".join(op.sql.split())[:60] if isinstance(op.sql, str) else ""
        return f"{op.table} ({tail})" if tail else str(op.table)
    columns = op.assignments if isinstance(op, ops.Update) and isinstance(op.assignments, tuple) else ()
    named = str(op.table) + ("." + ",".join(c for c, _ in columns) if columns else "")
    return f"{named} WHERE {' '.join(op.where.split())}"[:100] if isinstance(op.where, str) else named


def made_not_null(op: ops.Update, at: Placed, ctx: Context) -> tuple[Placed, str] | None:
    """The op of this revision that made an assigned column NOT NULL too early, with the column.

    Too early: the UPDATE wants the rows where it `IS NULL`, or the column was added without any value for old rows.
    """
    if not isinstance(op.assignments, tuple) or at.looped:
        return None
    wanted = nulls_wanted(op.where)
    for column, _ in op.assignments:
        for placed in reversed(tuple(ctx.same_table(op.table, ctx.earlier(at)))):
            made = placed.op
            if isinstance(made, ops.AddColumn) and made.column.name.text == column:
                if made.column.nullable is False and (column in wanted or made.column.server_default is None):
                    return placed, column
                break
            if isinstance(made, ops.AlterColumn) and made.column.text == column and made.nullable is not None:
                if made.nullable is False and column in wanted:
                    return placed, column
                break
    return None
