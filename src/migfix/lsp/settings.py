"""The client's settings, section `migfix`; every key has a default, and a value of the wrong kind counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from migfix.model.record import record


@record
class Settings:
    """config, section   alembic.ini or pyproject.toml, and the section of it (`-c`, `-n`).
    unapplied         the user says that no database has run what is published (`--unapplied`).
    rules_url         where the rules' pages are; `{code}` and `{rule}` are filled in.
    values, wheres    answers to what plans ask for (`--value`, `--where`).
    """

    code_lens: bool = False
    inlay_hints: bool = False
    workspace_diagnostics: bool = False
    config: Path | None = None
    section: str = "alembic"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    pg_version: int | None = None
    unapplied: bool = False
    rules_url: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    wheres: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_projects(self) -> Settings:
        """These settings without what only changes what is shown."""
        return replace(self, code_lens=False, inlay_hints=False, workspace_diagnostics=False, rules_url="")

    @property
    def overrides(self) -> dict[str, object]:
        """What stands above the project's own configuration, by key."""
        return {"select": self.select or None, "ignore": self.ignore or None, "pg-version": self.pg_version}


def read_settings(given: object, before: Settings | None = None) -> Settings:
    """The settings of a JSON value, as a whole or below the key `migfix`; what it does not say stays as `before`."""
    known = before or Settings()
    if isinstance(given, Mapping) and isinstance(given.get("migfix"), Mapping):
        given = given["migfix"]
    if not isinstance(given, Mapping):
        return known
    found = {name: read(given[key]) for key, (name, read) in _KEYS.items() if key in given}
    return replace(known, **{name: value for name, value in found.items() if value is not None})


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _path(value: object) -> Path | None:
    return Path(value) if isinstance(value, str) and value else None


def _words(value: object) -> tuple[str, ...] | None:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list | tuple) else None


def _pairs(value: object) -> Mapping[str, str] | None:
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, Mapping) else None


_KEYS: Mapping[str, tuple[str, Any]] = {
    "codeLens": ("code_lens", _flag),
    "inlayHints": ("inlay_hints", _flag),
    "workspaceDiagnostics": ("workspace_diagnostics", _flag),
    "config": ("config", _path),
    "name": ("section", _word),
    "select": ("select", _words),
    "ignore": ("ignore", _words),
    "pgVersion": ("pg_version", _number),
    "unapplied": ("unapplied", _flag),
    "rulesUrl": ("rules_url", _word),
    "values": ("values", _pairs),
    "wheres": ("wheres", _pairs),
}
