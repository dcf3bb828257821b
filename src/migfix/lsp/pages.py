"""Where the rules' pages are, for people who follow a link."""

from __future__ import annotations

DOCUMENTATION = ""
"""The address of the rules' pages once they are published; `{code}` and `{rule}` are filled in."""


def page_url(code: str, rule: str, pattern: str = "") -> str | None:
    """The address of a rule's page; None while there is none."""
    chosen = pattern or DOCUMENTATION
    return chosen.replace("{code}", code).replace("{rule}", rule) or None
