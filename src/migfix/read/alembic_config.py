"""Alembic's own Config for a project: the files are read by Alembic, nothing of the project runs."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from migfix.read.locations import config_pair
from migfix.read.project import ProjectLayout

if TYPE_CHECKING:
    from alembic.config import Config


def alembic_config(layout: ProjectLayout) -> Config:
    """The Config that Alembic's command line would make: the ini, and since Alembic 1.16 pyproject.toml beside it."""
    from alembic.config import Config

    path = layout.config_path
    if path is None:
        return Config()
    beside, toml = config_pair(path.parent)
    is_ini = path.name != "pyproject.toml"
    ini = path if is_ini else (beside or path.with_name("alembic.ini"))
    if "toml_file" in inspect.signature(Config).parameters and toml is not None:
        return Config(str(ini), toml_file=str(toml), ini_section=layout.section)
    return Config(str(ini), ini_section=layout.section)
