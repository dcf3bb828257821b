"""The project's `[post_write_hooks]` over files that migfix wrote, through Alembic's own runner; failures are told."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from migfix.applied.databases import BOOT
from migfix.errors import ConfigError
from migfix.model.record import record
from migfix.paths import shown
from migfix.read.locations import config_pair
from migfix.read.options import alembic_table, read_ini
from migfix.read.project import ProjectLayout

_MOST_SECONDS = 600
_LAST_LINES = 5


@record
class HookFailure:
    """hook, path: empty where nothing could be run at all. said: the last lines that the hooks printed."""

    hook: str
    path: str
    why: str
    said: str = ""

    def __str__(self) -> str:
        what = f"post-write hook {self.hook}" if self.hook else "post-write hooks"
        where = f"{shown(Path(self.path))}: " if self.path else ""
        return f"{where}{what}: {self.why}"


def has_hooks(layout: ProjectLayout) -> bool:
    """The project names hooks for new revisions."""
    if layout.config_path is None:
        return False
    ini, toml = config_pair(layout.config_path.parent)
    if layout.config_path.name != "pyproject.toml":
        ini = layout.config_path
    parser = read_ini(ini) if ini is not None else None
    if parser is not None and parser.has_section("post_write_hooks"):
        return bool(parser.get("post_write_hooks", "hooks", raw=True, fallback="").strip())
    table = (alembic_table(toml) if toml is not None else None) or {}
    return bool(table.get("post_write_hooks"))


def run_hooks(paths: Iterable[Path], layout: ProjectLayout, *, python: str) -> tuple[HookFailure, ...]:
    """Run every hook on every file, in the configuration's order, with the project's `python`; what failed.

    Alembic drops the exit codes of hooks; here they count. env.py does not run, so a hook that is registered there is
    told as one that was not found.
    """
    config = layout.config_path
    todo = [str(p) for p in paths]
    if config is None or not todo:
        return ()
    ini, toml = config_pair(config.parent)
    if config.name != "pyproject.toml":
        ini = config
    asked: dict[str, object] = {
        "ini": str(ini or config.with_name("alembic.ini")),
        "toml": None if toml is None else str(toml),
        "section": layout.section,
        "paths": todo,
    }
    return _answer(asked, layout, python)


def _answer(asked: Mapping[str, object], layout: ProjectLayout, python: str) -> tuple[HookFailure, ...]:
    runner = Path(__file__).with_name("hook_runner.py")
    try:
        done = subprocess.run(
            [python, "-c", BOOT, str(runner)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
            cwd=layout.root,
        )
    except subprocess.TimeoutExpired:
        return (HookFailure(hook="", path="", why=f"not done within {_MOST_SECONDS} s"),)
    except OSError as error:
        raise ConfigError(f"--python {python}: {error.strerror}") from error
    said = "\n".join(done.stderr.decode(errors="replace").splitlines()[-_LAST_LINES:])
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return (HookFailure(hook="", path="", why=f"{python} ended with exit code {done.returncode}", said=said),)
    return tuple(HookFailure(hook=f["hook"], path=f["path"], why=f["why"], said=said) for f in found)
