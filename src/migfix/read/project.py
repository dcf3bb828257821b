"""Finds the Alembic project around a place and describes it, without importing anything of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from migfix.errors import ProjectNotFound, UsageError
from migfix.model.record import record
from migfix.paths import shown
from migfix.read.locations import (
    Listing,
    below,
    config_pair,
    holds_revisions,
    list_revisions,
    looks_like_revision,
    resource,
    upward,
)
from migfix.read.options import Options

_DEFAULT_TEMPLATE = "%(rev)s_%(slug)s"
_SLUG_LENGTH = 40


@record
class ProjectLayout:
    """Where the parts of an Alembic project are; all paths are absolute.

    root             the folder that relative paths of the configuration count from.
    config_path      alembic.ini or pyproject.toml; None for revisions without a configuration.
    section          the section of the ini (`-n`); "alembic" unless the user named another.
    version_dirs     the version locations, whether or not they exist.
    files            single revision files outside of any version location.
    env_path         env.py, None when there is none.
    url              the raw `sqlalchemy.url`, placeholders included; urls adds those of a multi-database ini.
    search_path      folders where the project's own modules are looked for, best first.
    truncate_slug_length, timezone, output_encoding: Alembic's options for new revision files.
    """

    root: Path
    config_path: Path | None
    section: str
    script_location: Path
    version_dirs: tuple[Path, ...]
    recursive: bool = False
    env_path: Path | None = None
    file_template: str = _DEFAULT_TEMPLATE
    url: str | None = None
    urls: tuple[str, ...] = ()
    name: str = ""
    files: tuple[Path, ...] = ()
    search_path: tuple[Path, ...] = ()
    truncate_slug_length: int = _SLUG_LENGTH
    timezone: str | None = None
    output_encoding: str = "utf-8"

    def listing(self) -> Listing:
        """The revision files, and the entries that could not be used, each with its reason."""
        found = list_revisions(self.version_dirs, recursive=self.recursive)
        return Listing(files=(*found.files, *(f for f in self.files if f.is_file())), skipped=found.skipped)

    def covers(self, path: Path) -> bool:
        """The path is one of the revision files, a version location, or a folder that holds one."""
        path = path.absolute()
        if path in self.files or any(d == path or path in d.parents for d in self.version_dirs):
            return True
        return any(d == path.parent or (self.recursive and d in path.parents) for d in self.version_dirs)


def find_project(start: Path, *, config: Path | None, name: str = "alembic") -> ProjectLayout:
    """The project that a file or folder belongs to.

    Looks for the configuration upward from `start` (to the top of the git checkout), then below it; without one, a
    folder of revisions or a single revision file is a project by itself. `config` is the user's `-c`, `name` the `-n`;
    for the working directory ALEMBIC_CONFIG stands in for `-c`, as in Alembic.
    Raises ProjectNotFound, ConfigError for a broken file, UsageError when several projects compete.
    """
    start = start.absolute()
    if config is None and start.resolve() == Path.cwd().resolve() and os.environ.get("ALEMBIC_CONFIG"):
        config = Path(os.environ["ALEMBIC_CONFIG"])
    if config is not None:
        return _configured(*_named_pair(config), name, [Path.cwd()])
    folder = start if start.is_dir() else _existing(start.parent)
    found = _around(folder, name)
    if found is not None and (found.covers(start) or not _stands_alone(start)):
        return found
    alone = _without_config(start)
    return alone or found or _underneath(folder, name)


def _existing(folder: Path) -> Path:
    return next((f for f in (folder, *folder.parents) if f.is_dir()), folder)


def _stands_alone(start: Path) -> bool:
    return holds_revisions(start) if start.is_dir() else looks_like_revision(start)


def _around(folder: Path, name: str) -> ProjectLayout | None:
    for place in upward(folder):
        for candidate in (place, place / "migrations"):
            pair = config_pair(candidate)
            if any(pair):
                return _configured(*pair, name, [candidate, Path.cwd()])
    return None


def _underneath(folder: Path, name: str) -> ProjectLayout:
    top = next((f for f in upward(folder) if (f / ".git").exists()), folder)
    found = below(folder) or below(top)
    if not found:
        raise ProjectNotFound(
            f"{folder}: no alembic.ini and no [tool.alembic] in pyproject.toml, here, above or below; "
            "name the configuration with -c FILE, or a folder of revisions"
        )
    if len(found) > 1:
        names = ", ".join(shown(p) for hit in found for p in config_pair(hit)[:1] if p) or "several pyproject.toml"
        raise UsageError(f"several Alembic projects: {names}; choose one with -c FILE")
    return _configured(*config_pair(found[0]), name, [found[0], Path.cwd()])


def _named_pair(config: Path) -> tuple[Path | None, Path | None]:
    """`-c FILE`: an ini or a pyproject.toml, and the other one of the two next to it (or in the working directory).

    A folder stands for the one of the two that is in it, an ini first.
    """
    if config.is_dir():
        config = next((c for c in config_pair(config) if c is not None), config / "alembic.ini")
    config = config.absolute()
    if not config.is_file():
        raise ProjectNotFound(f"{shown(config)}: no such file; -c names an alembic.ini or a pyproject.toml")
    ini, toml = config_pair(config.parent)
    if config.name == "pyproject.toml":
        return ini, config
    return config, toml or config_pair(Path.cwd())[1]


def _configured(ini: Path | None, toml: Path | None, section: str, bases: list[Path]) -> ProjectLayout:
    options = Options.read(ini, toml, section)
    config = ini if ini is not None and (options.has_section or options.toml is None) else toml
    assert config is not None
    if section != "alembic" and not options.has_section:
        raise ProjectNotFound(f"{shown(ini or config)}: no section [{section}]; {_other_sections(options)}")
    location = options.text("script_location")
    if location is None:
        return _own_folder(options, config)
    bases = list(dict.fromkeys([*bases, config.parent, *upward(config.parent)]))
    root, script = _script_folder(location, options, bases, config)
    versions = [_location(v, root, _search_path(options, root)) for v in options.version_locations()]
    return _layout(options, config, root=root, script=script, versions=versions)


def _other_sections(options: Options) -> str:
    names = " ".join(f"[{s}]" for s in options.sections)
    return f"choose one with -n: {names}" if names else "none of its sections names a script_location"


def _own_folder(options: Options, config: Path) -> ProjectLayout:
    """Flask-Migrate writes an ini without script_location into the migration folder itself."""
    folder = config.parent
    if (folder / "env.py").is_file() or (folder / "versions").is_dir():
        return _layout(options, config, root=folder.parent, script=folder, versions=[])
    if options.ini is not None and not options.has_section:
        raise ProjectNotFound(f"{shown(options.ini)}: no section [{options.section}]; {_other_sections(options)}")
    raise ProjectNotFound(
        f"{shown(config)}: no script_location in [{options.section if options.ini else 'tool.alembic'}]; "
        "set it to the folder that holds env.py"
    )


def _script_folder(location: str, options: Options, bases: list[Path], config: Path) -> tuple[Path, Path]:
    """The base that relative paths count from, and the folder of env.py.

    Alembic takes relative paths from the working directory; that is the ini's folder unless `-c` was needed, so the
    working directory, the ini's folder and its parents are tried in turn.
    """
    for base in bases:
        script = _location(location, base, _search_path(options, base))
        if script.is_dir():
            return (bases[0] if os.path.isabs(location) else base), script
    kind = "package" if ":" in location and not os.path.isabs(location) else "folder"
    raise ProjectNotFound(
        f"{shown(config)}: script_location {location!r} names a {kind} that does not exist "
        f"{_below(bases[0])}; correct it, or run from the folder that it counts from"
    )


def _below(folder: Path) -> str:
    return "here" if shown(folder) == "." else f"below {shown(folder)}"


def _location(value: str, base: Path, roots: tuple[Path, ...]) -> Path:
    if ":" in value and not os.path.isabs(value):
        return resource(value, roots) or base / value
    return Path(os.path.normpath(base / value))


def _search_path(options: Options, base: Path) -> tuple[Path, ...]:
    named = [Path(os.path.normpath(base / entry)) for entry in options.search_path()]
    return tuple(dict.fromkeys([*named, base, base / "src"]))


def _layout(options: Options, config: Path, *, root: Path, script: Path, versions: list[Path]) -> ProjectLayout:
    databases = (options.raw("databases") or "").replace(",", " ").split()
    urls = [options.raw("sqlalchemy.url"), *(options.raw("sqlalchemy.url", section=d) for d in databases)]
    env = script / "env.py"
    return ProjectLayout(
        root=root,
        config_path=config,
        section=options.section,
        script_location=script,
        version_dirs=tuple(versions) or (script / "versions",),
        recursive=options.flag("recursive_version_locations"),
        env_path=env if env.is_file() else None,
        file_template=options.text("file_template") or _DEFAULT_TEMPLATE,
        url=urls[0],
        urls=tuple(u for u in urls if u),
        name=root.name,
        search_path=tuple(dict.fromkeys([*_search_path(options, root), script.parent])),
        truncate_slug_length=options.number("truncate_slug_length") or _SLUG_LENGTH,
        timezone=options.text("timezone"),
        output_encoding=options.text("output_encoding") or "utf-8",
    )


def _without_config(start: Path) -> ProjectLayout | None:
    """A migration folder, a folder of revisions, or one revision file, where no configuration speaks for it."""
    if start.is_dir():
        for versions in _revision_folders(start):
            return _bare(versions)
        return None
    if start.suffix != ".py":
        return None
    folder = start.parent
    if folder.name == "versions" or (folder.parent / "env.py").is_file():
        return _bare(folder)
    return _bare(folder, files=(start,))


def _revision_folders(folder: Path) -> Iterator[Path]:
    for scripts in (folder, folder / "alembic", folder / "migrations"):
        if (scripts / "env.py").is_file() and (scripts / "versions").is_dir():
            yield scripts / "versions"
    for candidate in (folder, folder / "versions"):
        if holds_revisions(candidate):
            yield candidate


def _bare(folder: Path, *, files: tuple[Path, ...] = ()) -> ProjectLayout:
    env = next((e for e in (folder / "env.py", folder.parent / "env.py") if e.is_file() and not files), None)
    script = env.parent if env is not None else folder
    return ProjectLayout(
        root=script,
        config_path=None,
        section="",
        script_location=script,
        version_dirs=() if files else (folder,),
        files=files,
        env_path=env,
        name=script.name,
        search_path=(script.parent, script),
    )
