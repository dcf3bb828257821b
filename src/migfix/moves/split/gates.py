"""Where a chain has to wait for a release of the application, and for which one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from migfix.model import ops
from migfix.model.maybe import Table

_MOST = 4


def gates(parts: Sequence[Sequence[ops.Op]]) -> Mapping[int, str]:
    """The parts that may only run once a release is live, with what that release does.

    A new column without a default is filled when the application writes it, or rows inserted meanwhile stay NULL and
    the constraint fails. What goes away goes when no release uses it any more.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for number, release in _waits(parts):
        if number:
            found.setdefault(number, []).append(release)
    return {number: " and ".join(_joined(said)) for number, said in found.items()}


def _joined(said: Sequence[tuple[str, str]]) -> Iterator[str]:
    """`does without a.b, a.c and a.d`."""
    for verb in dict.fromkeys(v for v, _ in said):
        what = list(dict.fromkeys(w for v, w in said if v == verb))
        if len(what) > _MOST:
            what = [*what[: _MOST - 1], f"{len(what) - _MOST + 1} more"]
        yield f"{verb} {' and '.join(filter(None, (', '.join(what[:-1]), what[-1])))}"


def _waits(parts: Sequence[Sequence[ops.Op]]) -> Iterator[tuple[int, tuple[str, str]]]:
    numbered = [(number, op) for number, done in enumerate(parts) for op in done]
    required = required_columns([op for _, op in numbered])
    for number, op in numbered:
        match op:
            case ops.AddColumn(column=column) if (op.table.key, column.name.text) in required:
                yield number + 1, ("writes", f"{op.table}.{column.name}")
            case ops.DropColumn():
                yield number, ("does without", f"{op.table}.{op.column}")
            case ops.DropTable():
                yield number, ("does without", str(op.table))
            case ops.AlterColumn(new_column_name=name) if name is not None:
                yield number, ("knows", f"{op.table}.{op.column} as {name}")
            case ops.RenameTable():
                yield number, ("knows", f"{op.table} as {op.new_name}")
            case _:
                pass


def required_columns(done: Sequence[ops.Op]) -> frozenset[tuple[object, str]]:
    """Columns, by table and name, that the chain adds and makes NOT NULL without a default."""
    added = [o for o in done if isinstance(o, ops.AddColumn) and o.column.server_default is None]
    return frozenset((o.table.key, o.column.name.text) for o in added if _is_required(o, done))


def _is_required(added: ops.AddColumn, done: Sequence[ops.Op]) -> bool:
    alters = [o for o in done if isinstance(o, ops.AlterColumn) and _is_of(o, added)]
    given = any(isinstance(o.server_default, ops.Default) for o in alters)
    return any(o.nullable is False for o in alters) and not given


def _is_of(op: ops.AlterColumn, added: ops.AddColumn) -> bool:
    return op.table.key == added.table.key and op.column.text == added.column.name.text


def restored(op: ops.Op, parts: Sequence[Sequence[ops.Op]]) -> ops.Op | None:
    """What undoes an op that a later release runs: the default that the chain gave."""
    if not isinstance(op, ops.AlterColumn) or op.server_default is not None:
        return None
    for done in (o for part in reversed(parts) for o in reversed(part)):
        default = _default(done, op.table, op.column.text)
        if default is not None:
            return ops.AlterColumn(
                table=op.table, column=op.column, server_default=default, existing_type=op.existing_type
            )
    return None


def _default(op: ops.Op, table: Table, column: str) -> ops.Default | None:
    match op:
        case ops.AddColumn(column=added) if op.table.key == table.key and added.name.text == column:
            return added.server_default if isinstance(added.server_default, ops.Default) else None
        case ops.AlterColumn(server_default=ops.Default() as default) if op.table.key == table.key:
            return default if op.column.text == column else None
        case _:
            return None
