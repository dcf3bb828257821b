"""What the string literals of env.py (and of the URL) give away: timeouts, advisory locks, databases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from migfix.model.record import record

TIMEOUTS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")
_NAMES = "|".join(TIMEOUTS)
_SET = re.compile(rf"\bset\s+(?:session\s+|local\s+)?({_NAMES})\s*(?:=|\bto\b)\s*('[^']*'|[\w.]+)?", re.IGNORECASE)
_SET_CONFIG = re.compile(rf"\bset_config\s*\(\s*'({_NAMES})'\s*,\s*('[^']*'|[\w.]+)?", re.IGNORECASE)
_OPTION = re.compile(rf"\b({_NAMES})\s*=\s*([\w.]+)?", re.IGNORECASE)
_ZERO = re.compile(r"'?0+(?:ms|s|min)?'?")
_SCHEME = re.compile(r"\b(postgres(?:ql)?|sqlite|mysql|mariadb|mssql|oracle)(?:\+\w+)?:/", re.IGNORECASE)
_DIALECTS = {"postgres": "postgresql", "mariadb": "mysql"}
_ADVISORY = re.compile(r"\bpg_advisory_(xact_)?lock(?:_shared)?\s*\(([^()]*)\)", re.IGNORECASE)


@record
class Literal:
    """A string of the file that is no docstring: its text, its node, and whether the text is all of it."""

    text: str
    node: ast.expr
    whole: bool = True


@record
class AdvisoryLock:
    """`pg_advisory_lock(key)` in a string: it blocks; `transactional` for the form that a commit releases."""

    node: ast.expr
    transactional: bool
    key: str


def literals(tree: ast.Module) -> Iterator[Literal]:
    """All strings of a module but docstrings; of an f-string its constant parts, joined by "{}"."""
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.JoinedStr):
            inner.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            inner |= {id(v) for v in node.values}
            if id(node) not in inner:
                parts = [str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values]
                yield Literal(text="".join(parts), node=node, whole=False)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield Literal(text=node.value, node=node)


def url_timeouts(urls: Iterable[str]) -> frozenset[str]:
    """Timeouts in a URL's options (`?options=-c%20lock_timeout%3D2000`)."""
    return frozenset(name for url in urls for name in _options(unquote(url.replace("%%", "%"))))


def session_timeouts(found: Iterable[Literal]) -> Mapping[str, tuple[str, ast.expr]]:
    """Timeouts that a SET statement gives: the value as spelled, and where. Zero switches one off: not counted."""
    return {
        match.group(1).lower(): (match.group(2) or "", literal.node)
        for literal in found
        for pattern in (_SET, _SET_CONFIG)
        for match in pattern.finditer(literal.text)
        if not _ZERO.fullmatch(match.group(2) or "")
    }


def connect_timeouts(tree: ast.Module, found: Iterable[Literal]) -> frozenset[str]:
    """Timeouts given at connect: `-c lock_timeout=…`, `{"lock_timeout": …}`, `dict(lock_timeout=…)`."""
    names = {n for literal in found if not _SET.search(literal.text) for n in _options(literal.text)}
    names |= {name for name, value in _settings(tree) if name in TIMEOUTS and not _is_zero(value)}
    return frozenset(names)


def _settings(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Items of dictionaries and keyword arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        elif isinstance(node, ast.keyword) and node.arg is not None:
            yield node.arg, node.value


def autocommit_engines(tree: ast.Module) -> Iterator[ast.expr]:
    """Where `isolation_level="AUTOCOMMIT"` is set, as an argument or in a dictionary."""
    for name, value in _settings(tree):
        if name == "isolation_level" and isinstance(value, ast.Constant) and str(value.value).upper() == "AUTOCOMMIT":
            yield value


def _options(text: str) -> Iterator[str]:
    return (m.group(1).lower() for m in _OPTION.finditer(text) if not _ZERO.fullmatch(m.group(2) or ""))


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and _ZERO.fullmatch(str(node.value)) is not None


def advisory_locks(found: Iterable[Literal]) -> Iterator[AdvisoryLock]:
    """Blocking advisory locks; the polling `pg_try_advisory_lock` is fine."""
    for literal in found:
        for match in _ADVISORY.finditer(literal.text):
            yield AdvisoryLock(node=literal.node, transactional=bool(match.group(1)), key=match.group(2).strip())


def shown_dialects(texts: Iterable[str]) -> frozenset[str]:
    """Databases that URLs and other strings name: `sqlite:///x.db`, or a bare "sqlite" that something is compared to."""
    found: set[str] = set()
    for text in texts:
        words = [m.group(1).lower() for m in _SCHEME.finditer(text)]
        if not words and re.fullmatch(r"(postgres(?:ql)?|sqlite|mysql|mariadb)(\+\w+)?", text.strip().lower()):
            words = [text.strip().lower().split("+")[0]]
        found |= {_DIALECTS.get(w, w) for w in words}
    return frozenset(found)
