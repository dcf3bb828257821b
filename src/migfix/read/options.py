"""Alembic's own options, from alembic.ini and `[tool.alembic]`, read as Alembic reads them and without running it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migfix.errors import ConfigError
from migfix.paths import shown

if TYPE_CHECKING:
    from configparser import ConfigParser

_SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_LEGACY_VERSIONS = re.compile(r", *|(?: +)")
_LEGACY_PATHS = re.compile(r", *|(?: +)|\:")


def read_toml(path: Path) -> Mapping[str, Any]:
    """A TOML file as Python values; raises ConfigError that names the file and the place."""
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown(path)}: not valid TOML ({_one_line(error)}); correct it and run again") from error
    except OSError as error:
        raise ConfigError(
            f"{shown(path)}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error


def read_ini(path: Path) -> ConfigParser:
    """An ini file with Alembic's `%(here)s`; raises ConfigError that names the file and the line."""
    from configparser import ConfigParser, Error

    parser = ConfigParser({"here": path.absolute().parent.as_posix()})
    try:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            text = path.read_text(encoding="latin-1")
        parser.read_string(text, source=shown(path))
    except OSError as error:
        raise ConfigError(
            f"{shown(path)}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error
    except Error as error:
        raise ConfigError(f"{_where(path, error)}: {_ini_complaint(error)}") from error
    return parser


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _where(path: Path, error: Exception) -> str:
    line = getattr(error, "lineno", None)
    if line is None and getattr(error, "errors", None):
        line = error.errors[0][0]  # type: ignore[attr-defined]
    return shown(path) if line is None else f"{shown(path)}:{line}"


def _ini_complaint(error: Exception) -> str:
    kind, section, option = type(error).__name__, getattr(error, "section", ""), getattr(error, "option", "")
    known = {
        "DuplicateOptionError": f"the option {option!r} stands twice in [{section}]; keep one",
        "DuplicateSectionError": f"the section [{section}] stands twice; join them",
        "MissingSectionHeaderError": "an option stands before any [section]; put it below [alembic]",
        "ParsingError": "not an ini line; write it as `option = value`",
    }
    return known.get(kind, f"not valid ({_one_line(error)}); correct it and run again")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What Alembic would see: the ini's section first, then `[tool.alembic]` (`Config.get_alembic_option`).

    Raises ConfigError from every accessor whose value cannot be interpolated or has the wrong type.
    """

    ini: Path | None
    toml: Path | None
    section: str
    _parser: ConfigParser | None = None
    _tool: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, ini: Path | None, toml: Path | None, section: str) -> Options:
        tool = alembic_table(toml) if toml is not None else None
        return cls(
            ini=ini,
            toml=toml if tool is not None else None,
            section=section,
            _parser=None if ini is None else read_ini(ini),
            _tool=tool or {},
        )

    @property
    def has_section(self) -> bool:
        return self._parser is not None and self._parser.has_section(self.section)

    @property
    def sections(self) -> tuple[str, ...]:
        """Sections of the ini that name a script_location of their own."""
        parser = self._parser
        return () if parser is None else tuple(s for s in parser.sections() if parser.has_option(s, "script_location"))

    def _in_ini(self, name: str) -> bool:
        return self._parser is not None and self._parser.has_option(self.section, name)

    def text(self, name: str) -> str | None:
        """A string option, interpolated."""
        if self._in_ini(name):
            return self._interpolated(name)
        value = self._tool.get(name)
        return None if value is None else self._formatted(name, value)

    def raw(self, name: str, section: str | None = None) -> str | None:
        """An option of the ini without interpolation: URLs often hold placeholders that env.py fills in."""
        parser, section = self._parser, section or self.section
        if parser is not None and parser.has_option(section, name):
            return parser.get(section, name, raw=True)
        value = self._tool.get(name) if section == self.section else None
        return value if isinstance(value, str) else None

    def flag(self, name: str) -> bool:
        """A boolean option; in an ini only the exact text "true" counts, as in Alembic."""
        if self._in_ini(name):
            return self._interpolated(name) == "true"
        value = self._tool.get(name, False)
        if not isinstance(value, bool):
            raise ConfigError(f"{self._toml_place(name)} must be true or false, not {value!r}; Alembic refuses it too")
        return value

    def number(self, name: str) -> int | None:
        """A whole number: a number or a text of digits in TOML, a text in an ini."""
        found = self._interpolated(name) if self._in_ini(name) else self._tool.get(name)
        try:
            return None if found is None else int(found)
        except (TypeError, ValueError) as error:
            place = self._ini_place(name) if self._in_ini(name) else self._toml_place(name)
            raise ConfigError(f"{place} must be a whole number, not {found!r}; Alembic refuses it too") from error

    def version_locations(self) -> tuple[str, ...]:
        """`version_locations`, split by path_separator, version_path_separator or (legacy) spaces and commas."""
        return self._list("version_locations", ("path_separator", "version_path_separator"), _LEGACY_VERSIONS)

    def search_path(self) -> tuple[str, ...]:
        """`prepend_sys_path`, split by path_separator or (legacy) spaces, commas and colons."""
        return self._list("prepend_sys_path", ("path_separator",), _LEGACY_PATHS)

    def _list(self, name: str, separators: tuple[str, ...], legacy: re.Pattern[str]) -> tuple[str, ...]:
        value = self._interpolated(name) if self._in_ini(name) else ""
        if value:
            separator = self._separator(separators)
            parts = legacy.split(value) if separator is None else value.split(separator)
            return tuple(p.strip() for p in parts if p.strip())
        found = self._tool.get(name, [])
        if not isinstance(found, list):
            raise ConfigError(f"{self._toml_place(name)} must be a list of strings, not {found!r}")
        return tuple(self._formatted(name, v) for v in found)

    def _separator(self, names: tuple[str, ...]) -> str | None:
        for name in names:
            value = self._interpolated(name) if self._in_ini(name) else None
            if value is not None and value not in _SEPARATORS:
                valid = ", ".join(_SEPARATORS)
                raise ConfigError(f"{self._ini_place(name)}: {value!r} is no separator; use one of {valid}")
            if value is not None:
                return _SEPARATORS[value]
        return None

    def _interpolated(self, name: str) -> str:
        from configparser import InterpolationError

        assert self._parser is not None
        try:
            return self._parser.get(self.section, name)
        except InterpolationError as error:
            raw = self._parser.get(self.section, name, raw=True)
            missing = getattr(error, "reference", None)
            why = f"%({missing})s is not defined in the file" if missing else "a literal % must be written %%"
            raise ConfigError(f"{self._ini_place(name)}: {raw!r} cannot be interpolated; {why}") from error

    def _formatted(self, name: str, value: object) -> str:
        assert self.toml is not None
        if not isinstance(value, str):
            raise ConfigError(f"{self._toml_place(name)} must be text, not {value!r}")
        try:
            return value % {"here": self.toml.absolute().parent.as_posix()}
        except (KeyError, ValueError, TypeError) as error:
            why = (
                f"only %(here)s is known, not %({error.args[0]})s" if isinstance(error, KeyError) else "write %% for %"
            )
            raise ConfigError(f"{self._toml_place(name)}: {value!r} cannot be interpolated; {why}") from error

    def _ini_place(self, name: str) -> str:
        return f"{shown(self.ini or Path('alembic.ini'))}: [{self.section}] {name}"

    def _toml_place(self, name: str) -> str:
        return f"{shown(self.toml or Path('pyproject.toml'))}: [tool.alembic] {name}"


def alembic_table(toml: Path) -> Mapping[str, Any] | None:
    """`[tool.alembic]` of a pyproject.toml, None when it has none; raises ConfigError for broken TOML."""
    tool = read_toml(toml).get("tool", {})
    found = tool.get("alembic") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else None
