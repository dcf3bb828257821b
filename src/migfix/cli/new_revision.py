"""`apply --new-revision`: files that have run stay as they are; a new revision finishes what they left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from migfix.cli.formats.full import labelled
from migfix.cli.knowing import refuse_unknown, say_known
from migfix.cli.opening import Opened, open_project, revisions
from migfix.cli.options import Request
from migfix.cli.screen import Screen, printable
from migfix.cli.words import count, listed, place
from migfix.cli.writing import Manner, with_head_files, write_out
from migfix.errors import UsageError
from migfix.followups.api import Leftover, kinds, leftovers
from migfix.followups.past import Past, Seen
from migfix.model.record import record
from migfix.moves.follow_up import holding_together, past_of
from migfix.moves.new_revision import Choice, FollowUp, new_revisions
from migfix.paths import shown
from migfix.plan import Applicability, Unfixable
from migfix.read.workspace import Workspace

_FOLDER = click.Path(path_type=Path, file_okay=False)


def _kinds(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    words = [w for text in given for w in text.replace(",", " ").split()]
    known = [k.name for k in kinds()] if words else []
    for word in words:
        if word not in known:
            raise click.BadParameter(f"{word!r} is none of {', '.join(known)}")
    return tuple(words)


NEW_REVISION = (
    click.option(
        "--new-revision", is_flag=True, help="Leave files as they are; finish in a new revision what has run."
    ),
    click.option("--head", metavar="REV", help="The head that the new revision follows, where there are several."),
    click.option("--one-per", is_flag=True, help="A new revision for each thing that is left."),
    click.option("--only", multiple=True, callback=_kinds, metavar="KINDS", help="Only these: never-validated, …"),
    click.option("-m", "--message", metavar="TEXT", help="The new revision's message."),
    click.option("--rev-id", metavar="ID", help="The new revision's id."),
    click.option("--version-path", type=_FOLDER, metavar="DIR", help="The version directory that it goes to."),
)


@record
class Asked:
    """The options above, as given."""

    head: str | None
    one_per: bool
    only: tuple[str, ...]
    message: str | None
    rev_id: str | None
    version_path: Path | None


def asked(given: dict[str, Any]) -> Asked | None:
    """What is wanted of a new revision; None where none is. Raises UsageError for options that need it."""
    wanted = given.pop("new_revision")
    made = Asked(**{name: given.pop(name) for name in Asked.__dataclass_fields__})
    said = [f"--{n.replace('_', '-')}" for n in Asked.__dataclass_fields__ if getattr(made, n)]
    if said and not wanted:
        raise click.UsageError(f"{listed(said)} {'is' if len(said) == 1 else 'are'} about --new-revision; add it")
    return made if wanted else None


def write_new_revision(wanted: Asked, request: Request, screen: Screen, *, review: bool, manner: Manner) -> bool | None:
    """Find what is left, show it, write the new revisions; False when something stays, None when a hook failed.

    Raises UsageError.
    """
    if request.since is not None or request.staged:
        raise UsageError("--since and --staged choose revisions that are new; --new-revision is about those that ran")
    with screen.progress("reading revisions"):
        opened = open_project(request if request.places else replace(request, everything=True))
    say_known(opened, screen)
    refuse_unknown(opened)
    _refuse(opened, request)
    head = _head(opened.workspace, wanted.head)
    with screen.progress("looking at what is left"):
        seen = _seen(opened.workspace, request)
        past = replace(past_of(opened.workspace, opened.knowledge, head=head), seen=seen)
        found = [f for f in leftovers(past) if _is_asked_about(f, opened, wanted)]
        if len(opened.workspace.graph.heads) > 1:
            whole = replace(past_of(opened.workspace, opened.knowledge), seen=seen)
            found = list(holding_together(found, whole))
    most = Applicability.REVIEW if review else Applicability.SAFE
    chosen = [f for f in found if f.is_ready and f.applicability <= most]
    made = new_revisions(opened.workspace, opened.knowledge, chosen, _choice(wanted, head, opened.workspace))
    if isinstance(made, Unfixable):
        raise UsageError(f"{made.why}; nothing was written" + (f"\n{made.patch}" if made.patch else ""))
    written = _write(opened, made, screen, manner, python=request.project_python)
    left = [(f, _why(f)) for f in found if f not in chosen]
    for line in _said_left((*left, *made.refused), screen, review=review):
        screen.err(line)
    _say_rest(past, found, made, screen)
    if written is None:
        return None
    return (written or not made.changes) and not left and not made.refused


def _refuse(opened: Opened, request: Request) -> None:
    """What makes a new revision useless or unsafe."""
    graph = opened.workspace.graph
    if graph.missing or graph.cycles or graph.duplicates:
        raise UsageError("the revision graph is broken, so nothing can follow it; `migfix status` says where")
    if not graph.nodes:
        raise UsageError(f"the project {opened.workspace.layout.name} has no revisions")
    pending = sorted(p for p in opened.paths if opened.state(p) == "new") if request.places else []
    if pending:
        names = listed([place(shown(Path(p)), None) for p in pending[:3]])
        raise UsageError(
            f"{names}: counts as not run ({opened.standing(pending[0])}): a new revision after it would not keep its "
            "risky steps from running; `migfix apply` rewrites it in place, `migfix apply --layout split` as a chain"
        )


def _head(workspace: Workspace, named: str | None) -> str:
    heads = workspace.graph.heads
    if named is not None:
        found = revisions(named, workspace)
        if len(found) > 1 or found[0] not in heads:
            raise UsageError(f"--head {named}: not a head; the new revision follows one of {', '.join(heads)}")
        return found[0]
    if len(heads) > 1:
        raise UsageError(
            f"{len(heads)} heads, {', '.join(heads)}: name the one to follow with --head, or make them one first "
            "(`migfix status` shows the moves); no file was written"
        )
    return heads[0]


def _seen(workspace: Workspace, request: Request) -> tuple[Seen, ...]:
    """What the databases of --check-db have: their catalogues are read."""
    if not request.check_db:
        return ()
    from migfix.moves.catalogues import look

    return look(request.check_db, workspace.layout, workspace.graph, python=request.project_python)


def _is_asked_about(found: Leftover, opened: Opened, wanted: Asked) -> bool:
    return str(Path(found.path).absolute()) in opened.paths and (not wanted.only or found.kind in wanted.only)


def _choice(wanted: Asked, head: str, workspace: Workspace) -> Choice:
    """Raises UsageError for an id that is taken, and for a folder that Alembic would not look into."""
    if wanted.rev_id and (wanted.rev_id in workspace.graph or len(wanted.rev_id) > 32):
        why = "a revision has it already" if wanted.rev_id in workspace.graph else "alembic_version holds 32 characters"
        raise UsageError(f"--rev-id {wanted.rev_id}: {why}")
    if wanted.rev_id and wanted.one_per:
        raise UsageError("--rev-id names one revision, and --one-per may write several")
    folder = wanted.version_path.absolute() if wanted.version_path else None
    known = workspace.layout.version_dirs
    nested = workspace.layout.recursive and folder is not None and any(d in folder.parents for d in known)
    if folder is not None and folder not in known and not nested:
        raise UsageError(
            f"--version-path {wanted.version_path}: Alembic does not look there; it looks into {listed([place(shown(d), None) for d in known])}"
        )
    return Choice(
        head=head,
        message=wanted.message,
        rev_id=wanted.rev_id,
        directory=folder,
        each=wanted.one_per,
        run_template=True,
    )


def _why(found: Leftover) -> str:
    if found.why_not:
        return found.why_not
    if found.needs:
        return found.needs[0].question
    return "needs review"


def _write(opened: Opened, made: FollowUp, screen: Screen, manner: Manner, *, python: str) -> bool | None:
    """Show and write; False when nothing was written, None when it was and a hook failed."""
    if made.note:
        screen.note(made.note[:1].upper() + made.note[1:] + ".")
    for line in () if manner.dry_run else _said(made.settled, screen):
        screen.out(line)
    changes = with_head_files(opened, made.changes, screen)
    return write_out(opened, changes, screen, manner, python=python)


def _said(settled: Sequence[Leftover], screen: Screen) -> Iterator[str]:
    """What the new revisions finish, with what is assumed and what to look at first."""
    for found in settled:
        head = screen.paint(place(found.path, found.span) + ":", "path")
        yield f"{head} {found.kind}: {printable(found.message)}"
        for label, texts in (("assumes", found.assumes), ("run first", found.checks)):
            for text in texts:
                yield from labelled(label, text, screen)


def _said_left(left: Iterable[tuple[Leftover, str]], screen: Screen, *, review: bool) -> Iterator[str]:
    for found, why in left:
        head = screen.paint(place(found.path, found.span) + ":", "path")
        yield f"{head} {found.kind} stays: {printable(found.message)}"
        yield from labelled("why", why, screen)
        options = ["--review"] * (not review and found.applicability is Applicability.REVIEW and not found.why_not)
        options += [f'--{n.kind} {n.key}="{n.suggestion or "…"}"' for n in found.needs]
        yield from labelled("give", " ".join(options), screen) if options else ()


def _say_rest(past: Past, found: Sequence[Leftover], made: FollowUp, screen: Screen) -> None:
    """The counts, and what was not looked at."""
    ran = count(len(past.ran), "revision")
    if not past.ran:
        screen.note("No revision has run anywhere, as far as is known: `migfix apply` rewrites them in place.")
        return
    said = f"{count(len(made.settled), 'thing')} finished by a new revision" if made.settled else "nothing to write"
    left = len(found) - len(made.settled)
    screen.note(f"{ran} may have run: " + (f"{said}, {left} left." if found else "nothing is left to finish."))
    blind = [] if past.models is not None else ["what only the models show (none were found through env.py)"]
    blind += [] if past.seen else ["what only a database shows (--check-db asks it)"]
    if blind:
        screen.note(f"Not looked at: {', '.join(blind)}.")
