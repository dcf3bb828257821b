"""Runs in the project's Python: Alembic's own runner over some files, and what became of each hook.

Needs the standard library and Alembic only. Takes a JSON object on standard input, answers with a JSON list on the
standard output that it was started with; what hooks print goes to standard error.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import subprocess
import sys
from typing import Any


class _Watched:
    """The module `subprocess` for Alembic's runner, which drops exit codes: they are kept here."""

    def __init__(self) -> None:
        self.codes: list[int] = []

    def run(self, *arguments: Any, **options: Any) -> Any:
        done = subprocess.run(*arguments, **options)
        self.codes.append(done.returncode)
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)


def main() -> None:
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = io.StringIO()  # Alembic's own messages
    asked = json.load(sys.stdin)
    try:
        found = list(_failures(asked))
    except Exception as error:  # whatever the project's configuration or a hook raises is the answer
        found = [{"hook": "", "path": "", "why": f"{type(error).__name__}: {error}"}]
    json.dump(found, answer)
    answer.close()


def _failures(asked: Any) -> Any:
    from alembic.config import Config
    from alembic.script import ScriptDirectory, write_hooks

    options = {"ini_section": asked["section"]}
    if asked["toml"] and "toml_file" in inspect.signature(Config).parameters:
        options["toml_file"] = asked["toml"]
    scripts = ScriptDirectory.from_config(Config(asked["ini"], **options))
    hooks = vars(scripts).get("hooks", vars(scripts).get("hook_config"))
    watched = _Watched()
    vars(write_hooks)["subprocess"] = watched
    for path in asked["paths"]:
        for name, one in _each(hooks):
            watched.codes.clear()
            try:
                write_hooks._run_hooks(path, one)
            except Exception as error:  # CommandError, OSError, or anything a hook of the project raises
                yield {"hook": name, "path": path, "why": str(error) or type(error).__name__}
                continue
            for code in watched.codes:
                if code:
                    yield {"hook": name, "path": path, "why": f"ended with exit code {code}"}


def _each(hooks: Any) -> Any:
    """Every hook by name, in the form that this Alembic's runner takes: a list since 1.16, a section before."""
    if isinstance(hooks, dict):
        names = [n.strip() for n in hooks.get("hooks", "").replace(",", " ").split()]
        return [(n, {**hooks, "hooks": n}) for n in names]
    return [(hook["_hook_name"], [hook]) for hook in hooks]


if __name__ == "__main__":
    main()
