"""What each configuration key may hold, and its conversion from TOML, ini text or an environment variable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | tuple[str | int, ...]"

DIALECTS = ("postgresql", "sqlite", "mysql")
_INTERVAL = re.compile(r"\d+(?:\.\d+)? ?(?:us|ms|s|min|h|d)")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is not known: the closest one, or all of them."""
    from difflib import get_close_matches

    known = list(known)
    close = get_close_matches(word.replace("_", "-").lower(), [k.lower() for k in known], n=1, cutoff=0.6)
    if close:
        return f"did you mean {next(k for k in known if k.lower() == close[0])!r}?"
    return "valid are " + ", ".join(sorted(known)) if len(known) <= 20 else "see `migfix rules`"


def converted(key: str, value: object) -> Value:
    """The checked value of a known key; raises ValueError that says what the key takes."""
    return KEYS[key](value)


def _number(low: int, high: int, unit: str) -> Callable[[object], int]:
    def convert(value: object) -> int:
        if isinstance(value, str) and re.fullmatch(r"\d[\d_]*", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"takes a whole number ({unit}), not {value!r}")
        if not low <= value <= high:
            raise ValueError(f"takes {low:,} to {high:,} ({unit}), not {value:,}")
        return value

    return convert


def _flag(value: object) -> bool:
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    if not isinstance(value, bool):
        raise ValueError(f"takes true or false, not {value!r}")
    return value


def _texts(value: object) -> tuple[str, ...]:
    """A list of strings; as text, separated by commas or white space."""
    if isinstance(value, str):
        return tuple(part for part in re.split(r"[,\s]+", value) if part)
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError(f"takes a list of strings, not {value!r}")
    return tuple(value)


def _dialects(value: object) -> tuple[str, ...]:
    found = _texts(value)
    if not found:
        raise ValueError(f"takes at least one of {', '.join(DIALECTS)}")
    for name in found:
        if name not in DIALECTS:
            raise ValueError(f"no dialect {name!r}; {nearest(name, DIALECTS)}")
    return found


def _phases(value: object) -> tuple[str, ...]:
    found = _texts(value)
    if len(set(found)) != 2 or len(found) != 2 or any(c in name for name in found for c in "@-+:"):
        raise ValueError(f'takes the labels of two branches, such as ["expand", "contract"], not {value!r}')
    return found


def _one_of(*valid: str) -> Callable[[object], str]:
    def convert(value: object) -> str:
        if value not in valid:
            raise ValueError(f"takes {' or '.join(valid)}, not {value!r}")
        return str(value)

    return convert


def _interval(value: object) -> str:
    if not isinstance(value, str) or not _INTERVAL.fullmatch(value.strip()):
        raise ValueError(f'takes a PostgreSQL interval with its unit, such as "2s" or "500ms", not {value!r}')
    return value.strip()


def _version(value: object) -> tuple[int, ...]:
    if not isinstance(value, str) or not re.fullmatch(r"\d+\.\d+(?:\.\w+)*", value.strip()):
        raise ValueError(f'takes a version as text, such as "1.16", not {value!r}')
    major, minor = value.strip().split(".")[:2]
    return int(major), int(minor)


KEYS: Mapping[str, Callable[[object], Value]] = {
    "alembic-version": _version,
    "batch-size": _number(1, 1_000_000, "rows"),
    "dialects": _dialects,
    "exclude": _texts,
    "ignore": _texts,
    "layout": _one_of("single", "split"),
    "lock-timeout": _interval,
    "phase-split": _phases,
    "pg-version": _number(10, 99, "PostgreSQL major version"),
    "require-reason": _flag,
    "select": _texts,
    "small-tables": _texts,
    "soft-delete-columns": _texts,
}
