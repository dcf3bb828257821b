"""Building and dropping indexes while the table is in use."""

from __future__ import annotations

from dataclasses import replace

from migfix.model import ops
from migfix.model.context import Context
from migfix.model.identifiers import qualified, quoted
from migfix.model.maybe import Name, Table
from migfix.model.revision import Placed
from migfix.model.schema import IndexState
from migfix.plan import Gate, Mirror, Step
from migfix.recipes.backfill import is_all_null

BUILD = "Build without blocking writes; an interrupted build leaves an invalid index, so drop first."
REBUILD = "Build without blocking writes."
DROP = "Drop without queueing readers behind an ACCESS EXCLUSIVE lock."


def _shielded(steps: tuple[ops.Op, ...], ctx: Context) -> tuple[ops.Op, ...]:
    """Timeouts the project sets are lifted: one that fires in a concurrent build leaves an invalid index."""
    names = sorted(ctx.env.timeouts)
    lift = tuple(ops.SetParameter(name=n, value="0") for n in names)
    back = tuple(ops.SetParameter(name=n, value=ctx.env.session.get(n)) for n in names)
    return (*lift, *steps, *back)


def drop_leftover(op: ops.CreateIndex) -> ops.DropIndex:
    """The guarded drop that removes what an interrupted build left behind; nothing on a first run."""
    if op.name is None:
        raise ValueError("an unnamed index cannot be dropped by name")
    return ops.DropIndex(name=op.name, table=op.table, concurrently=True, if_exists=True)


def build_concurrently(
    op: ops.CreateIndex, ctx: Context, *, at: Placed | None = None, comment: str | None = BUILD
) -> Step:
    """DROP INDEX CONCURRENTLY IF EXISTS, then CREATE INDEX CONCURRENTLY, each on its own.

    `at` is where the op stands: a guarded drop of the name that already stands before it is not repeated.
    """
    create = replace(op, concurrently=True, if_not_exists=False)
    dropped = at is not None and drops_before(op, at, ctx)
    steps: tuple[ops.Op, ...] = (create,) if dropped else (drop_leftover(op), create)
    comment = REBUILD if dropped and comment == BUILD else comment
    return Step(ops=_shielded(steps, ctx), comment=comment, gate=Gate.COMMIT)


def drops_before(op: ops.CreateIndex, at: Placed, ctx: Context) -> bool:
    """The op that last spoke of the index's name in this revision is a DROP INDEX [CONCURRENTLY] IF EXISTS."""
    if op.name is None:
        return False
    for placed in reversed(ctx.earlier(at)):
        earlier = placed.op
        if isinstance(earlier, ops.DropIndex) and earlier.name == op.name:
            return earlier.if_exists is True
        if isinstance(earlier, ops.CreateIndex) and earlier.name == op.name:
            return False
    return False


def drop_concurrently(op: ops.DropIndex, ctx: Context, *, comment: str | None = DROP) -> Step:
    """DROP INDEX CONCURRENTLY IF EXISTS: waits for readers without making others wait."""
    drop = replace(op, concurrently=True, if_exists=True)
    return Step(ops=_shielded((drop,), ctx), comment=comment, gate=Gate.COMMIT)


def mirrored_drop(op: ops.CreateIndex, ctx: Context) -> tuple[Mirror, ...]:
    """downgrade() drops concurrently what upgrade() builds concurrently."""
    if op.name is None:
        return ()
    drop = ops.DropIndex(name=op.name, table=op.table)
    return (Mirror(find=drop, steps=(drop_concurrently(drop, ctx, comment=None),)),)


def why_not_concurrently(op: ops.CreateIndex | ops.DropIndex, ctx: Context) -> str | None:
    """Why PostgreSQL would refuse CONCURRENTLY for this index, None where it would not."""
    if op.name is None:
        return "the index has no name in the revision, so an interrupted build could not be found again"
    if op.table is None:
        return None
    state = ctx.before.table(op.table)
    if state is not None and state.partitioned is True:
        return f"{op.table} is partitioned: PostgreSQL builds and drops its indexes only with a lock (use ON ONLY and ATTACH PARTITION)"
    return None


def index_named(op: ops.DropIndex, at: Placed, ctx: Context) -> tuple[Table | None, IndexState | None]:
    """The table and the known state of the index that is dropped."""
    schema = ctx.schema(at)
    if op.table is not None:
        state = schema.table(op.table)
        return op.table, next((i for i in state.indexes if i.name == op.name.text), None) if state else None
    for key, state in schema.tables.items():
        for index in state.indexes:
            if index.name == op.name.text and key[0] == (op.schema.text if op.schema else None):
                return Table(Name(key[1]), op.schema), index
    return None, None


def rebuilt_in_downgrade(op: ops.DropIndex, ctx: Context) -> tuple[Mirror, ...]:
    """downgrade() builds concurrently what upgrade() drops concurrently."""
    dropped = False
    for placed in ctx.revision.downgrade.ops:
        back = placed.op
        if isinstance(back, ops.DropIndex) and back.name == op.name:
            dropped = True
        if isinstance(back, ops.CreateIndex) and back.name == op.name and back.concurrently is False:
            step = build_concurrently(back, ctx, comment=None)
            kept = tuple(o for o in step.ops if not (dropped and isinstance(o, ops.DropIndex)))
            return (Mirror(find=back, steps=(replace(step, ops=kept),)),)
    return ()


def is_evidently_unique(op: ops.CreateIndex, at: Placed, ctx: Context) -> bool:
    """No two rows can collide: a key column is still NULL everywhere, or fewer columns are known to be unique already."""
    columns = [c.value for c in op.columns if isinstance(c.value, str)]
    if op.nulls_not_distinct is False and any(is_all_null(op.table, c, at, ctx) for c in columns):
        return True
    state = ctx.state(op.table, at)
    if state is None:
        return False
    keys = [c.columns for c in state.constraints if c.kind in ("unique", "primary")] + [state.primary_key]
    known = [frozenset(k) for k in keys if isinstance(k, tuple) and k]
    for index in state.indexes:
        if index.unique is True and not index.partial and index.valid is True:
            named = frozenset(c for c in index.columns if isinstance(c, str))
            known += [named] if named and len(named) == len(index.columns) else []
    return any(key <= set(columns) for key in known)


def duplicates(op: ops.CreateIndex, at: Placed, ctx: Context) -> tuple[str, ...]:
    """A query that shows some keys that collide, on the schema as it is before the revision; none where that cannot be."""
    keys = [_before(op.table, c.value, at, ctx) if isinstance(c.value, str) else None for c in op.columns]
    named = [k for k in keys if k is not None]
    if len(named) < len(keys) or (op.where is not None and not isinstance(op.where.value, str)):
        return ()
    tests = [] if op.nulls_not_distinct is True else [f"{k} IS NOT NULL" for k in named]
    tests += [f"({op.where.value})"] if op.where else []
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    numbers = ", ".join(str(n + 1) for n in range(len(named)))
    counted = f"SELECT {', '.join(named)}, count(*) FROM {qualified(op.table)}{where}"
    return (f"{counted} GROUP BY {numbers} HAVING count(*) > 1 LIMIT 5",)


def _before(table: Table, column: str, at: Placed, ctx: Context) -> str | None:
    """The column, or the expression that fills it where the revision adds it."""
    added = ctx.column_added_here(table, column, at)
    if added is None:
        return quoted(column)
    changes = [p.op.update if isinstance(p.op, ops.Backfill) else p.op for p in ctx.same_table(table, ctx.earlier(at))]
    written = [u.assignments for u in changes if isinstance(u, ops.Update) and isinstance(u.assignments, tuple)]
    values = [value for pairs in written for name, value in pairs if name == column]
    return values[0] if len(values) == 1 else None
