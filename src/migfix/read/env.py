"""What the project's env.py lets a revision do, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from migfix.model.maybe import UNKNOWN, Maybe
from migfix.model.target import EnvFacts, EnvProblem
from migfix.paths import shown
from migfix.read import env_text
from migfix.read.env_flow import follow
from migfix.read.env_problems import ModuleText, flow_problems, text_problems
from migfix.read.env_values import Configured
from migfix.read.locations import module_file
from migfix.read.naming import naming_convention
from migfix.read.project import ProjectLayout
from migfix.read.source import UnreadableFile, read_file
from migfix.read.target import pinned_version


def env_facts(layout: ProjectLayout) -> EnvFacts:
    """The facts of the project's env.py; those of a stock env.py when it has none."""
    if layout.env_path is None:
        return EnvFacts(timeouts=env_text.url_timeouts(layout.urls))
    path = shown(layout.env_path)
    try:
        text = read_file(str(layout.env_path))
    except UnreadableFile as error:
        return EnvFacts(path=path, autocommit=UNKNOWN, why=f"{path}: {error.why}")
    return read_env(
        text,
        path,
        urls=layout.urls,
        roots=layout.search_path,
        location=layout.env_path,
        autobegins=(pinned_version("sqlalchemy", layout.root) or (2, 0)) >= (2, 0) or "future=True" in text,
    )


def read_env(
    text: str,
    path: str,
    *,
    urls: Iterable[str] = (),
    roots: tuple[Path, ...] = (),
    location: Path | None = None,
    autobegins: bool = True,
) -> EnvFacts:
    """The facts of an env.py's text; `path` is how the user would write it.

    urls are the configured ones, roots the folders of the project's own modules, location the file itself (for
    relative imports), autobegins whether a statement begins a transaction (SQLAlchemy ≥ 2, or 1.4 with future=True).
    """
    try:
        tree = ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return EnvFacts(path=path, autocommit=UNKNOWN, why=f"{path}:{line}: not valid Python, so it could not be read")
    flow, module = follow(tree), ModuleText(text)
    strings = tuple(env_text.literals(tree))
    session = env_text.session_timeouts(strings)
    timeouts = env_text.url_timeouts(urls) | env_text.connect_timeouts(tree, strings) | frozenset(session)
    if "lock_timeout" not in timeouts:
        timeouts |= _imported_timeouts(tree, roots)
    severe = flow_problems(flow, module, autobegins=autobegins)
    problems = [*(p.problem for p in severe), *text_problems(tree, strings, flow, module, timeouts=timeouts)]
    online = [c for c in flow.configured if c.online]
    worst = next((p for p in severe if p.certain), severe[0] if severe else None)
    autocommit: Maybe[bool] = True
    if worst is not None:
        autocommit = False if worst.certain else UNKNOWN
    elif not online:
        autocommit = UNKNOWN
    return EnvFacts(
        path=path,
        autocommit=autocommit,
        why=f"{path}:{worst.problem.line}: {worst.problem.message}" if worst else _unseen(path, online),
        patch=worst.problem.patch if worst else None,
        per_migration=_flag("transaction_per_migration", online, tree),
        timeouts=timeouts,
        naming=naming_convention(tree, location, roots),
        batch=_flag("render_as_batch", online, tree),
        session=_values(session),
        problems=_ordered(problems),
    )


def _unseen(path: str, online: list[Configured]) -> str | None:
    return None if online else f"{path}: no context.configure(connection=…) was found, so its transactions are unknown"


def _flag(name: str, calls: list[Configured], tree: ast.Module) -> Maybe[bool]:
    """A keyword of every configure(): True only when all give True, UNKNOWN when some value cannot be seen."""
    found = [_flag_of(c.call, name, tree) for c in calls]
    if any(f is UNKNOWN for f in found):
        return UNKNOWN
    return bool(found) and all(f is True for f in found)


def _flag_of(call: ast.Call, name: str, tree: ast.Module) -> Maybe[bool]:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value.value is True if isinstance(keyword.value, ast.Constant) else UNKNOWN
    spread = [k.value for k in call.keywords if k.arg is None]
    found = [_in_dictionary(s, name, tree) for s in spread]
    return next((f for f in found if f is not False), False)


def _in_dictionary(node: ast.expr, name: str, tree: ast.Module) -> Maybe[bool]:
    """The item of a dictionary that is spread into the call, where it is built from literals in the file."""
    if isinstance(node, ast.Name):
        made = [a.value for a in ast.walk(tree) if isinstance(a, ast.Assign) and _targets(a, node.id)]
        if len(made) != 1 or isinstance(made[0], ast.Name):
            return UNKNOWN
        node = made[0]
    match node:
        case ast.Dict():
            items = [
                (k.value if isinstance(k, ast.Constant) else None, v)
                for k, v in zip(node.keys, node.values, strict=True)
            ]
        case ast.Call(func=ast.Name(id="dict"), args=[]):
            items = [(k.arg, k.value) for k in node.keywords]
        case _:
            return UNKNOWN
    value = next((v for k, v in items if k == name), None)
    if value is None:
        return UNKNOWN if any(k is None for k, _ in items) else False
    return value.value is True if isinstance(value, ast.Constant) else UNKNOWN


def _targets(node: ast.Assign, name: str) -> bool:
    return any(isinstance(t, ast.Name) and t.id == name for t in node.targets)


def _imported_timeouts(tree: ast.Module, roots: tuple[Path, ...]) -> frozenset[str]:
    """Timeouts in the project's modules that env.py imports directly: engines are often made there."""
    found: set[str] = set()
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
        for path in filter(None, (module_file(n, roots) for n in names if n)):
            found |= _timeouts_in(path)
    return frozenset(found)


def _timeouts_in(path: Path) -> frozenset[str]:
    try:
        source = path.read_bytes()
        if not any(t.encode() in source for t in env_text.TIMEOUTS):
            return frozenset()
        tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    strings = tuple(env_text.literals(tree))
    return env_text.connect_timeouts(tree, strings) | frozenset(env_text.session_timeouts(strings))


def _values(session: Mapping[str, tuple[str, ast.expr]]) -> Mapping[str, str]:
    return {name: value.strip("'") for name, (value, _) in session.items()}


def _ordered(problems: list[EnvProblem]) -> tuple[EnvProblem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.code)))
