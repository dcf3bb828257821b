"""The user's choices: `[tool.migfix]`, migfix.toml or `[migfix]` in alembic.ini, `MIGFIX_*`, the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, TypeAlias

from migfix.config_values import KEYS, Value, converted, nearest
from migfix.errors import ConfigError
from migfix.model.record import record
from migfix.model.target import Settings, Target
from migfix.paths import shown

Layout: TypeAlias = Literal["single", "split"]
_CODE = re.compile(r"MF\d{0,3}")


@record
class Configuration:
    """All choices that hold for one run. `source` is the file they were read from, None when there is none.

    select, ignore  codes ("MF201"), the beginnings of codes ("MF2") or rule names ("create-index"); an empty select
                    means all rules.
    phase_split     the labels of two branches: a chain's revisions before the first release, and the others.
    exclude         glob patterns of paths below the project that are not looked at.
    """

    settings: Settings = field(default_factory=Settings)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    require_reason: bool = False
    layout: Layout = "single"
    phase_split: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    source: Path | None = None

    def enables(self, code: str, rule: str) -> bool:
        """The rule runs: the most specific of `select` and `ignore` that names it decides; a tie ignores."""
        chosen = 1 if not self.select else _specific(self.select, code, rule)
        return chosen > _specific(self.ignore, code, rule)

    def excludes(self, path: Path, root: Path) -> bool:
        """The path matches a pattern of `exclude`, by its name or by its place below `root`."""
        if not self.exclude:
            return False
        try:
            place = path.absolute().relative_to(root.absolute()).as_posix()
        except ValueError:
            place = path.as_posix()
        return any(fnmatchcase(t, p) for p in self.exclude for t in (place, path.name)) or any(
            place.startswith(p.rstrip("/") + "/") for p in self.exclude
        )


def _specific(wanted: Iterable[str], code: str, rule: str) -> int:
    """How closely the best of `wanted` names the rule: 0 not at all, a whole code or a name most."""
    return max(
        (len(code) + 1 if w in (code, rule) else len(w) for w in wanted if w == rule or code.startswith(w)), default=0
    )


def read_configuration(
    root: Path,
    *,
    ini: Path | None = None,
    detected: Target | None = None,
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    rules: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    wheres: Mapping[str, str] | None = None,
) -> Configuration:
    """The configuration for the project below `root`.

    Overrides (the command line, by key, None for not given) win over `MIGFIX_*` variables, those over the nearest of
    pyproject.toml and migfix.toml at or above `root` (to the top of the git checkout), that over `[migfix]` in `ini`.
    `detected` stands in for a target that nobody chose. `rules` maps known codes to rule names, to check `select` and
    `ignore`; None skips that check. Raises ConfigError that names the place, the key and the nearest valid one.
    """
    source, raw = _file_values(root, ini)
    found = {key: _checked(key, value, shown(source) if source else "", rules) for key, value in raw.items()}
    found |= _environment(os.environ if environ is None else environ, rules)
    given = {k: v for k, v in (overrides or {}).items() if v is not None}
    found |= {key: _checked(key, value, f"--{key}", rules) for key, value in given.items()}
    return _configuration(found, detected or Target(), source, values or {}, wheres or {})


def _configuration(
    found: Mapping[str, Value],
    target: Target,
    source: Path | None,
    values: Mapping[str, str],
    wheres: Mapping[str, str],
) -> Configuration:
    default = Settings()
    pick = _Picked(found)
    return Configuration(
        settings=Settings(
            target=Target(
                dialects=frozenset(pick.texts("dialects", tuple(target.dialects))),
                pg_version=pick.number("pg-version", target.pg_version),
                alembic=pick.version("alembic-version", target.alembic),
            ),
            batch_size=pick.number("batch-size", default.batch_size),
            lock_timeout=pick.text("lock-timeout", default.lock_timeout),
            small_tables=frozenset(pick.texts("small-tables", ())),
            soft_delete_columns=pick.texts("soft-delete-columns", default.soft_delete_columns),
            values=dict(values),
            wheres=dict(wheres),
        ),
        select=pick.texts("select", ()),
        ignore=pick.texts("ignore", ()),
        require_reason=found.get("require-reason") is True,
        phase_split=pick.texts("phase-split", ()),
        layout="split" if found.get("layout") == "split" else "single",
        exclude=pick.texts("exclude", ()),
        source=source,
    )


@dataclass(frozen=True, slots=True)
class _Picked:
    """Checked values by key, each given back with its own type."""

    found: Mapping[str, Value]

    def text(self, key: str, default: str | None) -> str | None:
        value = self.found.get(key)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: int) -> int:
        value = self.found.get(key)
        return value if isinstance(value, int) else default

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.found.get(key)
        return tuple(str(v) for v in value) if isinstance(value, tuple) else default

    def version(self, key: str, default: tuple[int, int]) -> tuple[int, int]:
        value = self.found.get(key)
        return (int(value[0]), int(value[1])) if isinstance(value, tuple) and len(value) == 2 else default


def _checked(key: str, value: object, place: str, rules: Mapping[str, str] | None) -> Value:
    if key not in KEYS:
        raise ConfigError(f"{place}: unknown key {key!r}; {nearest(key, KEYS)}")
    try:
        found = converted(key, value)
        if key in ("select", "ignore") and rules is not None:
            _check_rules(found, rules)
    except ValueError as error:
        where = place if place.startswith(("--", "MIGFIX_")) else f"{place}: {key}"
        raise ConfigError(f"{where}: {error}") from error
    return found


def _environment(environ: Mapping[str, str], rules: Mapping[str, str] | None) -> dict[str, Value]:
    """`MIGFIX_BATCH_SIZE` for batch-size and so on; other variables that begin so are not ours to judge."""
    names = {key: "MIGFIX_" + key.replace("-", "_").upper() for key in KEYS}
    return {key: _checked(key, environ[name], name, rules) for key, name in names.items() if environ.get(name)}


def _check_rules(wanted: Value, rules: Mapping[str, str]) -> None:
    """Raises ValueError for a name that is neither a rule, nor a code, nor the beginning of a code."""
    for name in map(str, wanted if isinstance(wanted, tuple) else ()):
        known = any(c.startswith(name) for c in rules) if _CODE.fullmatch(name) else name in rules.values()
        if not known:
            raise ValueError(f"no rule {name!r}; {nearest(name, [*rules, *rules.values()])}")


def _file_values(root: Path, ini: Path | None) -> tuple[Path | None, Mapping[str, object]]:
    for folder in (root.absolute(), *root.absolute().parents):
        for name in ("pyproject.toml", "migfix.toml"):
            table = _table(folder / name)
            if table is not None:
                return folder / name, table
        if (folder / ".git").exists():
            break
    section = _ini_section(ini) if ini is not None and ini.suffix != ".toml" else None
    return (None, {}) if section is None else (ini, section)


def _table(path: Path) -> Mapping[str, object] | None:
    import tomllib

    if not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        if path.name == "pyproject.toml" and "migfix" not in text:
            return None
        table: object = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown(path)}: not valid TOML ({error}); correct it and run again") from error
    for part in ("tool", "migfix") if path.name == "pyproject.toml" else ():
        table = table.get(part) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _ini_section(ini: Path) -> Mapping[str, object] | None:
    from configparser import Error, RawConfigParser

    parser = RawConfigParser()
    try:
        parser.read_string(ini.read_text(encoding="utf-8-sig", errors="replace"), source=shown(ini))
    except Error as error:
        raise ConfigError(f"{shown(ini)}: {' '.join(str(error).split())}; correct it and run again") from error
    return dict(parser.items("migfix")) if parser.has_section("migfix") else None
