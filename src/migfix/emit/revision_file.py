"""A new revision file as `alembic revision` would write it, with a body: the project's template, name and options."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from migfix.change import Change
from migfix.emit.module_edit import assignment, line_end, spliced
from migfix.emit.revision_name import create_date, directory_beside, file_name, revision_id
from migfix.emit.template import STOCK, read_template, rendered, shipped_with_alembic, why_not_harmless
from migfix.model.record import record
from migfix.model.revision import Span
from migfix.paths import shown
from migfix.plan import Unfixable
from migfix.read.alembic_config import alembic_config
from migfix.read.project import ProjectLayout
from migfix.read.source import Source

__all__ = ["NewRevision", "directory_beside", "revision_file", "revision_id", "stock_note"]

_USUAL = {"op": "from alembic import op", "sa": "import sqlalchemy as sa"}
_INDENT = re.compile(r"^([ \t]+)\$\{\s*upgrades\b", re.MULTILINE)


@record
class NewRevision:
    """A revision to be written.

    upgrade, downgrade  the functions' bodies, not indented, "pass" when empty.
    imports             import lines that they need beyond `from alembic import op` and `import sqlalchemy as sa`.
    helpers             module-level code, placed before upgrade().
    directory           the version directory; `directory_beside` knows it.
    """

    revision: str
    down_revisions: tuple[str, ...]
    message: str
    upgrade: str
    downgrade: str
    directory: Path
    imports: tuple[str, ...] = ()
    helpers: str = ""
    branch_labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return {self.upgrade.strip(), self.downgrade.strip()} <= {"", "pass"} and not self.helpers.strip()


@record
class _Template:
    """why: why Alembic's own form stands in for the project's. multidb: upgrade() takes the name of a database."""

    text: str
    why: str | None = None
    config: Any = None
    multidb: bool = False


def revision_file(
    new: NewRevision, layout: ProjectLayout, *, created: datetime | None = None, run_template: bool = False
) -> Change | Unfixable:
    """The new file, or why it cannot be made; nothing is written and the project's env.py never runs.

    created       the moment of its "Create Date"; now when None.
    run_template  a `script.py.mako` that does more than print Alembic's variables may be run too. Without it Alembic's
                  stock form is written for such a project, and `stock_note` says so.
    Raises ConfigError for options that Alembic would refuse too.
    """
    date = create_date(layout, created)
    name = file_name(layout, new.revision, new.message, date)
    if isinstance(name, Unfixable):
        return name
    template = _template(layout, run_template=run_template)
    if template.multidb and not new.is_empty:
        return Unfixable(
            why="the project runs each revision once for every database (upgrade() takes the name of one), and which "
            "of them this belongs to is not known; write the revision by hand"
        )
    text = _filled(template, new, date)
    if isinstance(text, Unfixable):
        return text
    return Change(path=shown(new.directory / name), before=None, after=text, encoding=layout.output_encoding)


def stock_note(layout: ProjectLayout, *, run_template: bool = False) -> str | None:
    """Why new revisions have Alembic's stock form instead of the project's, for the user; None when they have not."""
    why = _template(layout, run_template=run_template).why
    return None if why is None else f"new revisions have the form of Alembic's own template: {why}"


def _template(layout: ProjectLayout, *, run_template: bool) -> _Template:
    path = layout.script_location / "script.py.mako"
    text = read_template(path)
    if text is None:
        reason = "cannot be read" if path.exists() else "there is none"
        return _Template(text=STOCK, why=None if layout.config_path is None else f"{shown(path)}: {reason}")
    harm = why_not_harmless(text)
    if harm is not None and not run_template and not shipped_with_alembic(text):
        return _Template(text=STOCK, why=f"{shown(path)} {harm}, and only `migfix apply` runs it")
    config = alembic_config(layout) if harm is not None else None
    return _tried(text, path, config)


def _tried(text: str, path: Path, config: Any) -> _Template:
    """The template after a trial: one that leaves the bodies out, or needs more than Alembic gives, is not used."""
    made = rendered(text, _values(_SAMPLE, datetime(2000, 1, 1), config=config))
    if made is None:
        return _Template(text=STOCK, why=f"{shown(path)} needs what only env.py or the application provides")
    try:
        bodies = {n.name: n for n in ast.parse(made).body if isinstance(n, ast.FunctionDef)}
    except SyntaxError as error:
        return _Template(text=STOCK, why=f"{shown(path)} does not give valid Python ({error.msg})")
    if "upgrade" in bodies and bodies["upgrade"].args.args:
        return _Template(text=text, config=config, multidb=True)
    for name in ("upgrade", "downgrade"):
        if name not in bodies or f"_sample_{name}" not in ast.unparse(bodies[name]):
            return _Template(text=STOCK, why=f"{shown(path)} does not print ${{{name}s}} into {name}()")
    return _Template(text=text, config=config)


_SAMPLE = NewRevision(
    revision="0", down_revisions=(), message="", upgrade="_sample_upgrade()", downgrade="_sample_downgrade()",
    directory=Path(),
)  # fmt: skip


def _values(new: NewRevision, date: datetime, *, config: Any = None, imports: Iterable[str] = ()) -> dict[str, Any]:
    """The names that Alembic gives a template (`ScriptDirectory.generate_revision`)."""
    found = {
        "up_revision": new.revision,
        "down_revision": _scalar(new.down_revisions),
        "branch_labels": new.branch_labels or None,
        "depends_on": _scalar(new.depends_on),
        "create_date": date,
        "comma": _comma,
        "message": new.message,
    }
    bodies = {"upgrades": new.upgrade, "downgrades": new.downgrade}
    written = {name: body for name, body in bodies.items() if body.strip() not in ("", "pass")}
    lines = {"imports": "\n".join(sorted(imports))} if imports else {}
    empty = {"upgrades": "", "downgrades": "", "imports": ""}
    return {**empty, **found, **written, **lines, **({} if config is None else {"config": config})}


def _scalar(revisions: tuple[str, ...]) -> str | tuple[str, ...] | None:
    return revisions[0] if len(revisions) == 1 else revisions or None


def _comma(value: str | Iterable[str] | None) -> str:
    return "" if value is None else value if isinstance(value, str) else ", ".join(value)


def _filled(template: _Template, new: NewRevision, date: datetime) -> str | Unfixable:
    found = _INDENT.search(template.text)
    indent = found[1] if found else " " * 4
    values = _values(new, date, config=template.config)
    for name in ("upgrades", "downgrades"):
        values[name] = _indented(values[name].strip("\n"), indent)
    bare = rendered(template.text, values)
    try:
        missing = None if bare is None else _missing_imports(bare, new)
        if missing:
            bare = rendered(template.text, {**values, "imports": "\n".join(missing)})
        text = None if bare is None else _completed(bare, new)
    except SyntaxError as error:
        return Unfixable(why=f"the new revision would be no valid Python: {error.msg} (line {error.lineno})")
    if text is None:
        return Unfixable(why="the project's script.py.mako could not be filled in")
    return re.sub(r"\r?\n", "\r\n", text) if "\r\n" in template.text else text


def _indented(body: str, indent: str) -> str:
    """The body's lines but the first indented, and lines inside of a string left as they are."""
    inside = set(_string_lines(body))
    lines = body.split("\n")
    return "\n".join(
        line if number == 1 or number in inside or not line.strip() else indent + line
        for number, line in enumerate(lines, 1)
    )


def _string_lines(code: str) -> Iterator[int]:
    """Lines that begin within a string; from 1."""
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        kind = tokenize.tok_name[token.type]
        if kind in ("FSTRING_START", "TSTRING_START"):
            starts.append(token.start[0])
        elif kind in ("FSTRING_END", "TSTRING_END"):
            yield from range(starts.pop() + 1, token.end[0] + 1)
        elif kind == "STRING":
            yield from range(token.start[0] + 1, token.end[0] + 1)


def _missing_imports(text: str, new: NewRevision) -> tuple[str, ...]:
    """The import lines that the module needs and does not have, sorted."""
    there = {name for node in ast.parse(text).body for name in _imported(node)}
    used = {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    used |= {n.id for n in ast.walk(ast.parse(new.helpers)) if isinstance(n, ast.Name)}
    bound = {name for name, *_ in there}
    usual = [line for name, line in _USUAL.items() if name in used and name not in bound and not new.is_empty]
    own = [line for line in new.imports if not {i for n in ast.parse(line).body for i in _imported(n)} <= there]
    return tuple(sorted(dict.fromkeys([*usual, *own])))


def _imported(node: ast.stmt) -> Iterator[tuple[str, str, str]]:
    """The names that an import statement binds, and what each stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], "", alias.name
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, "." * node.level + (node.module or ""), alias.name


def _completed(text: str, new: NewRevision) -> str:
    """What a template leaves out or misspells (`down_revision = "${down_revision}"`) put right, and the helpers in."""
    source = Source(text, new.revision)
    tree = ast.parse(source.text)
    edits = list(_identifiers(source, new))
    lines = _missing_imports(text, new)
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    if lines and imports:
        edits.append((line_end(source, imports[-1]), "".join(f"\n{line}" for line in lines)))
    elif lines:
        edits.append((_before_code(source, tree), "".join(f"{line}\n" for line in lines) + "\n"))
    if new.helpers.strip():
        upgrade = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "upgrade")
        line = min([upgrade.lineno, *(d.lineno for d in upgrade.decorator_list)])
        edits.append((Span(line, 0, line, 0), new.helpers.strip("\n") + "\n\n\n"))
    made = spliced(source, edits) if edits else text
    ast.parse(made)
    return made


def _before_code(source: Source, tree: ast.Module) -> Span:
    first = next(n for n in tree.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)))
    line = source.span(first).line
    return Span(line, 0, line, 0)


def _identifiers(source: Source, new: NewRevision) -> Iterator[tuple[Span, str]]:
    wanted = {
        "revision": new.revision,
        "down_revision": _scalar(new.down_revisions),
        "branch_labels": new.branch_labels or None,
        "depends_on": _scalar(new.depends_on),
    }
    last: ast.stmt | None = None
    for name, value in wanted.items():
        found = assignment(source, name)
        if found is None and value is not None and last is not None:
            yield line_end(source, last), f"\n{name} = {value!r}"
        elif found is not None:
            last = found[0]
            if _literal(found[1]) != value:
                yield source.span(found[1]), repr(value)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return node
