"""A revision changes a table that only an unrelated revision creates: whether it works depends on luck.

Nothing says that the one must run before the other. On an empty database the change may come first, and fails; or,
under a test for the table, does nothing and is stamped as applied, and its columns are missing for ever (seen:
`alembic upgrade heads`, `scenario_id`, `task_id` and `status` lost without an error).

The cures. Put the branch below the revision that creates the table, where no database has run it yet. Or declare
`depends_on`, which makes the order certain; with several heads a merge revision is needed as well, because
`alembic upgrade head` refuses them all the same.

Tables that no readable revision creates, and revisions below one that could not be read, are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from migfix.model import ops
from migfix.model.maybe import Table
from migfix.model.record import record
from migfix.model.revision import Placed, Revision
from migfix.model.schema import TableKey
from migfix.plan import GraphRisk
from migfix.recipes.graph import declare_dependency
from migfix.rules.api import GraphContext, graph_rule


@record
class Undeclared:
    """`revision` changes `table` at `at`; `creator` makes it, and nothing says that it runs before."""

    revision: str
    creator: str
    table: Table
    at: Placed


@graph_rule("MF804")
def depends_on_luck(ctx: GraphContext) -> Iterator[GraphRisk]:
    for found in undeclared(ctx):
        creator = ctx.revisions[found.creator]
        yield GraphRisk(
            revision=found.revision,
            message=f"changes {found.table}, which only {found.creator} creates, and nothing says that it runs before; declare it",
            subject=str(found.table),
            table=found.table,
            span=found.at.span,
            graph_plans=tuple(declare_dependency(ctx.graph, found.revision, creator=found.creator)),
            related=((creator.path, creator.ids.spans["revision"], f"creates {found.table}"),),
        )


def undeclared(ctx: GraphContext) -> Iterator[Undeclared]:
    """The dependencies that nothing declares, the first revision of a branch only."""
    told: list[Undeclared] = []
    unread = [n for n in ctx.graph.order if _may_create_anything(ctx.revisions.get(n))]
    for name in ctx.graph.order:
        revision = ctx.revisions.get(name)
        if revision is None or not ctx.graph.is_sound(name) or any(ctx.graph.is_ancestor(u, name) for u in unread):
            continue
        for found in _needs(revision, ctx):
            above = (t for t in told if t.creator == found.creator and ctx.graph.is_ancestor(t.revision, name))
            if next(above, None) is None:
                told.append(found)
                yield found


def _may_create_anything(revision: Revision | None) -> bool:
    """Something in it could not be read, so below it no table can be said to be missing."""
    return revision is None or any(isinstance(p.op, ops.Opaque) and not p.op.tables for p in revision.upgrade)


def _needs(revision: Revision, ctx: GraphContext) -> Iterator[Undeclared]:
    seen: set[TableKey] = set()
    for placed in revision.upgrade:
        table = ops.table_of(placed.op)
        if isinstance(placed.op, ops.Opaque) and not placed.op.tables:
            return
        if table is None or table.key in seen or getattr(placed.op, "if_exists", False) is not False:
            continue
        seen.add(table.key)
        creators = ctx.created_in.get(table.key, ())
        if len(creators) != 1 or isinstance(placed.op, ops.CreateTable) or creators[0] not in ctx.graph:
            continue
        related = creators[0] == revision.id or ctx.graph.is_ancestor(creators[0], revision.id)
        if not related and not ctx.graph.is_ancestor(revision.id, creators[0]):
            yield Undeclared(revision=revision.id, creator=creators[0], table=table, at=placed)
