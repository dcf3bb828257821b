"""What a person would call a revision: `add users.tier, nullable`, `validate ck_users_tier_filled`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from migfix.model import ops
from migfix.model.maybe import Table
from migfix.model.revision import Placed


def title(placed: Sequence[Placed], *, later: Sequence[ops.Op], fallback: str) -> str:
    """The message of the revision that does `placed`; `later` is what the rest of the chain does."""
    here = [p for p in placed if p.dialects is None or "postgresql" in p.dialects]
    done = [_in_batches(p) for p in here or placed]
    found = list(dict.fromkeys(t for op in _telling(done) if (t := _phrase(op, later))))
    if 1 <= len(found) <= 2:
        return " and ".join(_shortened(found))
    among = [ops.table_of(op) for op in _telling(done)]
    tables = list(dict.fromkeys(str(t) for t in among if t is not None))
    if len(tables) == 1:
        return f"change {tables[0]}"
    return f"change {tables[0]} and {len(tables) - 1} more tables" if len(tables) > 2 else _either(tables, fallback)


def _in_batches(placed: Placed) -> ops.Op:
    """A statement that is repeated with a range of keys, a commit each, is a backfill."""
    op = placed.op
    if isinstance(op, ops.Update | ops.Delete) and placed.autocommit:
        return ops.Backfill(update=op, key=(), batch=0)
    return op


def _either(tables: Sequence[str], fallback: str) -> str:
    return f"change {' and '.join(tables)}" if tables else fallback


def _shortened(phrases: Sequence[str]) -> list[str]:
    """`set users.a NOT NULL` and `set users.b NOT NULL` in fewer words."""
    if len(phrases) == 2:
        one, two = (p.split(" ") for p in phrases)
        if one[0] == two[0] and (one[2:] == two[2:] or len(one) == 2):
            return [" ".join([one[0], one[1], "and", two[1], *two[2:]])]
    return list(phrases)


def _telling(done: Iterable[ops.Op]) -> list[ops.Op]:
    """Without what only clears the way or sets a timeout, where there is anything else."""
    done = [o for o in done if not isinstance(o, ops.Harmless)]
    made = {getattr(getattr(o, "name", None), "text", None) for o in done if not isinstance(o, _CLEARS)}
    drops = (ops.DropIndex, ops.DropConstraint)
    using = [o for o in done if isinstance(o, ops.AddConstraintUsingIndex)]
    if using:
        return list(using)
    kept = [
        o for o in done if not isinstance(o, ops.SetParameter) and not (isinstance(o, drops) and o.name.text in made)
    ]
    return kept or list(done)


_CLEARS = (ops.DropIndex, ops.DropConstraint, ops.SetParameter)


def _phrase(op: ops.Op, later: Sequence[ops.Op]) -> str | None:
    say = _PHRASES.get(type(op))
    return None if say is None else say(op, later)


def _add_column(op: ops.AddColumn, later: Sequence[ops.Op]) -> str:
    name = op.column.name.text
    becomes = any(
        isinstance(o, ops.AlterColumn) and o.table.key == op.table.key and o.column.text == name and o.nullable is False
        for o in later
    )
    return f"add {op.table}.{name}" + (", nullable" if becomes and op.column.nullable is True else "")


def _alter_column(op: ops.AlterColumn, later: Sequence[ops.Op]) -> str:
    where = f"{op.table}.{op.column}"
    if op.new_column_name is not None:
        return f"rename {where} to {op.new_column_name}"
    changes = (op.nullable is not None, op.type_ is not None, op.server_default is not False)
    if sum(changes) != 1:
        return f"change {where}"
    if op.nullable is not None:
        return f"set {where} NOT NULL" if op.nullable is False else f"let {where} be NULL"
    if op.type_ is not None:
        return f"change type of {where}"
    return f"drop default of {where}" if op.server_default is None else f"set default of {where}"


def _constraint(op: Any, later: Sequence[ops.Op]) -> str:
    what = op.name.text if op.name is not None else f"a constraint on {op.table}"
    return f"add {what}" + (", not valid" if getattr(op, "not_valid", False) is True else "")


def _create_index(op: ops.CreateIndex, later: Sequence[ops.Op]) -> str:
    columns = ", ".join(c.value if isinstance(c.value, str) else c.code for c in op.columns)
    return f"create {op.name.text}" if op.name is not None else f"index {op.table}({columns})"


def _update(op: ops.Update, later: Sequence[ops.Op], verb: str = "update") -> str:
    columns = [c for c, _ in op.assignments] if isinstance(op.assignments, tuple) else []
    return f"{verb} {op.table}.{columns[0]}" if len(columns) == 1 else f"{verb} {op.table}"


def _backfill(op: ops.Backfill, later: Sequence[ops.Op]) -> str:
    if isinstance(op.update, ops.Update):
        return _update(op.update, later, "backfill")
    return f"delete from {op.update.table} in batches"


def _named(verb: str) -> Callable[[Any, Sequence[ops.Op]], str]:
    return lambda op, later: f"{verb} {op.name}"


def _on_table(verb: str) -> Callable[[Any, Sequence[ops.Op]], str | None]:
    return lambda op, later: f"{verb} {op.table}" if isinstance(op.table, Table) else None


_PHRASES: Mapping[type[ops.Op], Callable[[Any, Sequence[ops.Op]], str | None]] = {
    ops.CreateTable: _on_table("create"),
    ops.DropTable: _on_table("drop"),
    ops.RenameTable: lambda op, later: f"rename {op.table} to {op.new_name}",
    ops.AddColumn: _add_column,
    ops.DropColumn: lambda op, later: f"drop {op.table}.{op.column}",
    ops.AlterColumn: _alter_column,
    ops.CreateIndex: _create_index,
    ops.DropIndex: _named("drop"),
    ops.Reindex: lambda op, later: f"reindex {op.target}",
    ops.CreateUniqueConstraint: _constraint,
    ops.CreatePrimaryKey: _constraint,
    ops.CreateForeignKey: _constraint,
    ops.CreateCheckConstraint: _constraint,
    ops.CreateExcludeConstraint: _constraint,
    ops.SetNotNullNotValid: _constraint,
    ops.AddConstraintUsingIndex: _constraint,
    ops.DropConstraint: _named("drop"),
    ops.ValidateConstraint: _named("validate"),
    ops.Update: _update,
    ops.Backfill: _backfill,
    ops.Delete: _on_table("delete from"),
    ops.Insert: _on_table("insert into"),
    ops.BulkInsert: _on_table("insert into"),
    ops.Truncate: lambda op, later: f"empty {op.tables[0]}" if op.tables else None,
    ops.AddEnumValue: lambda op, later: f"add {op.value} to {op.type_name}",
    ops.RunSql: lambda op, later: " on ".join([op.tag.lower(), *map(str, op.tables[:1])]),
}


def reason(done: Sequence[ops.Op], later: Sequence[ops.Op]) -> str | None:
    """Why a step is as it is, for one that nothing else explains."""
    telling = _telling(done)
    first = telling[0] if telling else None
    match first:
        case ops.ValidateConstraint():
            return "Check the rows that were there before: nobody waits for it."
        case ops.AlterColumn(nullable=False) if len(telling) == 1 or all(
            isinstance(o, ops.AlterColumn) for o in telling
        ):
            return "Reads no row: the validated CHECK proves it."
        case ops.DropConstraint(if_exists=True):
            return "NOT NULL says it now."
        case _:
            return None
