"""The faults of env.py by code, each with its reason and the lines to change."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from migfix.model.maybe import UNKNOWN, Maybe
from migfix.model.record import record
from migfix.model.target import EnvProblem
from migfix.read.env_flow import Flow
from migfix.read.env_text import AdvisoryLock, Literal, advisory_locks, autocommit_engines, session_timeouts
from migfix.read.env_values import Configured, Run, Use

_ENGINES = frozenset(
    ["create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config", "get_engine"]
)


class ModuleText:
    """The file's lines, for quoting them in a patch."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def of(self, node: ast.AST) -> list[str]:
        """The whole lines that a node stands on."""
        return self._lines[node.lineno - 1 : node.end_lineno]  # type: ignore[attr-defined]

    def indent(self, node: ast.AST) -> str:
        line = self._lines[node.lineno - 1]  # type: ignore[attr-defined]
        return line[: len(line) - len(line.lstrip())]


@record
class Fault:
    """A problem that decides whether `autocommit_block()` works: `certain` when it does not."""

    problem: EnvProblem
    certain: bool


def flow_problems(flow: Flow, module: ModuleText, *, autobegins: bool) -> list[Fault]:
    """What breaks `autocommit_block()` (Alembic: `MigrationContext.begin_transaction`, `_in_external_transaction`)."""
    found: list[Fault] = []
    for configured in flow.configured:
        uses = [u for u in configured.uses if u.kind != "statement" or autobegins]
        found += [_FAULTS[use.kind](use, configured, module) for use in _telling(uses)]
    found += [_unguarded(run, module) for run in flow.runs if _is_unguarded(run)]
    return list(dict.fromkeys(found))


def _is_unguarded(run: Run) -> bool:
    configured = run.after
    if configured is None or not configured.online or run.guarded or per_migration(configured.call):
        return False
    return not any(u.kind == "begin" for u in configured.uses)


def _telling(uses: list[Use]) -> Iterable[Use]:
    """The first use of the worst kind, and for an open transaction every place that begins one."""
    begun = [u for u in uses if u.kind == "begin"]
    return begun or next(([u] for kind in _FAULTS for u in uses if u.kind == kind), [])


def per_migration(call: ast.Call) -> bool:
    given = next((k.value for k in call.keywords if k.arg == "transaction_per_migration"), None)
    return isinstance(given, ast.Constant) and given.value is True


def _begun(use: Use, configured: Configured, module: ModuleText) -> Fault:
    lines = module.of(use.node)
    owner = use.owner
    if any(".begin()" in line and " as " in line for line in lines):
        patch = _diff(lines, [line.replace(".begin()", ".connect()") for line in lines])
        message = (
            f"{owner}.begin() starts a transaction that Alembic does not own, so autocommit_block() fails with an "
            "AssertionError and transaction_per_migration has no effect"
        )
    else:
        patch = _diff(lines, []) + "\n+with context.begin_transaction():\n+    context.run_migrations()"
        message = (
            f"{owner} is put into a transaction before context.configure(), which Alembic then does not own, so "
            "autocommit_block() fails with an AssertionError; remove that transaction with its commits and rollbacks"
        )
    return Fault(problem=_problem("MF903", use.node, message, patch), certain=True)


def _executed(use: Use, configured: Configured, module: ModuleText) -> Fault:
    owner = use.owner
    commit = f"{module.indent(use.node)}{'await ' if use.waits else ''}{owner}.commit()"
    message = (
        f"a statement on {owner} before context.configure() begins a transaction that nobody commits, so "
        "autocommit_block() fails and `alembic upgrade` may exit 0 with nothing committed"
    )
    patch = "\n".join([*(" " + line for line in module.of(use.node)), "+" + commit])
    return Fault(problem=_problem("MF902", use.node, message, patch), certain=True)


def _handed(use: Use, configured: Configured, module: ModuleText) -> Fault:
    callee = ast.unparse(use.node.func) if isinstance(use.node, ast.Call) else "another function"
    message = (
        f"{callee}() is given the connection before context.configure(); if it runs a statement, autocommit_block() "
        "fails, so commit after it"
    )
    return Fault(problem=_problem("MF902", use.node, message, None), certain=False)


def _given(use: Use, configured: Configured, module: ModuleText) -> Fault:
    message = (
        'config.attributes["connection"] may be in a transaction already, and autocommit_block() then fails with an '
        "AssertionError; callers must pass a connection from engine.connect(), not from engine.begin()"
    )
    return Fault(problem=_problem("MF903", use.node, message, None), certain=False)


def _parameter(use: Use, configured: Configured, module: ModuleText) -> Fault:
    message = (
        f"where {ast.unparse(use.node)} comes from could not be seen; if it is in a transaction before "
        "context.configure(), autocommit_block() fails"
    )
    return Fault(problem=_problem("MF903", use.node, message, None), certain=False)


_FAULTS = {"begin": _begun, "statement": _executed, "handed": _handed, "given": _given, "parameter": _parameter}


def _unguarded(run: Run, module: ModuleText) -> Fault:
    lines, indent = module.of(run.call), module.indent(run.call)
    message = (
        "context.run_migrations() without context.begin_transaction() around it: no transaction is Alembic's own, so "
        "autocommit_block() fails with an AssertionError and nothing commits"
    )
    inside = [f"{indent}with context.begin_transaction():", *("    " + line for line in lines)]
    return Fault(problem=_problem("MF903", run.call, message, _diff(lines, inside)), certain=True)


def text_problems(
    tree: ast.Module, strings: Iterable[Literal], flow: Flow, module: ModuleText, *, timeouts: frozenset[str]
) -> Iterator[EnvProblem]:
    """Everything else that makes good output fail, or fail badly."""
    strings = tuple(strings)
    shared = [c for c in flow.configured if _keyword(c.call, "transaction_per_migration") is False]
    if any(c.online for c in shared):
        yield from (_one_transaction(c.call, module) for c in shared)
    for lock in advisory_locks(strings):
        yield _advisory(lock, tree, module)
    if "lock_timeout" not in timeouts:
        yield from _no_lock_timeout(tree, module)
    for name, (value, node) in session_timeouts(strings).items():
        yield _session_timeout(name, value, node)
    for node in autocommit_engines(tree):
        message = (
            'isolation_level="AUTOCOMMIT" makes every statement a transaction of its own: a revision that fails '
            "halfway stays half applied"
        )
        yield _problem("MF908", node, message, None)


def _keyword(call: ast.Call, name: str) -> Maybe[bool]:
    given = next((k.value for k in call.keywords if k.arg == name), None)
    if given is None:
        return UNKNOWN if any(k.arg is None for k in call.keywords) else False
    return given.value is True if isinstance(given, ast.Constant) else UNKNOWN


def _one_transaction(call: ast.Call, module: ModuleText) -> EnvProblem:
    message = (
        "all pending revisions share one transaction, so locks of the first are held until the last has run, and a "
        "failure after an autocommit block leaves the database ahead of its version; "
        "transaction_per_migration=True commits each revision by itself"
    )
    lines, argument = module.of(call), "transaction_per_migration=True"
    if len(lines) == 1:
        head, _, tail = lines[0].rpartition(")")
        patch = _diff(lines, [f"{head.rstrip().removesuffix(',')}, {argument}){tail}"])
    else:
        last = lines[-2] if lines[-1].strip().startswith(")") else lines[-1]
        indent = last[: len(last) - len(last.lstrip())]
        patch = "\n".join([f" {lines[0]}", f"+{indent}{argument},"])
    return _problem("MF901", call, message, patch)


def _advisory(lock: AdvisoryLock, tree: ast.Module, module: ModuleText) -> EnvProblem:
    owner, indent = _executor(lock.node, tree), module.indent(lock.node)
    patch = "\n".join(
        [
            *("-" + line for line in module.of(lock.node)),
            f"+{indent}# before context.configure()",
            f'+{indent}while not {owner}.execute(text("SELECT pg_try_advisory_lock({lock.key})")).scalar():',
            f"+{indent}    {owner}.rollback()",
            f"+{indent}    time.sleep(1)",
            f"+{indent}{owner}.commit()",
        ]
    )
    if lock.transactional:
        message = (
            "pg_advisory_xact_lock is released by the commit at the first autocommit_block(), and two deploys can "
            "then migrate at once; poll pg_try_advisory_lock instead"
        )
        return _problem("MF904", lock.node, message, patch)
    message = (
        "a second deploy that waits in pg_advisory_lock deadlocks with CREATE INDEX CONCURRENTLY, which may leave an "
        "invalid index; poll pg_try_advisory_lock instead"
    )
    return _problem("MF905", lock.node, message, patch)


def _executor(literal: ast.expr, tree: ast.Module) -> str:
    """The connection whose execute() is given the string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in ("execute", "exec_driver_sql", "scalar"):
            owner = _receiver(node)
            if owner not in (None, "context", "op") and any(
                inner is literal for a in node.args for inner in ast.walk(a)
            ):
                return str(owner)
    return "connection"


def _no_lock_timeout(tree: ast.Module, module: ModuleText) -> Iterator[EnvProblem]:
    engine = next((n for n in ast.walk(tree) if isinstance(n, ast.Call) and _name(n) in _ENGINES), None)
    message = (
        "no lock_timeout is set: a revision that waits for a lock makes every later query on that table wait behind it"
    )
    if engine is None:
        yield EnvProblem(code="MF906", line=1, message=message)
        return
    asynchronous = "async" in _name(engine)
    value = '{"server_settings": {"lock_timeout": "2s"}}' if asynchronous else '{"options": "-c lock_timeout=2s"}'
    lines = module.of(engine)
    if _name(engine) == "get_engine" or any(k.arg == "connect_args" for k in engine.keywords):
        patch = None
    elif len(lines) == 1:
        head, _, tail = lines[0].rpartition(")")
        patch = _diff(lines, [f"{head.rstrip().removesuffix(',')}, connect_args={value}){tail}"])
    else:
        patch = "\n".join(
            [f" {lines[0]}", *(f" {x}" for x in lines[1:-1]), f"+{module.indent(engine)}    connect_args={value},"]
        )
    yield _problem("MF906", engine, message, patch)


def _session_timeout(name: str, value: str, node: ast.expr) -> EnvProblem:
    message = (
        f"{name} is set by SET, not at connect: RESET {name} in a revision goes back to the server's default instead"
        + (f" of {value}" if value else "")
        + "; give it in connect_args"
    )
    patch = f'+connect_args={{"options": "-c {name}={value.strip(chr(39)) or "2s"}"}}'
    return _problem("MF907", node, message, patch)


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _receiver(node: ast.expr) -> str | None:
    """What a method is called on, as the file spells it."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner)):
            return ast.unparse(owner)
    return None


def _problem(code: str, node: ast.expr, message: str, patch: str | None) -> EnvProblem:
    return EnvProblem(code=code, line=node.lineno, message=message, patch=patch)


def _diff(before: Iterable[str], after: Iterable[str]) -> str:
    return "\n".join([*("-" + line for line in before), *("+" + line for line in after)])
