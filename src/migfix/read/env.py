"""What the project's env.py lets a revision do, read without running it."""

from __future__ import annotations

from migfix.model.target import EnvFacts
from migfix.read.options import shown
from migfix.read.project import ProjectLayout


def env_facts(layout: ProjectLayout) -> EnvFacts:
    """The facts of the project's env.py; those of a stock env.py when it has none."""
    return EnvFacts(path=shown(layout.env_path) if layout.env_path else None)
