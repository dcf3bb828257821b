"""How a project is opened, whoever asks: its configuration, and the answers that plans ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from migfix.config import Configuration, read_configuration
from migfix.read.project import ProjectLayout
from migfix.read.target import detect_target


def configuration_of(
    layout: ProjectLayout,
    *,
    overrides: Mapping[str, object] | None = None,
    values: Mapping[str, str] | None = None,
    wheres: Mapping[str, str] | None = None,
) -> Configuration:
    """The configuration of a project, with the caller's choices (by key, None for not given) on top.

    Raises ConfigError that names the place, the key and the nearest valid one.
    """
    from migfix.rules.api import rules

    return read_configuration(
        layout.root,
        ini=layout.config_path,
        detected=detect_target(layout),
        overrides=overrides,
        rules={r.code: r.name for r in rules()},
        values=values,
        wheres=wheres,
    )


def answered(configuration: Configuration, *, values: Mapping[str, str], wheres: Mapping[str, str]) -> Configuration:
    """The configuration with more answers to what plans ask for."""
    old = configuration.settings
    settings = replace(old, values={**old.values, **values}, wheres={**old.wheres, **wheres})
    return replace(configuration, settings=settings)
